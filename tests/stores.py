"""Stores that tests begin with, and the server of those that are no file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from models.migrating import migrate
from models.session import Store
from tests import kept_connections

on_both = partial(pytest.fixture, params=("sqlite", "postgresql"))
"""A fixture of any scope that is made on a store of each kind: `request.param` names it, as `Store.kind` does."""


class PostgresServer:
    """Makes databases that nobody else uses."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(
            self._url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 5, "options": "-c synchronous_commit=off"},  # seconds
        )
        self._dropping = ThreadPoolExecutor(max_workers=1)
        self._dropped = list[Future[None]]()

    def why_away(self) -> str:
        """What its driver says; empty where it answers."""
        try:
            self._engine.connect().close()
        except OperationalError as error:
            return str(error.orig)
        return ""

    @contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The name of a new database, a copy of one to which nobody is connected.

        Whenever one is dropped, PostgreSQL writes to the disk whatever is not yet there. Nobody waits for it.
        """
        name = f"onward_test_{secrets.token_hex(6)}"
        if ours := _OPEN.get(self.url(like)):
            ours.close()
        kept_connections.close_all(like)
        self._do(f"CREATE DATABASE {name} TEMPLATE {like}")
        # What a test has committed need not survive loss of power.
        self._do(f"ALTER DATABASE {name} SET synchronous_commit = off")
        yield name
        drop = f"DROP DATABASE {name} WITH (FORCE)"
        self._dropped.append(self._dropping.submit(self._do, drop))

    def close(self) -> None:
        """Wait until what nobody uses any more is dropped."""
        self._dropping.shutdown()
        for each in self._dropped:
            each.result()

    def url(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


class Copies:
    """Copies of a database, each lent to one test at a time and used again once it is as it was.

    To make another one takes longer than most tests.
    """

    def __init__(self, server: PostgresServer, like: str) -> None:
        self._server, self._like = server, like
        self._free: list[_Copy] = []

    @contextmanager
    def one(self) -> Iterator[str]:
        """The address of a copy that nobody else uses."""
        copy = self._free.pop() if self._free else _Copy(self._server, self._like)
        try:
            yield copy.url
        except BaseException:
            copy.drop()
            raise
        if copy.is_put_back():
            self._free.append(copy)
        else:
            copy.drop()

    def close(self) -> None:
        """Drop them all."""
        while self._free:
            self._free.pop().drop()


_USES = 100
"""After so many the rows that were deleted slow a database down."""
_COLUMN = "concat_ws(' ', relname, attnum, attname, atttypid, attnotnull, atthasdef)"
_COLUMNS = (
    f"SELECT sum(hashtextextended({_COLUMN}, 0))"
    " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
    " WHERE relnamespace = 'public'::regnamespace AND attnum > 0"
)
"""What they are: a table that was rewritten (`Store.rewrite`) has new rows in both, and is the same."""
_OURS = "oid >= 16384"
"""What PostgreSQL brings has lower numbers."""
_SHAPE = f"SELECT ({_COLUMNS}), " + ", ".join(
    f"(SELECT count(*) || ' ' || max(xmin::text::bigint) FROM {each})"
    for each in (
        "pg_constraint",
        "pg_index",
        "pg_trigger",
        f"pg_proc WHERE {_OURS}",
        "pg_statistic",
    )
)
"""Tells whether a table, or what PostgreSQL knows of its rows, was changed."""


_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"


class Rows:
    """All rows of a PostgreSQL database as they were at one moment, to be put into it or another with its tables."""

    def __init__(self, connection: psycopg.Connection) -> None:
        tables = [str(name) for (name,) in connection.execute(_TABLES)]
        # One statement for all tables: a connection plans it once, which takes longer than to do it, and what
        # refers to what is checked at its end.
        emptied = (f"_{place} AS (DELETE FROM {each})" for place, each in enumerate(tables))
        self._empty = f"WITH {', '.join(emptied)} SELECT"
        rows = {each: _as_json(connection, each) for each in tables}
        filled = (
            f"_{place} AS (INSERT INTO {each} SELECT * FROM json_populate_recordset(NULL::{each}, {given}))"
            for place, (each, given) in enumerate(rows.items())
            if given
        )
        self._fill = f"WITH {', '.join(filled)} SELECT {_numbers(connection)}"

    def put(self, connection: psycopg.Connection) -> None:
        """In place of whatever rows it has."""
        with connection.transaction(), connection.pipeline():
            connection.execute(self._empty.encode(), prepare=True)
            connection.execute(self._fill.encode(), prepare=True)


def _as_json(connection: psycopg.Connection, table: str) -> str:
    """Its rows as a literal; empty if it has none."""
    found = connection.execute(f"SELECT quote_literal(json_agg(each)) FROM {table} each".encode())
    row = found.fetchone()
    return str(row[0] or "") if row else ""


def _numbers(connection: psycopg.Connection) -> str:
    """What sets all sequences to where they are."""
    found = connection.execute(
        "SELECT format('setval(%L, %s, %L)', quote_ident(sequencename),"
        " coalesce(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"
    )
    return ", ".join(str(setting) for (setting,) in found)


class _Copy:
    """A database, and the rows with which it was made."""

    def __init__(self, server: PostgresServer, like: str) -> None:
        self._uses, self._made = 0, ExitStack()
        self._name = self._made.enter_context(server.database(like))
        self.url = server.url(self._name)
        self._made.enter_context(kept_connections.kept_to(self._name))
        self._connection = self._made.enter_context(_kept_open(self.url))
        self._rows, self._shape = Rows(self._connection), self._seen()

    def is_put_back(self) -> bool:
        """Put its rows back. No if more than rows was changed, or if it is worn out."""
        self._uses += 1
        try:
            self._connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)",
                [kept_connections.idle(self._name)],
            )
            if self._uses == _USES or self._seen() != self._shape:
                return False
            self._rows.put(self._connection)
        except psycopg.OperationalError:  # the test has closed it
            return False
        return True

    def _seen(self) -> object:
        return self._connection.execute(_SHAPE.encode()).fetchone()

    def drop(self) -> None:
        self._made.close()


_OPEN: dict[str, psycopg.Connection] = {}
"""A connection to each copy. Another one would know no table yet, and to learn them takes longer than to fill them."""


@contextmanager
def _kept_open(url: str) -> Iterator[psycopg.Connection]:
    with connected(url) as connection:
        _OPEN[url] = connection
        yield connection
    del _OPEN[url]


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """The database at an address of SQLAlchemy's, by its driver alone."""
    if (ours := _OPEN.get(url)) and not ours.closed:
        yield ours
        return
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        yield connection


def with_tables(url: str) -> None:
    """Make our tables as an installation does that starts for the first time."""
    with closing(Store(url)) as store:
        migrate(store)


def without_vacuum(url: str) -> None:
    """Have PostgreSQL leave tables as tests leave them: what it then knew of their rows would be another thing."""
    with connected(url) as connection:
        for (name,) in connection.execute(_TABLES).fetchall():
            connection.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = off)".encode())


@cache
def tables_on_sqlite() -> bytes:
    """A file with our tables and nothing in them."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "onward.db"
        with_tables(f"sqlite:///{file}")
        return file.read_bytes()

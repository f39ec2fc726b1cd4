"""Stores that tests begin with, and the server of those that are no file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from models.migrating import migrate
from models.session import Store


class PostgresServer:
    """Makes databases that nobody else uses."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(
            self._url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 5},  # seconds
        )

    def why_away(self) -> str:
        """What its driver says; empty where it answers."""
        try:
            self._engine.connect().close()
        except OperationalError as error:
            return str(error.orig)
        return ""

    @contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The name of a new database, a copy of one to which nobody is connected."""
        name = f"onward_test_{secrets.token_hex(6)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {like}")
        yield name
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def with_tables(url: str) -> None:
    """Make our tables as an installation does that starts for the first time."""
    with closing(Store(url)) as store:
        migrate(store)

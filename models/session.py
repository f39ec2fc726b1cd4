"""Opens a store, with two kinds of transaction: reading and writing."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, PendingRollbackError

from engine.errors import Coded
from engine.message import message
from models.private_files import make_file
from models.unusable import why_away, why_unusable

T = TypeVar("T")
_DEADLOCK = "40P01"
"""PostgreSQL's code for a deadlock."""
DEADLOCKS = 5
"""How often a transaction is tried if PostgreSQL reports a deadlock each time."""
CONNECTIONS_KEPT = 4
"""How many connections a process keeps open between transactions at most."""
_OF_ONE_MOMENT = 3
"""PostgreSQL's isolation level REPEATABLE READ, by its driver's number. With it, everything that a
transaction reads is from one moment, as it always is with SQLite.
"""
_BEGIN_WRITING = "BEGIN IMMEDIATE"
"""The statement that begins a write transaction on SQLite. A transaction that SQLite began for
reading could not write after another one has written.
"""
SQLITE_WAIT_SECONDS = 30
"""How long a writer waits for another writer on SQLite."""


class StoreError(Coded):
    """The store cannot be used; the text says what to do and contains no stored value."""


def parsed_address(url: str) -> URL:
    """The parts of a database's address. Raises StoreError if it cannot be read."""
    try:
        return make_url(url)
    except (ValueError, ArgumentError):
        raise StoreError(message("store.no_address")) from None


class Store:
    """A database: an SQLite file, or PostgreSQL.

    Args:
        url: `sqlite:///path/to/file` or `postgresql://user@host/database`.

    Raises:
        StoreError: `url` cannot be read as an address, or is that of another kind of database.
    """

    def __init__(self, url: str) -> None:
        parsed = parsed_address(url)
        self.kind = parsed.get_backend_name()
        if self.kind not in ("sqlite", "postgresql"):
            raise StoreError(message("store.other_kind", kind=self.kind))
        if self.kind == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        # Otherwise each process would ask PostgreSQL for a type that we have no use for.
        of_kind: dict[str, Any] = (
            {"connect_args": {"timeout": SQLITE_WAIT_SECONDS}}
            if self.kind == "sqlite"
            else {"use_native_hstore": False}
        )
        # Parameters hold what people have answered: they never reach a log or an error.
        self.engine = create_engine(
            parsed,
            hide_parameters=True,
            json_serializer=_as_json,
            json_deserializer=msgspec.json.decode,
            **of_kind,
        )
        if self.kind == "sqlite":
            _prepare_sqlite(self.engine)
        self._driver_error = error_of(self.engine.dialect)
        self._faults = _Faults(self._driver_error, Path(self.engine.url.database or ""))
        self._idle: deque[Connection] = deque()
        self.is_journal_clear = True
        """Whether `clear_journal`, when last called, could do so."""

    def exists(self) -> bool:
        """Whether the SQLite file exists (SQLite would create a missing one when opening it).
        Always true for PostgreSQL.
        """
        return self.kind != "sqlite" or Path(self.engine.url.database or "").is_file()

    def files(self) -> tuple[Path, ...]:
        """The database file and the files that SQLite keeps beside it; none for PostgreSQL."""
        if self.kind != "sqlite":
            return ()
        return tuple(Path(f"{self.engine.url.database}{end}") for end in ("", "-wal", "-shm"))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees the store as it was at one moment."""
        with self._faults, self._lent(_OF_ONE_MOMENT) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction: all or nothing. Make no network calls inside it."""
        with self._faults, self._lent() as connection:
            driver = driver_of(connection)
            if self.kind == "sqlite":
                driver.execute(_BEGIN_WRITING)
            yield connection
            _commit_batch(connection)
            # SQLAlchemy has a transaction only if a statement went through it; having it begin
            # one each time would cost as much as writing two rows.
            (connection if connection.in_transaction() else driver).commit()

    @contextmanager
    def _lent(self, isolation: int | None = None) -> Iterator[Connection]:
        """A connection that was used before, or a new one; kept for later use unless something
        failed, or enough are kept already.

        Taking one from SQLAlchemy's pool and returning it each time would cost as much as reading a
        case.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self.engine.connect()
        try:
            if self.kind == "postgresql":
                driver_of(connection).isolation_level = isolation
            yield connection
        except BaseException:
            _leave_batch(connection)
            if _is_gone(connection):
                self._let_all_go(connection)
            connection.close()
            raise
        self._put_back(connection)

    def _let_all_go(self, gone: Connection) -> None:
        """Drop a connection that the server closed, and all idle ones, which it most likely closed
        too.
        """
        gone.invalidate()
        while self._idle:
            waiting = self._idle.pop()
            waiting.invalidate()
            waiting.close()
        self.engine.dispose()

    def _put_back(self, connection: Connection) -> None:
        if len(self._idle) < CONNECTIONS_KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def change(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a write transaction, and retry it after a deadlock.

        PostgreSQL ends a deadlock after a second by aborting one of the transactions in it, and
        records nothing of that transaction.

        Raises:
            StoreError: each of the `DEADLOCKS` tries met with a deadlock.
        """
        for _ in range(DEADLOCKS):
            try:
                with self.write() as connection:
                    return work(connection)
            except (DBAPIError, self._driver_error) as error:
                if not _is_deadlock(error):
                    raise
        raise StoreError(message("store.busy"))

    def overwrite(self, connection: Connection) -> None:
        """Make the store, if it can, overwrite what this transaction deletes or replaces.

        SQLite would otherwise leave the old content in its file. PostgreSQL cannot do this: it
        keeps the old content until the table is rewritten.
        """
        if self.kind == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")

    def clear_journal(self, *, waits: bool = True) -> None:
        """Clear SQLite's journal, which may hold old contents of pages; on PostgreSQL, do nothing.

        Whoever reads or writes meanwhile keeps it from being cleared, as `is_journal_clear` then
        says.

        Args:
            waits: whether to wait for them first, as writers wait for each other.
        """
        if self.kind != "sqlite":
            return
        with self._faults, self.engine.connect() as connection:
            driver = driver_of(connection)
            if not waits:
                connection.detach()  # no other use of it is to be as impatient
                driver.execute("PRAGMA busy_timeout = 0")
            (is_busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self.is_journal_clear = not is_busy

    def rewrite(self, *tables: str) -> None:
        """Rewrite tables so that no earlier content of their rows remains in the store's files.

        PostgreSQL rewrites each table and locks it meanwhile. On SQLite only the journal is
        cleared, since `overwrite` has done the rest.
        """
        self.clear_journal()
        if self.kind == "postgresql":
            with self._faults, self.engine.connect() as connection:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                for each in tables:
                    alone.exec_driver_sql(f"VACUUM (FULL) {each}")

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()


class _Faults:
    """A context that turns a driver's error into a StoreError if it can explain the error."""

    __slots__ = ("_driver_error", "_file")

    def __init__(self, driver_error: type[Exception], file: Path) -> None:
        self._driver_error, self._file = driver_error, file

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (DBAPIError, self._driver_error)):
            if why := why_away(error) or why_unusable(error, self._file):
                raise StoreError(why) from None
        elif isinstance(error, PendingRollbackError) and _was_interrupted(error):
            # Ctrl-C in the middle of a statement: the savepoints around it can no longer be left in
            # good order.
            raise KeyboardInterrupt from None


def _as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _prepare_sqlite(engine: Engine) -> None:
    file = engine.url.database

    @event.listens_for(engine, "do_connect")
    def connecting(*_: Any) -> None:
        if file:  # the driver would create it, and its log, with the system's default permissions
            make_file(Path(file))

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")  # survive power failures
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        driver = driver_of(connection)
        if not driver.in_transaction:  # a writing transaction is in one from the start
            driver.execute("BEGIN")


def _write_ahead(connection: Any) -> None:
    """Switch a new file to write-ahead logging.

    If several processes open it together, SQLite reports a lock to some without its usual waiting,
    so the waiting is done here.
    """
    give_up = time.monotonic() + SQLITE_WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _is_gone(connection: Connection) -> bool:
    """Whether the server closed a connection; always False for SQLite, which has no server."""
    return connection.invalidated or bool(getattr(driver_of(connection), "closed", False))


def _was_interrupted(error: BaseException) -> bool:
    earlier = error.__context__
    return isinstance(earlier, KeyboardInterrupt) or (
        earlier is not None and _was_interrupted(earlier)
    )


def _is_deadlock(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) == _DEADLOCK


_BATCH = "onward_batch"


def batch(connection: Connection) -> None:
    """Send all further statements of the transaction together. None of them may read anything.

    This is done only on PostgreSQL, where waiting for each statement is most of a turn's cost.
    """
    if connection.dialect.name == "postgresql":
        pipeline = driver_of(connection).pipeline()
        pipeline.__enter__()
        connection.info[_BATCH] = pipeline


def _commit_batch(connection: Connection) -> None:
    """Send the commit along with the statements of a batch, if one was begun; SQLAlchemy's own
    commit then has nothing to do. Raises StoreError if the database refuses them, and the driver's
    error for a deadlock.
    """
    if _BATCH in connection.info:
        try:
            driver_of(connection).execute("COMMIT")
            connection.info.pop(_BATCH).__exit__(None, None, None)
        except error_of(connection.dialect) as error:
            _leave_batch(connection)
            if _is_deadlock(error):
                raise
            # The error's text may quote a row.
            why = type(error).__name__
            raise StoreError(message("store.refused", why=why)) from None


def _leave_batch(connection: Connection) -> None:
    if connection.invalidated:  # and whatever was to be sent is lost with it
        return
    pipeline = connection.info.pop(_BATCH, None)
    if pipeline is not None:
        with suppress(error_of(connection.dialect)):
            pipeline.__exit__(None, None, None)


def error_of(dialect: Dialect) -> type[Exception]:
    """The base exception of the driver in use, found without importing the driver of the other kind
    of store.
    """
    driver = dialect.loaded_dbapi
    return driver.Error


def data_error_of(dialect: Dialect) -> type[Exception]:
    """The driver's exception for a value that it cannot convert."""
    driver: Any = dialect.loaded_dbapi
    found: type[Exception] = driver.DataError
    return found


def driver_of(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.dbapi_connection  # the same, except with asynchronous drivers

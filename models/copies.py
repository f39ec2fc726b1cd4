"""Copies a whole database while it is in use, and fills a new one from such a copy."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from engine.message import message
from models.private_files import make_file
from models.session import Store, StoreError, driver_of


def copy(store: Store, file: Path) -> None:
    """Write a snapshot of the database into a private file.

    For SQLite, the file is another database, made by SQLite's backup function; for PostgreSQL, it
    is an archive made by `pg_dump`.

    Raises:
        StoreError: for PostgreSQL, if `pg_dump` is missing or failed.
    """
    make_file(file)
    if store.kind == "sqlite":
        with store.engine.connect() as connection, closing(sqlite3.connect(file)) as target:
            driver_of(connection).backup(target)
        return
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    _run("pg_dump", options, store.engine.url)


def put_back(file: Path, store: Store) -> None:
    """Fill an empty database from a file that `copy` has written.

    Raises:
        StoreError: for PostgreSQL, if `pg_restore` is missing or failed.
    """
    if store.kind == "sqlite":
        target = Path(store.engine.url.database or "")
        make_file(target)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as into:
            source.backup(into)
        return
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    name = store.engine.url.database or ""
    _run("pg_restore", (*options, f"--dbname={name}", str(file)), store.engine.url)


@contextmanager
def scratch_database(store: Store) -> Iterator[str]:
    """A context that creates a scratch database on the same PostgreSQL server and drops it at the
    end. It gives the address of the database.

    Raises:
        StoreError: it could not be created, for instance because the database user may not do so.
    """
    name = f"onward_drill_{secrets.token_hex(6)}"
    try:
        _alone(store, f"CREATE DATABASE {name}")
    except DBAPIError as error:
        raise StoreError(message("store.no_scratch", why=type(error.orig).__name__)) from None
    try:
        yield store.engine.url.set(database=name).render_as_string(hide_password=False)
    finally:
        _alone(store, f"DROP DATABASE {name} WITH (FORCE)")


def _alone(store: Store, statement: str) -> None:
    with store.engine.connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        outside.exec_driver_sql(statement)


def _run(program: str, options: tuple[str, ...], url: URL) -> None:
    found = shutil.which(program)
    if found is None:
        raise StoreError(message("store.no_program", program=program))
    done = subprocess.run(
        [found, "--no-password", *options],
        env=os.environ | _environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # Its output may quote a row, except at its beginning, which names its version and the
        # server's.
        versions = [line for line in done.stderr.splitlines() if "version" in line][:2]
        why = "; ".join(versions) or f"exit code {done.returncode}"
        raise StoreError(message("store.program_failed", program=program, why=why))


def _environment(url: URL) -> dict[str, str]:
    """A database's address as environment variables for libpq, since arguments would show a
    password to other accounts.
    """
    named = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    more = {f"PG{name.upper()}": value for name, value in url.query.items()}
    return {name: str(value) for name, value in (named | more).items() if value}

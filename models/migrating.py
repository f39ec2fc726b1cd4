"""Bringing a store to the newest schema."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from models.session import Store, StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"
_STATES = "alembic_version"
"""The table in which Alembic keeps the revision of a store."""
_LOCK = 7_205_759
"""Of PostgreSQL, so that two processes that start at once do not migrate at once."""


def migrate(store: Store, to: str = "head") -> None:
    """Make the tables, or bring them up to date; does nothing when they are.

    Args:
        to: the revision to stop at; the newest one unless a test wants an older store.

    Raises:
        StoreError: a newer Onward has made the tables.
    """
    with store.read() as connection:
        current = _current(connection)
    if current == _newest():
        return
    if current is not None and current not in _revisions():
        raise StoreError(
            f"the database has schema {current}, and this Onward knows none after {_newest()}: it was"
            " brought up to date by a newer Onward, so use that one or a later one"
        )
    # Only here: a store that is up to date is told by one query, and Alembic takes longer to import
    # than most commands take to do their work.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with store.write() as connection:
        if store.kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_new(store: Store) -> bool:
    """Nothing was ever set up in it; to ask makes nothing."""
    if not store.exists():
        return True
    with store.read() as connection:
        return _current(connection) is None


def _current(connection: Connection) -> str | None:
    """The revision of a store; None while nothing was set up in it."""
    if not inspect(connection).has_table(_STATES):
        return None
    revision: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {_STATES}").scalar()
    return revision


def _newest() -> str:
    return max(_revisions())


def _revisions() -> set[str]:
    """A migration's file begins with its revision, and they rise."""
    return {file.name.partition("_")[0] for file in _MIGRATIONS.glob("versions/[0-9]*_*.py")}

"""Bringing a store to the newest schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.session import Store, StoreError

_LOCK = 7_205_759
"""Of PostgreSQL, so that two processes that start at once do not migrate at once."""


def migrate(store: Store, to: str = "head") -> None:
    """Make the tables, or bring them up to date; does nothing when they are.

    Args:
        to: the revision to stop at; the newest one unless a test wants an older store.
    """
    with store.read() as connection:
        if _current(connection) == _newest():
            return
    with store.write() as connection:
        if store.kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_new(store: Store) -> bool:
    """Nothing was ever set up in it; to ask makes nothing."""
    if not store.exists():
        return True
    with store.read() as connection:
        return _current(connection) is None


def require_current(store: Store) -> None:
    """Raises `StoreError` unless the store has the schema that this Onward needs."""
    with store.read() as connection:
        current = _current(connection)
    if current != _newest():
        state = "is empty" if current is None else f"has schema {current}, not {_newest()}"
        raise StoreError(f"the database {state}: bring it up to date before you go on")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config

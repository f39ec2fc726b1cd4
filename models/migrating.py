"""Upgrades a store to the newest schema."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import inspect

from engine.message import message
from models.session import Store, StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"
_STATES = "alembic_version"
"""The table in which Alembic records a store's revision."""
_LOCK = 7_205_759
"""A PostgreSQL lock, so that two processes starting together do not both migrate."""


def migrate(store: Store, to: str = "head", *, known: str | None = None) -> None:
    """Create the tables, or upgrade them. Does nothing if they are current.

    Args:
        to: the revision to stop at; the newest one unless a test wants an older store.
        known: the revision, if `revision_of` has just returned it.

    Raises:
        StoreError: the tables were made by a newer Onward.
    """
    current = known or revision_of(store)
    if current == _newest():
        return
    if current is not None and current not in _revisions():
        raise StoreError(message("store.newer", schema=current, newest=_newest()))
    # Imported only here: a single query tells that a store is up to date, and Alembic takes longer
    # to import than most commands take to run.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    # Alembic commits each step by itself unless it sees that a transaction of SQLAlchemy has begun.
    with store.write() as connection, connection.begin():
        if store.kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def revision_of(store: Store) -> str | None:
    """The revision of a store's tables; None if nothing was ever set up in it. Asking creates
    nothing.
    """
    if not store.exists():
        return None
    with store.read() as connection:
        if not inspect(connection).has_table(_STATES):
            return None
        query = f"SELECT version_num FROM {_STATES}"
        revision: str | None = connection.exec_driver_sql(query).scalar()
    return revision


def _newest() -> str:
    return max(_revisions())


@cache
def _revisions() -> frozenset[str]:
    """The known revisions, in ascending order, from the beginnings of the migrations' file
    names.
    """
    found = _MIGRATIONS.glob("versions/[0-9]*_*.py")
    return frozenset(file.name.partition("_")[0] for file in found)

"""Creates the tables of a store, or upgrades them to the newest schema."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
)

from engine.message import message
from models.columns import table_of
from models.session import Store, StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""The table in which Alembic records a store's revision; not among the models, since it is
Alembic's.
"""
_LOCK = 7_205_759
"""A PostgreSQL lock, so that two processes starting together do not both migrate."""


def migrate(store: Store, *, known: str | None = None) -> None:
    """Create the tables, or upgrade them. Does nothing if they are current.

    Args:
        known: the revision, if `revision_of` has just returned it.

    Raises:
        StoreError: the tables were made by a newer Onward.
    """
    current = known or revision_of(store)
    if current == newest():
        return
    if current is None:
        _create(store)
    elif current in _revisions():
        upgrade(store, newest())
    else:
        raise StoreError(message("store.newer", schema=current, newest=newest()))


def _create(store: Store) -> None:
    """Create all tables as the models describe them. The migrations would do the same in dozens of
    steps, and take most of the time of a first start.
    """
    # Imported only here: all models and their tables, of which a command needs few.
    from models.installation import Installation
    from models.seals import Seal
    from models.tables import METADATA

    with _alone(store) as connection:
        if inspect(connection).has_table(_REVISION.name):  # another process was quicker
            return
        METADATA.create_all(connection, checkfirst=False)
        _REVISION.create(connection)
        connection.execute(insert(_REVISION), {"version_num": newest()})
        for row in (Installation(), Seal(origin=f"onward/{secrets.token_hex(8)}")):
            connection.execute(insert(table_of(type(row))), row.model_dump())


def upgrade(store: Store, to: str) -> None:
    """Run the migrations from the store's current revision up to the revision `to`."""
    # Imported only here: it takes longer than most commands take to run.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with _alone(store) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _alone(store: Store) -> Iterator[Connection]:
    """A write transaction in which no other process migrates."""
    # Alembic commits each step by itself unless it sees that a transaction of SQLAlchemy has begun.
    with store.write() as connection, connection.begin():
        if store.kind == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield connection


def revision_of(store: Store) -> str | None:
    """The revision of a store's tables; None if nothing was ever set up in it. Does not create the
    store.
    """
    if not store.exists():
        return None
    with store.read() as connection:
        if not inspect(connection).has_table(_REVISION.name):
            return None
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        revision: str | None = found.scalar()
    return revision


def newest() -> str:
    """The newest revision, to which `migrate` brings a store."""
    return max(_revisions())


@cache
def _revisions() -> frozenset[str]:
    """The known revisions, from the beginnings of the migrations' file names."""
    found = _MIGRATIONS.glob("versions/[0-9]*_*.py")
    return frozenset(file.name.partition("_")[0] for file in found)

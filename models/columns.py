"""What all tables share: their metadata with the names of constraints, and kinds of columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

CODE_LENGTH = 9
"""`7K2F-9QXM`"""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Named, so that a later migration can change them on every store."""

BIG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column that is exactly INTEGER."""

DOCUMENT = JSON().with_variant(JSONB, "postgresql")


class Row(SQLModel):
    """Base of all tables."""

    metadata = METADATA


def key() -> Any:
    return Field(default=None, primary_key=True, sa_type=BIG)


def reference(target: str, *, index: bool = False, nullable: bool = False) -> Any:
    """A row of another table, named `table.column`."""
    return Field(
        default=None if nullable else ...,
        sa_column=Column(BIG, ForeignKey(target), nullable=nullable, index=index),
    )


def table_of(model: type[Row]) -> Table:
    """The table of a model, for statements that touch many rows at once."""
    return METADATA.tables[str(model.__tablename__)]

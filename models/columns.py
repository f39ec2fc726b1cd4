"""What all tables share: their metadata with the names of constraints, and kinds of columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
)
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.types import TypeEngine
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

CONDITION = "condition"
"""Of a partial index, by kind of store."""


class _Document(TypeDecorator[Any]):
    """JSON, on PostgreSQL in its binary form; a process that never meets one does not import it."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB  # a tenth of what a command costs

            return dialect.type_descriptor(JSONB())
        return super().load_dialect_impl(dialect)


DOCUMENT = _Document()


class Row(DeferredReflection, SQLModel):
    """Base of all tables. Statements are made of the tables alone: no model checks a value or is
    mapped to rows, which a third of what the tables cost at each start went into.
    """

    model_config = {"defer_build": True}
    metadata = METADATA


def key() -> Any:
    return Field(default=None, primary_key=True, sa_type=BIG)


def reference(target: str, *, index: bool = False, nullable: bool = False) -> Any:
    """A row of another table, named `table.column`."""
    return Field(
        default=None if nullable else ...,
        sa_column=Column(BIG, ForeignKey(target), nullable=nullable, index=index),
    )


def partial(name: str, *columns: str, where: str, on_sqlite: str = "") -> Index:
    """An index of the rows for which a condition holds.

    SQLAlchemy's own words for it import the dialects that they name: `models.tables` says them.
    """
    return Index(
        name, *columns, info={CONDITION: {"sqlite": on_sqlite or where, "postgresql": where}}
    )


def table_of(model: type[Row]) -> Table:
    """The table of a model, for statements that touch many rows at once."""
    return METADATA.tables[str(model.__tablename__)]

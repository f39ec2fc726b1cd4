"""What all tables share: metadata with naming conventions, and column types."""

from __future__ import annotations

from collections.abc import Mapping
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
"""The length of a case's code, such as `7K2F-9QXM`."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The metadata, with named constraints, so that later migrations can change them on every store."""

BIG = BigInteger().with_variant(Integer, "sqlite")
"""The type of ids. SQLite assigns ids automatically only in a column that is exactly INTEGER."""

CONDITION = "condition"
"""The key in an index's `info` under which `partial` notes its condition for each kind of store."""


OLDER = "older"
"""The key in a column's `info` under which `added_later` notes what older rows have there."""


class _Document(TypeDecorator[Any]):
    """JSON, binary on PostgreSQL, whose dialect is imported only when needed."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB  # takes a tenth of a command's time

            return dialect.type_descriptor(JSONB())
        return super().load_dialect_impl(dialect)


DOCUMENT = _Document()


class Row(DeferredReflection, SQLModel):
    """The base of all tables. Statements use the tables directly, without the ORM: building models
    that validate values and map rows would take a third of the time needed to load the tables.

    Modules of tables do not use `from __future__ import annotations`, which would turn the type of
    each column into text that has to be compiled again.
    """

    model_config = {"defer_build": True}
    metadata = METADATA


def key() -> Any:
    return Field(default=None, primary_key=True, sa_type=BIG)


def reference(target: str, *, index: bool = False, nullable: bool = False) -> Any:
    """A column that refers to a row of another table; the target is named as `table.column`."""
    return Field(
        default=None if nullable else ...,
        sa_column=Column(BIG, ForeignKey(target), nullable=nullable, index=index),
    )


def added_later(older: object) -> dict[str, Any]:
    """What a column says that was added to a table whose rows are proved: `older` is the value that
    the migration gave to the rows that were there, whose proofs say nothing of the column.
    """
    return {"info": {OLDER: older}}


def older_values(table: str) -> Mapping[str, object]:
    """The columns that were added later, each with the value that older rows have."""
    return {e.name: e.info[OLDER] for e in METADATA.tables[table].columns if OLDER in e.info}


def partial(name: str, *columns: str, where: str, on_sqlite: str = "") -> Index:
    """An index over the rows that meet the condition `where`; on SQLite, `on_sqlite` if it is
    given.

    SQLAlchemy's own options for this import the dialects they name, so `models.tables` adds them.
    """
    return Index(
        name, *columns, info={CONDITION: {"sqlite": on_sqlite or where, "postgresql": where}}
    )


def table_of(model: type[Row]) -> Table:
    """A model's table, for use in statements."""
    return METADATA.tables[str(model.__tablename__)]

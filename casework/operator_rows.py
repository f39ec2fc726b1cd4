"""Tells who the operators of an installation are, from their rows alone."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from models.columns import table_of
from models.operators import OperatorRow
from models.prepared import all_rows, first_row

OPERATORS = table_of(OperatorRow)
_STANDING = select(OPERATORS.c.code, OPERATORS.c.account).where(OPERATORS.c.removed_at.is_(None))
_OF_ACCOUNT = select(OPERATORS.c.code).where(
    OPERATORS.c.account == bindparam("account"), OPERATORS.c.removed_at.is_(None)
)
_ANY = select(OPERATORS.c.id).limit(1)


def code_of(connection: Connection, account: str) -> str | None:
    """The code of the operator with this account; None if it is not an operator's."""
    row = first_row(connection, _OF_ACCOUNT, {"account": account})
    return row and str(row.code)


def codes(connection: Connection) -> frozenset[str]:
    """The codes of the current operators."""
    return frozenset(row.code for row in all_rows(connection, _STANDING, {}))


def accounts_of(connection: Connection) -> list[str]:
    """The accounts of the current operators."""
    return sorted(row.account for row in all_rows(connection, _STANDING, {}))


def has_any(connection: Connection) -> bool:
    """Whether there ever was an operator."""
    return first_row(connection, _ANY, {}) is not None

"""Which agencies, and which of their staff, are suspended now."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select

from engine.errors import Refusal
from models.agencies import Suspension
from models.columns import table_of

_SUSPENSIONS = table_of(Suspension)


def standing(agency: str) -> ColumnElement[bool]:
    """The suspensions of an agency and its staff that were not lifted."""
    return and_(_SUSPENSIONS.c.agency == agency, _SUSPENSIONS.c.lifted_at.is_(None))


def is_suspended(
    connection: Connection, agency: str, person: str = "", *, exactly: bool = False
) -> bool:
    """Whether an agency is suspended, or this one of its staff.

    Args:
        exactly: a person only by a suspension of their own.
    """
    query = select(_SUSPENSIONS.c.person).where(standing(agency))
    found = set(connection.scalars(query))
    return person in found or (not exactly and "" in found)


def require_not_suspended(connection: Connection, agency: str, person: str) -> None:
    """Raises Refusal `suspended`."""
    if is_suspended(connection, agency):
        raise Refusal("suspended_agency.all", agency=agency)
    if person and is_suspended(connection, agency, person):
        raise Refusal("suspended_agency.person", agency=agency)


def suspended_staff(connection: Connection) -> frozenset[tuple[str, str]]:
    """The agency and the code of each of their staff who is suspended by themselves."""
    query = select(_SUSPENSIONS.c.agency, _SUSPENSIONS.c.person).where(
        _SUSPENSIONS.c.person != "", _SUSPENSIONS.c.lifted_at.is_(None)
    )
    return frozenset((row.agency, row.person) for row in connection.execute(query))


def suspended_agencies(connection: Connection) -> frozenset[str]:
    """The codes of agencies that are suspended as a whole."""
    query = select(_SUSPENSIONS.c.agency).where(
        _SUSPENSIONS.c.person == "", _SUSPENSIONS.c.lifted_at.is_(None)
    )
    return frozenset(connection.scalars(query))

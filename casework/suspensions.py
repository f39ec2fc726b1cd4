"""Tells which agencies, and which of their staff, are suspended now."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from engine.errors import Refusal
from models.agencies import Suspension
from models.columns import table_of
from models.prepared import all_rows, first_row

_SUSPENSIONS = table_of(Suspension)
_IS_STANDING = _SUSPENSIONS.c.lifted_at.is_(None)
_AT_AGENCY = select(
    _SUSPENSIONS.c.person, _SUSPENSIONS.c.administrator, _SUSPENSIONS.c.coordinator
).where(_SUSPENSIONS.c.agency == bindparam("agency"), _IS_STANDING)
_OF_STAFF = select(_SUSPENSIONS.c.agency, _SUSPENSIONS.c.person).where(
    _SUSPENSIONS.c.person != "", _IS_STANDING
)
_OF_AGENCIES = select(_SUSPENSIONS.c.agency).where(_SUSPENSIONS.c.person == "", _IS_STANDING)
_EVER = (
    select(_SUSPENSIONS.c.id)
    .where(_SUSPENSIONS.c.agency == bindparam("agency"), _SUSPENSIONS.c.person == "")
    .limit(1)
)


def standing(agency: str) -> ColumnElement[bool]:
    """The condition for suspensions of an agency and its staff that were not lifted."""
    return and_(_SUSPENSIONS.c.agency == agency, _IS_STANDING)


def is_suspended(
    connection: Connection, agency: str, person: str = "", *, exactly: bool = False
) -> bool:
    """Whether an agency is suspended or, if `person` is given, this member of its staff.

    Args:
        exactly: if true, a person counts as suspended only if suspended individually, and not
            because their agency is.
    """
    found = made_by(connection, agency)
    return person in found or (not exactly and "" in found)


def was_suspended(connection: Connection, agency: str) -> bool:
    """Whether an agency is suspended as a whole, or has been."""
    return first_row(connection, _EVER, {"agency": agency}) is not None


class MadeBy(IntEnum):
    """Who made a suspension, by weight: anybody with at least as much weight may lift it, and
    anybody with more may take it over.
    """

    ADMINISTRATOR = 1
    """An administrator of the agency itself, who is one of its staff."""
    COORDINATOR = 2
    OPERATOR = 3


def made_by(connection: Connection, agency: str) -> dict[str, MadeBy]:
    """Who made each suspension that stands at an agency, by staff code; the empty code stands for
    the whole agency.
    """
    rows = all_rows(connection, _AT_AGENCY, {"agency": agency})
    return {row.person: _maker(row.administrator, row.coordinator) for row in rows}


def _maker(administrator: str, coordinator: str) -> MadeBy:
    if coordinator:
        return MadeBy.COORDINATOR
    return MadeBy.ADMINISTRATOR if administrator else MadeBy.OPERATOR


def require_not_suspended(connection: Connection, agency: str, person: str) -> None:
    """Raises Refusal `suspended_agency` if an agency, or this member of its staff, is suspended."""
    found = made_by(connection, agency)
    if "" in found:
        raise Refusal("suspended_agency.all", agency=agency)
    if person in found:
        raise Refusal("suspended_agency.person", agency=agency)


def suspended_staff(connection: Connection) -> frozenset[tuple[str, str]]:
    """The agency and staff code of everybody who is suspended individually."""
    return frozenset((row.agency, row.person) for row in all_rows(connection, _OF_STAFF, {}))


def suspended_agencies(connection: Connection) -> frozenset[str]:
    """The codes of agencies that are suspended as a whole."""
    return frozenset(row.agency for row in all_rows(connection, _OF_AGENCIES, {}))

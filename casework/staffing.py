"""The staff that the registry lists for an agency, who act for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Row, bindparam, select

from engine.agencies.duties import Duty
from engine.agencies.registry import StaffMember, is_within
from engine.errors import Refusal
from models.agencies import AgencyRow
from models.columns import table_of
from models.prepared import all_rows, first_row
from models.registry_rows import StaffRow

_AGENCIES, _STAFF = table_of(AgencyRow), table_of(StaffRow)
_OF_AGENCY = _AGENCIES.c.code == bindparam("agency")
_CODES = select(_STAFF.c.code).join(_AGENCIES).where(_OF_AGENCY)
_ANYBODY = _CODES.limit(1)
_LISTED = (
    select(
        _STAFF,
        _AGENCIES.c.valid_from.label("agency_from"),
        _AGENCIES.c.valid_until.label("agency_until"),
    )
    .join(_AGENCIES)
    .where(_OF_AGENCY, _STAFF.c.code == bindparam("person"))
)


def has_staff(connection: Connection, agency: str) -> bool:
    """Whether the registry lists any staff for an agency, currently valid or not."""
    return first_row(connection, _ANYBODY, {"agency": agency}) is not None


def staff_codes(connection: Connection, agency: str) -> frozenset[str]:
    """The codes of all staff that the registry lists for an agency, currently valid or not."""
    return frozenset(row.code for row in all_rows(connection, _CODES, {"agency": agency}))


def require_staff(connection: Connection, agency: str, person: str, on: date) -> StaffMember:
    """The member of staff who acts for an agency on a day. Before the agency's first day and after
    its last, they coordinate nothing.

    Args:
        person: the staff code as it was given.

    Raises:
        Refusal: `no_staff` if no staff is listed for the agency; `unknown_staff` if nobody listed
            has this code, or they are not valid on the day.
    """
    row = first_row(connection, _LISTED, {"agency": agency, "person": person})
    if row is None:
        has_others = has_staff(connection, agency)
        raise Refusal("unknown_staff.not_listed" if has_others else "no_staff", agency=agency)
    found = member(row)
    found.require_their_day(agency, on)
    if is_within(on, row.agency_from, row.agency_until):
        return found
    return replace(found, duties=found.duties - {Duty.COORDINATES})


def member(row: Row[*tuple[Any, ...]]) -> StaffMember:
    """A member of staff, from their row."""
    return StaffMember(
        code=row.code,
        roles=tuple(row.roles),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        deputy=row.deputy,
        duties=frozenset(each for each in Duty if getattr(row, each)),
    )

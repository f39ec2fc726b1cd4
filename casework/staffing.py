"""The staff that the registry lists for an agency, who act for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from engine.agencies.duties import Duty
from engine.agencies.registry import StaffMember
from engine.errors import Refusal
from models.agencies import AgencyRow
from models.columns import table_of
from models.registry_rows import StaffRow

_AGENCIES, _STAFF = table_of(AgencyRow), table_of(StaffRow)


def has_staff(connection: Connection, agency: str) -> bool:
    """Whether the registry lists any staff for an agency, currently valid or not."""
    return connection.execute(_staff_of(agency).limit(1)).first() is not None


def staff_codes(connection: Connection, agency: str) -> frozenset[str]:
    """The codes of all staff that the registry lists for an agency, currently valid or not."""
    return frozenset(row.code for row in connection.execute(_staff_of(agency)))


def require_staff(connection: Connection, agency: str, person: str, on: date) -> StaffMember:
    """The member of staff who acts for an agency on a day.

    Args:
        person: the staff code as it was given.

    Raises:
        Refusal: `no_staff` if the agency lists nobody; `unknown_staff` if this code is not among
            them, or not valid on the day.
    """
    if not has_staff(connection, agency):
        raise Refusal("no_staff", agency=agency)
    found = _listed(connection, agency, person)
    if found is None:
        raise Refusal("unknown_staff.none", agency=agency)
    if found.valid_from and on < found.valid_from:
        raise Refusal("unknown_staff.not_yet", agency=agency, day=found.valid_from)
    if found.valid_until and found.valid_until < on:
        raise Refusal("unknown_staff.no_more", agency=agency, day=found.valid_until)
    return found


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


def _listed(connection: Connection, agency: str, person: str) -> StaffMember | None:
    row = connection.execute(_staff_of(agency).where(_STAFF.c.code == person)).first()
    return member(row) if row else None


def _staff_of(agency: str) -> Select[*tuple[Any, ...]]:
    return select(_STAFF).join(_AGENCIES).where(_AGENCIES.c.code == agency)

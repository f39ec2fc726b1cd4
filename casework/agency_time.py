"""The time zone and calendar in which an agency reads moments."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from engine.time.calendars import CalendarError, Edition
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)


class AgencyTime(NamedTuple):
    """The time at an agency."""

    zone: ZoneInfo
    days: Edition | None
    """Its calendar, if the installation has it."""
    now: datetime


def agency_time(onward: Onward, by: Principal) -> AgencyTime:
    """The time at the reader's agency; in UTC, without a calendar, if it has left the registry."""
    authority.require(by, Right.ANSWER if by.notice else Right.READ)
    with onward.store.read() as connection:
        row = connection.execute(
            select(_INSTALLATION.c.reference_version, _INSTALLATION.c.clock_at)
        ).one()
        known = onward.library.reference(connection, row.reference_version)
    agency = known.registry.by_code.get(by.agency)
    if agency is None:
        return AgencyTime(ZoneInfo("UTC"), None, onward.clock.within(row.clock_at))
    try:
        days = known.calendars.edition(agency.place)
    except CalendarError:
        days = None
    return AgencyTime(ZoneInfo(agency.zone), days, onward.clock.within(row.clock_at))

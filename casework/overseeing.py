"""Tells oversight that an agency looked at cases in which it has never had a part, or that do not
exist: at most once a day for each agency.

This is a notice like any other. It names neither a case nor a person. To find out who looked, the
operator looks for the notice's reference in the output of `onward looks --json`.

Source: access to identities is recorded and reviewed (D16).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, insert, select

from casework.case_codes import new_reference
from casework.context import Onward
from engine.machines import move
from models.columns import table_of
from models.installation import Installation
from models.look_counts import OversightNotice
from models.notices import OF_NO_CASE, OwedNotice
from models.prepared import all_rows
from models.writing import put_in
from notifiers.base import NoticeKind

_INSTALLATION, _NOTICES = table_of(Installation), table_of(OwedNotice)
_TOLD = table_of(OversightNotice)
_WHO_IS_TOLD = select(_INSTALLATION.c.clock_at, _INSTALLATION.c.oversight)


def tell_oversight(onward: Onward, connection: Connection, agency: str) -> None:
    """Queue a notice that `agency` looked, to each other agency with oversight; only one a day."""
    (row,) = all_rows(connection, _WHO_IS_TOLD, {})
    now = onward.clock.within(row.clock_at)
    for told in (each for each in row.oversight if each != agency):
        reference = new_reference(OF_NO_CASE)
        of_day = {"day": now.date(), "agency": agency, "told": told}
        if put_in(connection, OversightNotice, tuple(of_day), {**of_day, "reference": reference}):
            owed = {
                "version": 1,
                "reference": reference,
                "number": 0,
                "agency": told,
                "kind": str(NoticeKind.ATTENTION),
                "about": "",
                "label": "",
                "also": [],
                "status": move("notice", "new", "queue"),
                "next_attempt_at": now,
                "owed_at": now,
            }
            connection.execute(insert(_NOTICES).values(owed))


def notices_of(connection: Connection) -> Mapping[tuple[date, str], tuple[str, ...]]:
    """References of the notices to oversight, by day and the agency that looked."""
    found: dict[tuple[date, str], tuple[str, ...]] = {}
    for row in connection.execute(select(_TOLD).order_by(_TOLD.c.id)):
        of_day = (row.day, row.agency)
        found[of_day] = (*found.get(of_day, ()), row.reference)
    return found

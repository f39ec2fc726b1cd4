"""Finds the cases that an agency may export. The agency learns nothing of other cases, not even how
many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework import log
from casework.case_rows import CASES
from casework.context import Onward
from casework.export_budget import AT_LEAST
from casework.reference import Reference
from engine.facts import ResponsibilityMoved
from engine.pathway import Pathway
from engine.records import STATES
from engine.state import State
from engine.statuses import CasePhase
from engine.view import View
from engine.visibility import has_had_part, may_know, sees_name
from models.columns import table_of
from models.keys import Cipher
from models.turns import LogEntry

_ENTRIES = table_of(LogEntry)
_PAGE = 500


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to export."""

    codes: str
    pathways: tuple[str, ...] = ()
    """The pathways asked for; all that have the code list if none is named."""
    since: date | None = None
    until: date | None = None
    """`since` and `until` are the first and last day of opening, in UTC; None sets no limit."""
    at_least: int = AT_LEAST
    """How many persons must share a line for it to be exported."""
    own: bool = False
    """Whether to export only cases that the agency is or was responsible for."""


class Exportable(msgspec.Struct, frozen=True, kw_only=True):
    """A case that an agency may export."""

    code: str
    person_id: int
    version_id: int
    pathway: Pathway
    state: State
    has_part: bool
    """Whether the agency has, or once had, a part in the case."""
    is_seen: Callable[[str], bool]
    """Tells whether the agency may see the value of a name. True for every name if the line is
    exported only among enough identical ones.
    """


def exportable(
    onward: Onward, connection: Connection, wanted: ExportOrder, agency: str, known: Reference
) -> Iterator[Exportable]:
    """The cases that were asked for, in the order of their rows, without those that were merged
    into others (D17).

    Lines shared by fewer than `AT_LEAST` persons are not hidden among others. If such lines are
    wanted, they show only what the agency may see of the cases now, and cases that it must not know
    of are left out. Cases that are kept from the agency are always left out. So are erased cases,
    since nobody can tell any more which agencies they were kept from.
    """
    now = onward.clock.now()
    for row in _rows(connection, wanted):
        cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(row.code))
        state = STATES.decode(cipher.open(row.sealed_state, log.place_of_state(row.code)))
        pathway = onward.library.pathway(connection, row.pathway_version_id)
        view = View(pathway, state, now, known.registry, known.calendars)
        if view.is_barred(agency):
            continue
        if wanted.own and not _has_answered_for(connection, cipher, row, state, agency):
            continue
        is_of_few = wanted.at_least < AT_LEAST
        if is_of_few and not may_know(view, agency):
            continue
        yield Exportable(
            code=row.code,
            person_id=row.person_id,
            version_id=row.pathway_version_id,
            pathway=pathway,
            state=state,
            has_part=has_had_part(view, agency),
            is_seen=partial(sees_name, view, agency) if is_of_few else _every,
        )


def _every(_: str) -> bool:
    return True


def _has_answered_for(
    connection: Connection, cipher: Cipher, row: Any, state: State, agency: str
) -> bool:
    """Whether the agency is responsible for a case, or ever was. Only the log names the agencies
    that were responsible between the first one and the present one.
    """
    if agency in (state.responsible, state.opened_by):
        return True
    query = select(_ENTRIES).where(_ENTRIES.c.case_id == row.id).order_by(_ENTRIES.c.number)
    entries = (log.opened_entry(cipher, row.code, each) for each in connection.execute(query))
    facts = (fact for entry in entries for fact in entry.facts)
    return any(isinstance(each, ResponsibilityMoved) and each.agency == agency for each in facts)


def _rows(connection: Connection, wanted: ExportOrder) -> Iterator[Any]:
    names = ("id", "code", "pathway_version_id", "person_id", "wrapped_key", "sealed_state")
    query = select(*(CASES.c[name] for name in names)).where(
        CASES.c.status != CasePhase.MERGED, CASES.c.wrapped_key.is_not(None)
    )
    if wanted.pathways:
        query = query.where(CASES.c.pathway.in_(wanted.pathways))
    if wanted.since:
        query = query.where(CASES.c.opened_at >= _midnight(wanted.since))
    if wanted.until:
        query = query.where(CASES.c.opened_at < _midnight(wanted.until + timedelta(days=1)))
    last = 0
    while page := connection.execute(
        query.where(CASES.c.id > last).order_by(CASES.c.id).limit(_PAGE)
    ).all():
        yield from page
        last = page[-1].id


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

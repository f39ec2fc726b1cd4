"""Explains why a case, or part of it, is as it is."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from casework import authority, log
from casework.context import Onward
from casework.held import hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.versions import pathways_of
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain as explained
from engine.time.calendars import Edition
from engine.translation import OWN
from models.cases import LogEntry
from models.columns import table_of
from models.definitions import CalendarEdition

_ENTRIES, _EDITIONS = table_of(LogEntry), table_of(CalendarEdition)


def explain(
    onward: Onward, code: str, name: str, by: Principal, language: str = OWN
) -> Explanation:
    """Explain why the case is where it is, or why a task, request, step, stage or named clock is as it is.

    Nothing protected is known here, and nothing is settled or recorded.

    Args:
        name: empty for the case itself.
        by: an agency sees its own part, the responsible agency everything; so does an operator.
        language: the reader's language, used for titles and labels if the pathway has it.

    Raises:
        Refusal: `unknown_case`, `not_found` or `not_allowed`.
        Erased, Unreadable: the log cannot be opened.
    """
    authority.require_sight(by)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
        query = select(_ENTRIES).where(_ENTRIES.c.case_id == held.row.id)
        rows = connection.execute(query.order_by(_ENTRIES.c.number)).all()
        editions = _editions(connection)
        entries = [(row.number, log.opened_entry(held.cipher, code, row).facts) for row in rows]
        pathways = pathways_of(onward, connection, held, entries)
    facts = [fact for _, found in entries for fact in found]
    view = view_of(held).seen_by(by.agency)
    return explained(CaseHistory(view, facts, editions, pathways, language), name)


def _editions(connection: Connection) -> dict[str, Edition]:
    """Every edition that was ever in force, because counts cite the one of their time."""
    bodies = connection.scalars(select(_EDITIONS.c.body))
    return {each.id: each for each in (msgspec.convert(body, Edition) for body in bodies)}

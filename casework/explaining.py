"""Explains why a case, or part of it, is as it is."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework import authority, log
from casework.context import Onward
from casework.deciding import attempt
from casework.held_case import hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.recording import Turns, record
from casework.turn import conclude
from casework.version_lines import pathways_of
from engine.commands import Look
from engine.errors import Refusal
from engine.explaining.counts import Count
from engine.explaining.reasons import CaseHistory, Explanation, Reason
from engine.explaining.subjects import explain as explained
from engine.numbering import as_shown, meant, shown
from engine.state import State
from engine.time.calendars import Edition
from engine.translation import OWN
from models.columns import table_of
from models.definitions import CalendarEdition

_EDITIONS = table_of(CalendarEdition)


def explain(
    onward: Onward, code: str, name: str, by: Principal, language: str = OWN
) -> Explanation:
    """Explain why the case is where it is, or why a task, request, step, stage or named clock is as
    it is.

    An explanation never tells a protected answer. If an agency asks, the case's log records which
    answers it was told, as for any look.

    Args:
        name: the name of a step, stage or clock, or the number of a task or request; empty for the
            case itself.
        by: an agency sees its own part, the responsible agency everything, and an operator
            everything but answers.
        language: the reader's language, used for titles and labels if the pathway has it.

    Raises:
        Refusal: `unknown_case`, `suspended_agency`, `too_many_looks`, `not_found` or
            `not_allowed`.
        Erased, Unreadable: the log cannot be decrypted.
    """
    authority.require_sight(by)
    agency, written = by.agency, Turns()
    reading = onward.store.write if agency else onward.store.read
    with looking(onward, by), reading() as connection:
        held = hold_for(onward, connection, code, by, lock=bool(agency))
        editions = _editions(connection)
        found_in_log = log.entries_of(connection, held.row.id, code, held.cipher)
        entries = [(row.number, entry.facts) for row, entry in found_in_log]
        pathways = pathways_of(onward, connection, held, entries)
        facts = [fact for _, found in entries for fact in found]
        view = view_of(held).seen_by(agency)
        history = CaseHistory(view, facts, editions, pathways, language)
        found = explained(history, _meant(view.state, agency, name))
        if agency and history.read:
            look = Look(known=(*history.read,), explained=True)
            written = record(onward, connection, attempt(held, look, by))
    if written:
        conclude(onward, written)
    return _as_shown(view.state, agency, found) if agency else found


def _meant(state: State, agency: str, name: str) -> str:
    """The part of the case that an agency means by a name, which may contain one of its own
    numbers.
    """
    if not agency or "." not in name:
        return name
    found = meant(state, agency, name)
    if found is None:
        raise Refusal("not_found.part_of_yours", name=name)
    return found.id


def _as_shown(state: State, agency: str, found: Explanation) -> Explanation:
    """An explanation with the agency's numbers in place of ids."""

    def reasons(given: Iterable[Reason]) -> tuple[Reason, ...]:
        return tuple(replace(each, said=as_shown(state, agency, each.said)) for each in given)

    return replace(
        found,
        about=shown(state, agency, found.about),
        is_now=as_shown(state, agency, found.is_now),
        because=reasons(found.because),
        waits_for=reasons(found.waits_for),
        counts=tuple(_count(state, agency, each) for each in found.counts),
    )


def _count(state: State, agency: str, count: Count) -> Count:
    ident, colon, rest = count.key.partition(":")
    whose = count.whose and as_shown(state, agency, count.whose)
    return replace(count, key=f"{shown(state, agency, ident)}{colon}{rest}", whose=whose)


def _editions(connection: Connection) -> dict[str, Edition]:
    """Every edition that was ever in force, because counts cite the edition in force at their
    time.
    """
    bodies = connection.scalars(select(_EDITIONS.c.body))
    return {each.id: each for each in (msgspec.convert(body, Edition) for body in bodies)}

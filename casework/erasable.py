"""Checks whether something may be erased now: the case has ended, there is no legal hold on it, and
it was kept long enough.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, and_, select

from casework.case_rows import CASES, IS_OPEN
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.keeping import Periods, ended_cases
from casework.legal_holds import LegalHold, legal_holds
from engine.errors import Refusal
from engine.retention import ErasureDue
from engine.statuses import CasePhase
from engine.task_kinds import TaskKind
from models.columns import table_of
from models.work import CaseTask

_TASKS = table_of(CaseTask)
_TO_STOP = and_(_TASKS.c.kind == TaskKind.STOP.value, _TASKS.c.is_open)


def refuse_open(connection: Connection, case: Any) -> None:
    """Raises Refusal `open_case` while the case is open, or an agency has yet to confirm that it
    has stopped.
    """
    if case.status == CasePhase.OPEN and case.end:
        raise Refusal("open_case.going_on", case=case.code)
    if case.status == CasePhase.OPEN:
        raise Refusal("open_case.alone", case=case.code)
    if case.id in unconfirmed(connection, case.id):
        raise Refusal("open_case.to_stop", case=case.code)


def unconfirmed(connection: Connection, case_id: int | None = None) -> set[int]:
    """The ids of cases in which an agency has yet to confirm that it has stopped. After an erasure,
    no agency could confirm that.

    Args:
        case_id: check only this case.
    """
    query = select(_TASKS.c.case_id).where(_TO_STOP)
    if case_id is not None:
        query = query.where(_TASKS.c.case_id == case_id).limit(1)
    return set(connection.scalars(query))


def refuse_open_person(connection: Connection, person_id: int) -> None:
    """Raises Refusal `open_case` while one of a person's cases is open."""
    query = select(CASES.c.end).where(CASES.c.person_id == person_id, IS_OPEN)
    still = connection.execute(query).first()
    if still is not None:
        raise Refusal("open_case.of_person_going_on" if still.end else "open_case.of_person")


def hold_on(onward: Onward, connection: Connection, codes: Collection[str]) -> LegalHold | None:
    """The legal hold on the oldest of these cases that has one; None if none of them has one."""
    found = legal_holds(onward, connection)
    ids = connection.scalars(select(CASES.c.id).where(CASES.c.code.in_(codes)))
    return next((found[each] for each in sorted(ids) if each in found), None)


def refuse_early(
    onward: Onward, connection: Connection, codes: Collection[str], ground: ErasureGround
) -> Mapping[str, ErasureDue]:
    """Refuse to erase cases that have not been kept long enough.

    The ground `retention` waits for the whole period, a person's `request` only for periods that a
    law requires. An `order` or a `mistake` does not wait.

    Returns:
        When each case became due, by code, if a retention period applies to it; empty for any
        ground other than `retention`.

    Raises:
        Refusal: `not_due`; for `retention`, also if a case was merged into one that is still open.
        CalendarError: the calendar of a country is not known.
    """
    if ground not in (ErasureGround.RETENTION, ErasureGround.REQUEST):
        return {}
    periods, found = Periods(onward, connection), dict[str, ErasureDue]()
    for case in ended_cases(onward, connection, CASES.c.code.in_(codes)):
        if ground is ErasureGround.REQUEST:
            law = periods.lawful_from(case)
            if law and law.at >= periods.now:
                kept = law.kept
                raise Refusal(
                    "not_due.by_law",
                    case=case.code,
                    at=law.at,
                    country=kept.country,
                    source=kept.source,
                )
            continue
        when = periods.when(case)
        if when.goes_with:
            raise Refusal("not_due.duplicate", case=case.code, into=when.goes_with)
        if when.due and when.due.at >= periods.now:
            raise Refusal("not_due.retention", case=case.code, at=when.due.at)
        if when.due:
            found[case.code] = when.due
    return found

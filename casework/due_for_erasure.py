"""Finds which ended cases are due to be erased, and erases those that the operator chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Table, func, select

from casework import authority, erasing, operators
from casework.authority import Right
from casework.case_rows import CASES
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.erasable import unconfirmed
from casework.erasing import KeyOf
from casework.erasure_list import Certificate
from casework.keeping import Ended, Periods, When, ended_cases
from casework.legal_holds import LegalHold, legal_holds
from casework.principal import Principal
from engine.errors import EngineError, message_of
from engine.message import Message, message
from engine.retention import ErasureDue
from engine.time.calendars import CalendarError
from models.columns import table_of
from models.keys import SealError
from models.protected import ProtectedValue

_VALUES = table_of(ProtectedValue)


class DueLine(msgspec.Struct, frozen=True, kw_only=True):
    """An ended case, when it is due, and what would be erased then."""

    code: str
    pathway: str
    end: str
    ended_at: datetime
    """The start of its retention period, as in `keeping.When`."""
    due: ErasureDue | None
    """None if no retention period applies, or if the date is not known yet for the reason in
    `waits`.
    """
    takes: tuple[KeyOf, ...]
    """The owners of the keys that would be destroyed. A person's key is destroyed with their last
    case.
    """
    entries: int
    """Log entries that become unreadable."""
    answers: int
    """Answers about the person that become unreadable."""
    waits: Message | None = None
    """Why the case is skipped; None if it is not skipped."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """The cases that are due for erasure at a given time."""

    lines: tuple[DueLine, ...]
    """The cases, in the order in which they became due."""
    later: int
    """How many other ended cases, not erased yet, are due later or have to wait and have no date.
    """
    without: Mapping[str, int]
    """How many ended cases, not erased yet, have no retention period, by pathway."""

    @property
    def free(self) -> tuple[DueLine, ...]:
        """The cases that would be erased."""
        return tuple(each for each in self.lines if each.waits is None)


class CarriedOut(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased."""

    certificates: tuple[Certificate, ...]
    stuck: Mapping[str, Message]
    """Codes of cases that could not be erased after all, each with the reason."""


def schedule(onward: Onward, by: Principal, until: datetime | None = None) -> Schedule:
    """The cases that are due now, or will be by a given moment. Changes nothing."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        periods = Periods(onward, connection)
        at = until or periods.now
        cases = [*ended_cases(onward, connection)]
        found = _lines(onward, connection, periods, cases)
        due = _due(found, at)
        lines = [*_with_takes(connection, due)]
    left = [(case, line) for case, line in found[len(due) :] if case.has_key]
    without = Counter(case.pathway for case, line in left if not (line.due or line.waits))
    later = len(left) - without.total()
    return Schedule(lines=tuple(lines), later=later, without=dict(sorted(without.items())))


def carry_out(onward: Onward, lines: Sequence[DueLine], by: Principal) -> CarriedOut:
    """Erase cases of a schedule one by one, checking each once more.

    Raises:
        ErasureListError: a case was erased, but this cannot be recorded outside the database. The
            cases after it are not erased.
    """
    authority.require(by, Right.OPERATE)
    made, stuck = list[Certificate](), dict[str, Message]()
    with onward.store.write() as connection:
        operators.note(onward, connection, by, "retention", cases=str(len(lines)))
    for each in lines:
        try:
            made += erasing.erase(onward, each.code, each.takes, ErasureGround.RETENTION, by)
        except (EngineError, SealError) as error:
            stuck[each.code] = message_of(error)
    return CarriedOut(certificates=tuple(made), stuck=stuck)


def overdue(onward: Onward, by: Principal) -> int:
    """How many cases could be erased now and are waiting for the operator. Reads only cases that
    are old enough.
    """
    authority.require(by, Right.WATCH)
    with onward.store.read() as connection:
        periods = Periods(onward, connection)
        shortest = periods.shortest()
        if shortest is None:
            return 0
        is_old_enough = CASES.c.opened_at < periods.now - shortest
        found = _lines(
            onward, connection, periods, [*ended_cases(onward, connection, is_old_enough)]
        )
        lines = _with_takes(connection, _due(found, periods.now))
        return sum(each.waits is None for each in lines)


def _due(found: Found, at: datetime) -> Found:
    return [(case, line) for case, line in found if line.due and line.due.at < at]


Found = list[tuple[Ended, DueLine]]


def _lines(
    onward: Onward, connection: Connection, periods: Periods, cases: Sequence[Ended]
) -> Found:
    """The lines of these cases, in the order in which they are due; those without a date last."""
    periods.know(cases)
    on_hold = legal_holds(onward, connection)
    to_stop = unconfirmed(connection)
    found = []
    for case in cases:
        line = _line(periods, case)
        if why := _why_not(case, on_hold, to_stop):
            line = replace(line, waits=why)
        found.append((case, line))
    return sorted(found, key=lambda each: (each[1].due is None, _moment(each[1]), each[0].id))


def _moment(line: DueLine) -> datetime:
    return line.due.at if line.due else line.ended_at


def _line(periods: Periods, case: Ended) -> DueLine:
    when, waits = When(ended_at=case.ended_at, due=None), None
    try:
        when = periods.when(case)
    except CalendarError as error:
        waits = error.message
    if when.goes_with:
        waits = message("retention.goes_with", case=when.goes_with)
    return DueLine(
        code=case.code,
        pathway=case.pathway,
        end=case.end,
        ended_at=when.ended_at,
        due=when.due,
        takes=(),
        entries=case.entries if case.has_key else 0,
        answers=0,
        waits=waits,
    )


def _why_not(case: Ended, on_hold: Mapping[int, LegalHold], to_stop: set[int]) -> Message | None:
    if case.id in on_hold:
        return message("retention.held", hold=on_hold[case.id].number)
    if case.id in to_stop:
        return message("retention.to_stop")
    return None if case.is_readable else message("retention.unreadable")


def _with_takes(connection: Connection, due: Found) -> Iterator[DueLine]:
    """The lines for cases with something to erase, now or once they no longer have to wait."""
    last = _last_of_persons(connection, due)
    answers = _rows_of(connection, _VALUES, {case.person_id for case, _ in last.values()})
    for case, line in due:
        takes = [KeyOf.CASE] if case.has_key else []
        if line.code in last:
            takes.insert(0, KeyOf.PERSON)
            line = replace(line, answers=answers.get(case.person_id, 0))
        if takes:
            yield replace(line, takes=tuple(takes))


def _last_of_persons(connection: Connection, due: Found) -> dict[str, tuple[Ended, DueLine]]:
    """The last case of each person about whom nothing more need be kept and whose key still exists,
    by code.
    """
    free = [(case, line) for case, line in due if line.waits is None and case.person_has_key]
    number = Counter(case.person_id for case, _ in free)
    # All cases, since `due` may come from only some of them.
    cases = _rows_of(connection, CASES, number)
    last = {
        case.person_id: (case, line)
        for case, line in free
        if number[case.person_id] == cases[case.person_id]
    }
    return {line.code: (case, line) for case, line in last.values()}


def _rows_of(connection: Connection, table: Table, people: Iterable[int]) -> Mapping[int, int]:
    """How many rows of a table belong to each of these people; those with none are left out."""
    query = select(table.c.person_id, func.count().label("rows")).group_by(table.c.person_id)
    found = connection.execute(query.where(table.c.person_id.in_(people)))
    return {row.person_id: row.rows for row in found}

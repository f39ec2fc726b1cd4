"""A registry is loaded anew: running processes and the deadlines of open cases follow, in the store too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import queries, worklists
from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import hold
from casework.refreshing import Refreshed, refresh_cases
from casework.registering import register
from casework.story import told
from casework.verifying import verify
from engine.errors import Refusal
from models.columns import table_of
from models.definitions import CalendarEdition
from models.installation import Installation
from tests.installations import (
    AGENCIES,
    PATHWAY,
    START,
    installation,
    move_clock,
    opened,
    ready,
)
from tests.principals import OPERATOR, staff
from wording.sentences import as_line

LATE = AGENCIES.replace("zone: Africa/Accra", "zone: Africa/Accra, holidays: {2026-03-05: Late}")


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation whose pathway counts its first task in working days."""
    pathway = PATHWAY.replace("due: 24 hours", "due: 4 working days")
    made = ready(url, tmp_path, pathways=[pathway])
    yield made
    made.close()


def due(onward: Onward) -> list[date]:
    return [line.due_at.date() for line in worklists.tasks(onward, staff("GH-ONE")) if line.due_at]


def test_a_holiday_declared_late_moves_open_deadlines_once(onward: Onward) -> None:
    """Whatever was done already stays; going on after an interruption finds nothing left."""
    codes = [opened(onward) for _ in range(3)]
    assert due(onward) == [date(2026, 3, 9)] * 3  # the 6th is Independence Day
    register(onward, LATE, by=OPERATOR)
    assert refresh_cases(onward, by=OPERATOR) == Refreshed(cases=3, deadlines=3, uncounted={})
    assert due(onward) == [date(2026, 3, 10)] * 3
    assert refresh_cases(onward, by=OPERATOR) == Refreshed(cases=3, deadlines=0, uncounted={})
    with onward.store.read() as connection:
        rows = connection.execute(select(CASES.c.code, CASES.c.version, CASES.c.due_at)).all()
    assert {row.version for row in rows} == {2}
    assert {row.due_at for row in rows} == {datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC)}
    assert [verify(onward, code, by=OPERATOR).faults for code in codes] == [(), (), ()]


def test_the_log_tells_of_a_moved_deadline_what_it_was_and_which_holiday_moves_it(
    onward: Onward,
) -> None:
    """In words that a bystander may read; what another place declares has nothing to do with it."""
    code = opened(onward)
    elsewhere = "zone: Africa/Lagos, holidays: {2026-03-04: Elsewhere}"
    register(onward, LATE.replace("zone: Africa/Lagos", elsewhere), by=OPERATOR)
    refresh_cases(onward, by=OPERATOR)
    newest = queries.case_log(onward, code, by=OPERATOR)[-1]
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
    entries = [(newest.number, newest.entry)]
    (said,) = told(entries, {1: held.pathway}, held.pathway.version)
    moved = "Becomes due later: Interview, 2026-03-10 23:59 UTC, not 2026-03-09 23:59 UTC"
    assert [as_line(each.said) for each in said] == [
        f"{moved}: 2026-03-05 is a day off in GH (Late)"
    ]
    assert newest.entry.command.agency == ""


def test_what_was_overdue_stays_so(onward: Onward) -> None:
    """A breach is never undone in silence."""
    late = opened(onward)
    move_clock(onward, START + timedelta(days=8))
    register(onward, LATE, by=OPERATOR)
    refresh_cases(onward, by=OPERATOR)
    state = queries.case(onward, late, by=OPERATOR).state
    assert state.tasks["interview.1"].overdue
    assert state.tasks["interview.1"].due_at == datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC)


def test_a_case_that_cannot_be_counted_is_named_and_stays_as_it_was(onward: Onward) -> None:
    """Its country has no calendar any more; nobody else waits for it."""
    code = opened(onward)
    editions, row = table_of(CalendarEdition), table_of(Installation)
    with onward.store.write() as connection:
        connection.execute(
            update(editions).where(editions.c.country == "GH").values(in_force=False)
        )
        connection.execute(update(row).values(reference_version=row.c.reference_version + 1))
    done = refresh_cases(onward, by=OPERATOR)
    assert done == Refreshed(cases=1, deadlines=0, uncounted={code: "GH"})
    assert due(onward) == [date(2026, 3, 9)]


def test_what_an_agency_had_passes_on_when_a_registry_does_not_name_it(onward: Onward) -> None:
    """The task and the responsibility, in each open case; once."""
    code = opened(onward)
    assert [line.code for line in worklists.tasks(onward, staff("GH-ONE"))] == [code]
    other = AGENCIES.replace("GH-ONE:", "GH-NEW:")
    register(onward, other, by=OPERATOR)

    done = refresh_cases(onward, by=OPERATOR)

    assert worklists.tasks(onward, staff("GH-ONE")) == []
    assert [line.code for line in worklists.tasks(onward, staff("GH-NEW"))] == [code]
    assert done.passed_on >= 1
    assert refresh_cases(onward, by=OPERATOR).passed_on == 0
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_the_registry_reaches_running_processes(onward: Onward, url: str, tmp_path: Path) -> None:
    """Another process has loaded a new one; the next turn decides by it."""
    opened(onward)
    other = installation(url, tmp_path)
    assert register(other, AGENCIES.replace("GH-ONE", "GH-NEW"), by=OPERATOR).editions == ()
    other.close()
    with pytest.raises(Refusal, match="agency=GH-ONE"):
        opened(onward)

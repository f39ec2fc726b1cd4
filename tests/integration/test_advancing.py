"""A stored clock that is moved on lets happen what is due on the way, each at its own moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from casework import queries
from casework.advancing import Advanced, advance_clock
from casework.case_rows import CASES
from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.publishing import publish_pathway
from casework.verifying import verify
from tests.installations import PATHWAY, START, asked_home, opened
from tests.principals import OPERATOR

LATE = datetime(2026, 4, 20, tzinfo=UTC)
NEXT = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: migrate").replace(
    "effective: 2026-01-01", "effective: 2026-03-05"
)


def advanced(onward: Onward, to: datetime) -> Advanced:
    assert isinstance(onward.clock, StoredClock)
    return advance_clock(onward, onward.clock, to, by=OPERATOR)


def recorded(onward: Onward, code: str) -> list[str]:
    """When each turn of time was recorded."""
    lines = queries.case_log(onward, code, by=OPERATOR)
    return [f"{each.recorded_at:%m-%d %H:%M}" for each in lines if not each.entry.command.agency]


def test_each_turn_of_time_is_dated_by_its_own_moment(onward: Onward) -> None:
    """A task is late after a day; a request is not seen, then not answered."""
    early, asked, quiet = opened(onward), asked_home(onward), asked_home(onward)
    done = advanced(onward, LATE)
    assert done == Advanced(cases=3, stuck={})
    assert onward.clock.now() == LATE
    assert recorded(onward, early)[0] == "03-03 09:00"
    assert recorded(onward, asked) == recorded(onward, quiet)
    assert recorded(onward, asked)[:1] == ["03-04 22:59"]  # two working days in Lagos
    assert len(recorded(onward, asked)) > 1
    assert queries.case(onward, early, by=OPERATOR).state.tasks["interview.1"].overdue
    for code in (early, asked, quiet):
        assert verify(onward, code, by=OPERATOR).faults == ()
    assert advanced(onward, LATE) == Advanced(cases=0, stuck={})


def test_a_version_moves_its_cases_on_its_day(onward: Onward) -> None:
    """As a worker would have done, and what is due afterwards goes by it."""
    code = opened(onward)
    publish_pathway(onward, NEXT, by=OPERATOR)
    advanced(onward, LATE)
    line = next(
        e
        for e in queries.case_log(onward, code, by=OPERATOR)
        if "version" in str(e.entry.command.act)
    )
    assert f"{line.recorded_at:%Y-%m-%d %H:%M}" == "2026-03-05 00:00"
    assert queries.case(onward, code, by=OPERATOR).number == 2


def test_a_case_in_which_nothing_can_happen_stops_no_other(onward: Onward) -> None:
    """It is named with the reason, and the clock goes on."""
    first, broken, last = (opened(onward) for _ in range(3))
    with onward.store.write() as connection:
        connection.execute(
            update(CASES).where(CASES.c.code == broken).values(sealed_state=b"x" * 40)
        )
    done = advanced(onward, START + timedelta(days=3))
    assert done.cases == 2
    assert list(done.stuck) == [broken]
    assert done.stuck[broken].code == "sealed.changed"
    for code in (first, last):
        assert queries.case(onward, code, by=OPERATOR).state.tasks["interview.1"].overdue

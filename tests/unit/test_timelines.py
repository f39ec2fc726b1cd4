"""What an agency may read of the turns of a case before."""

from __future__ import annotations

import pytest

from casework import story
from engine import commands as c
from engine.projection import seen_turn
from engine.turn_records import TurnRecord
from engine.view import View
from tests.factories import CARE, CARE2, DESK, Case
from wording.sentences import as_line

ONE_TASK = """
stages:
  start:
    steps:
      interview: {by: manager, form: [risk], due: 3 days}
    then: end done
"""


def told(case: Case, reader: str) -> str:
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars, reader=reader)
    time = c.Command(
        act=c.Settle(), agency="", person="", occurred_at=case.now, recorded_at=case.now
    )
    turns = [TurnRecord(command=time, facts=each) for each in case.turns]
    seen = [(number, seen_turn(view, each)) for number, each in enumerate(turns, 1)]
    lines = story.told(seen, {1: case.pathway}, 1)
    return "\n".join(as_line(each.said, "en") for turn in lines for each in turn)


@pytest.fixture(name="passed")
def _passed() -> Case:
    case = Case(ONE_TASK)
    case.do(c.Decline(task="interview.1", reason="conflict_of_interest"), CARE)
    assert case.task("interview.1").agency == CARE2
    return case


def test_whom_a_task_has_passed_to_does_not_read_who_had_it_before(passed: Case) -> None:
    passed.do(c.Prohibit(agency=CARE), DESK)
    assert told(passed, CARE2) == f"Passed to {CARE2}: Interview"


def test_the_responsible_agency_reads_who_had_it(passed: Case) -> None:
    assert f"Asked {CARE}: Interview" in told(passed, DESK)

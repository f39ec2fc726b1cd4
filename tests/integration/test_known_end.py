"""A case whose end is known while a stage outlives it: open to all who ask, until it closes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import case_list, queries, settling, worklists
from casework.acting import do
from casework.context import Onward
from casework.driving import CaseDriving
from casework.verifying import verify
from engine import commands as c
from engine.errors import Refusal
from flows import showing
from models.columns import table_of
from models.notices import OwedNotice
from tests.erased import erase_case, erase_person
from tests.installations import CANARY, PATHWAY, SCREEN, START, move_clock, ready
from tests.installations import opened as opened_case
from tests.principals import OPERATOR, TIME, staff
from wording.sentences import as_line, in_words

CARE = """\
  second:
    outlives_end: yes
    steps:
      claim:
        by: manager
        due: {time: 1 month, kind: limitation, source: A law}
        lapsed: go on
interrupts:
  leaves: {raised_by: screener, then: end stays}
  stops: {raised_by: screener, then: end done}
ends: {done: success, stays: neutral}
"""
_NOTICES = table_of(OwedNotice)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation whose pathway has a stage that outlives the end."""
    head = PATHWAY.partition("  second:\n")[0]
    second = head.replace("version: 1", "version: 2") + CARE
    with closing(ready(url, tmp_path, pathways=(PATHWAY, second))) as made:
        yield made


def case_with_a_known_end(onward: Onward) -> str:
    code = opened_case(onward)
    do(onward, code, c.Raise(interrupt="leaves"), SCREEN)
    return code


def test_lists_and_worklists_show_it_as_open(onward: Onward) -> None:
    """With its end, and with the stage and the task that go on."""
    code = case_with_a_known_end(onward)
    (line,) = case_list.cases(onward, status="open", by=OPERATOR)
    assert (line.code, line.end, line.stages) == (code, "stays", ("second",))
    assert line.due_at is not None
    assert [each.task for each in worklists.tasks(onward, staff("GH-ONE"))] == ["claim.1"]
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_its_run_does_not_finish(onward: Onward) -> None:
    """It waits, open, and its tags and page tell that the end is known."""
    driving = CaseDriving(onward)
    code = case_with_a_known_end(onward)
    status = driving.status(code, in_words)
    assert (status.end, status.known_end) == (None, "Stays")
    assert {"open", "ending:neutral", "stage:second"} <= set(showing.tags(status))
    assert showing.state_name(status) == "Awaiting manager"
    assert "End known: Stays" in showing.progress(status)
    assert [ref.code for ref in driving.open_cases("", 9)] == [code]
    told = [as_line(each.said) for each in driving.story(code)]
    assert "End known: Stays; stages that outlive it go on" in told


def test_what_goes_on_is_told_and_what_is_over_is_not(onward: Onward) -> None:
    """A notice about the stage that goes on is not cancelled with the others."""
    case_with_a_known_end(onward)
    with onward.store.read() as connection:
        rows = connection.execute(select(_NOTICES.c.about, _NOTICES.c.kind, _NOTICES.c.status))
        found = {(row.about, row.kind): row.status for row in rows}
    assert found[("claim.1", "task_assigned")] == "queued"
    assert found[("interview.1", "task_assigned")] == "cancelled"
    assert found[("interview.1", "no_longer_needed")] == "queued"


def test_its_person_is_not_erased(onward: Onward) -> None:
    """Somebody still needs what is known; the refusal says what to do."""
    code = case_with_a_known_end(onward)
    with pytest.raises(Refusal, match=r"open_case\.going_on"):
        erase_case(onward, code)
    with pytest.raises(Refusal, match=r"open_case\.of_person_going_on"):
        erase_person(onward, code)
    assert CANARY in str(queries.protected_values(onward, code, SCREEN))


@pytest.mark.parametrize("how", ["done", "lapsed", "stopped"])
def test_it_closes_with_the_end_that_it_has(onward: Onward, how: str) -> None:
    """When the task is done, when its time has passed, or when another end concerns the whole."""
    code = case_with_a_known_end(onward)
    if how == "done":
        do(onward, code, c.Complete(task="claim.1"), SCREEN, answers={})
    elif how == "lapsed":
        move_clock(onward, START + timedelta(days=40))
        assert settling.settle_due(onward, code, by=TIME)
    else:
        do(onward, code, c.Raise(interrupt="stops"), SCREEN)
    status = CaseDriving(onward).status(code, in_words)
    assert (status.end, status.next_moment) == ("Stays", None)
    assert "ended:neutral" in showing.tags(status)
    assert worklists.tasks(onward, staff("GH-ONE")) == []
    assert verify(onward, code, by=OPERATOR).faults == ()
    erase_case(onward, code)

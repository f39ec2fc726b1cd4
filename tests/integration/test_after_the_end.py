"""What becomes of a case after its end, on both stores: reopened, followed by another, merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import links_shown, queries, worklists
from casework.acting import do
from casework.context import Onward
from casework.driving import CaseDriving
from casework.opening import open_case
from casework.verifying import verify
from engine import commands as c
from engine.errors import Refusal
from tests.installations import AGENCIES, PATHWAY, SCREEN, ready
from tests.principals import OPERATOR, staff
from wording.sentences import in_words

TWO = staff("GH-TWO", "esi")
NOBODY = staff("NG-HOME")
REOPENED = PATHWAY.replace(
    "roles:", "reopen: {by: responsible, at: first, ends: stays}\nroles:", 1
).replace("neutral}", "neutral, died: neutral}") + (
    "\ninterrupts:\n  leaves: {raised_by: [screener, manager], then: end stays}\n"
    "  dies: {raised_by: [screener, manager], then: end died}\n"
)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """Two agencies of one country, each of which may open cases."""
    agencies = AGENCIES.replace("roles: [case_manager]", "roles: [case_manager, first_responder]")
    made = ready(url, tmp_path, agencies=agencies, pathways=[REOPENED])
    yield made
    made.close()


def at_one(onward: Onward) -> str:
    return open_case(onward, "trial", "GH", SCREEN, roles={"screener": "GH-ONE"}).code


def doubles(onward: Onward) -> tuple[str, str]:
    """One case at GH-ONE, one at GH-TWO; each is the manager of the other's, and so has a part in both."""
    ours = {"screener": "GH-ONE", "manager": "GH-TWO"}
    theirs = {"screener": "GH-TWO", "manager": "GH-ONE"}
    first = open_case(onward, "trial", "GH", SCREEN, roles=ours).code
    return first, open_case(onward, "trial", "GH", TWO, roles=theirs).code


def worklist(onward: Onward, agency: str) -> set[str]:
    return {line.code for line in worklists.tasks(onward, staff(agency))}


def test_a_reopened_case_is_looked_after_again(onward: Onward) -> None:
    """Its run has ended; the ticker finds it as an open case with something untold."""
    code, driving = at_one(onward), CaseDriving(onward)
    driving.remember_run(code, "the first run")
    do(onward, code, c.Raise(interrupt="leaves"), SCREEN)
    assert driving.status(code, in_words).end == "Stays"
    do(onward, code, c.Reopen(reason="new_information"), SCREEN, words="She has come back.")
    status = driving.status(code, in_words)
    assert (status.end, status.known_end) == (None, None)
    assert status.next_moment is not None
    found = [each for each in driving.due(driving.now(), 10) if each.code == code]
    assert [(each.is_open, each.flow_run_id) for each in found] == [(True, "the first run")]
    assert worklist(onward, "GH-ONE") == {code}
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_case_stays_closed_after_an_end_that_is_not_named(onward: Onward) -> None:
    """Nobody takes up the case of somebody who has died."""
    code = at_one(onward)
    do(onward, code, c.Raise(interrupt="dies"), SCREEN)
    with pytest.raises(Refusal, match=r"not_allowed\.ended_so end=died"):
        do(onward, code, c.Reopen(reason="new_information"), SCREEN)
    assert queries.case(onward, code, by=OPERATOR).state.status == "ended"
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_later_case_is_the_same_persons_and_both_know_it(onward: Onward) -> None:
    """Also of a case that has ended."""
    first = at_one(onward)
    do(onward, first, c.Raise(interrupt="dies"), SCREEN)
    second = open_case(onward, "trial", "GH", SCREEN, after=first).code
    assert [(x.code, x.word) for x in links_shown.links(onward, first, SCREEN)] == [
        (second, "later")
    ]
    assert [(x.code, x.word) for x in links_shown.links(onward, second, SCREEN)] == [
        (first, "earlier")
    ]
    assert (
        verify(onward, first, by=OPERATOR).faults
        == verify(onward, second, by=OPERATOR).faults
        == ()
    )


def test_a_duplicate_closes_and_opens_again_and_no_record_is_lost(onward: Onward) -> None:
    """Both logs stay whole and prove it; its run ends as merged, and comes again."""
    first, second = doubles(onward)
    entries = len(queries.case_log(onward, second, by=OPERATOR))
    do(onward, second, c.Merge(case=second, into=first), TWO)
    do(onward, first, c.Agree(case=second), SCREEN)
    driving = CaseDriving(onward)
    assert driving.status(second, in_words).end == "Merged"
    assert driving.status(second, in_words).end_kind is None
    assert worklist(onward, "GH-TWO") & {second} == set()
    with pytest.raises(Refusal, match=rf"closed\.merged into={first}"):
        do(onward, second, c.Claim(task="interview.1"), TWO)
    assert (
        verify(onward, first, by=OPERATOR).faults
        == verify(onward, second, by=OPERATOR).faults
        == ()
    )
    do(onward, second, c.Unmerge(case=second, into=first), SCREEN)
    assert driving.status(second, in_words).end is None
    assert second in worklist(onward, "GH-TWO")
    assert len(queries.case_log(onward, second, by=OPERATOR)) == entries + 3
    assert (
        verify(onward, first, by=OPERATOR).faults
        == verify(onward, second, by=OPERATOR).faults
        == ()
    )


def test_a_merge_is_recorded_in_both_cases_or_in_neither(onward: Onward) -> None:
    """Refused in one of them, it is in none; and it is for who answers for the duplicate."""
    first, second = doubles(onward)
    with pytest.raises(Refusal, match=r"not_yours\.another"):
        do(onward, second, c.Merge(case=second, into=first), SCREEN)
    with pytest.raises(Refusal, match=r"unknown_case\.for_you"):
        do(onward, second, c.Merge(case=second, into=first), NOBODY)
    with pytest.raises(Refusal, match="same_case"):
        do(onward, first, c.Merge(case=first, into=first), SCREEN)
    with pytest.raises(Refusal, match="not_merged"):
        do(onward, second, c.Unmerge(case=second, into=first), TWO)
    do(onward, second, c.Merge(case=second, into=first), TWO)
    do(onward, second, c.Prohibit(agency="GH-ONE"), TWO)
    with pytest.raises(Refusal, match="not_proposed"):
        do(onward, first, c.Agree(case=second), SCREEN)
    assert queries.case(onward, first, by=OPERATOR).state.taken_in == ()
    assert second in worklist(onward, "GH-TWO")

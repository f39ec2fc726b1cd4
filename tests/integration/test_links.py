"""Linked cases on both stores: one transaction for both, seen by the agencies of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import links_shown, queries
from casework.acting import do, words_to_read_out
from casework.case_rows import CASES
from casework.context import Onward
from casework.opening import open_case
from casework.verifying import verify
from engine import commands as c
from engine.acts.linking import AlertHeard
from engine.errors import Refusal
from engine.facts import InterruptRaised, TaskOpened
from tests.erased import erase_case
from tests.inside import whole_log
from tests.installations import AGENCIES, PATHWAY, SCREEN, START, move_clock, ready
from tests.outside import PATIENCE_SECONDS
from tests.principals import OPERATOR, staff

TWO = staff("GH-TWO", "esi")
ALERTING = (
    PATHWAY.replace(
        "        due: 24 hours\n        late: [remind screener]\n",
        "        due: {time: 24 hours, kind: clinical}\n        lapsed: interrupt unseen\n",
    )
    + """
interrupts:
  danger: {raised_by: [screener, manager], alerts_linked: yes}
  unseen: {raised_by: [screener], alerts_linked: yes}
  dies: {raised_by: [screener, manager], alerts_linked: yes, then: end stays}
"""
)

_ANSWERS = {"full_name": "Made Up", "home_country": "NG"}


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """Two agencies of one country, each of which may open cases."""
    agencies = AGENCIES.replace("roles: [case_manager]", "roles: [case_manager, first_responder]")
    with closing(ready(url, tmp_path, agencies=agencies, pathways=[ALERTING])) as made:
        yield made


def apart(onward: Onward) -> tuple[str, str]:
    """One case at GH-ONE, one at GH-TWO, and neither has a part in the other's."""
    first = open_case(onward, "trial", "GH", SCREEN, roles={"screener": "GH-ONE"}).code
    second = open_case(onward, "trial", "GH", TWO, roles={"screener": "GH-TWO"}).code
    return first, second


def siblings(onward: Onward) -> tuple[str, str]:
    """One case at GH-ONE, one at GH-TWO; each is the manager of the other's, and so has a part in both."""
    ours, theirs = (
        {"screener": a, "manager": b} for a, b in (("GH-ONE", "GH-TWO"), ("GH-TWO", "GH-ONE"))
    )
    first = open_case(onward, "trial", "GH", SCREEN, roles=ours).code
    second = open_case(onward, "trial", "GH", TWO, roles=theirs).code
    agreed(onward, first, second, c.Link(case=second, word="parent"))
    return first, second


def agreed(onward: Onward, first: str, second: str, act: c.Act) -> None:
    """Proposed by GH-ONE, which answers for the first case, and agreed to by GH-TWO."""
    do(onward, first, act, SCREEN)
    do(onward, second, c.Agree(case=first), TWO)


def notices(onward: Onward, code: str, agency: str, label: str = "Look at a linked case") -> int:
    facts = [fact for line in whole_log(onward, code) for fact in line.facts]
    told = [getattr(fact, "label", "") for fact in facts if getattr(fact, "agency", "") == agency]
    return told.count(label)


def test_an_operator_is_shown_which_cases_are_linked_and_not_how(onward: Onward) -> None:
    """How the persons are related is for the agencies of both; the log names no other case at all."""
    first, second = siblings(onward)
    assert queries.case(onward, first, by=OPERATOR).state.links == {second: ""}
    assert second not in repr(queries.case_log(onward, first, by=OPERATOR))
    assert [(each.code, each.word) for each in links_shown.links(onward, first, SCREEN)] == [
        (second, "parent")
    ]


def test_both_cases_know_a_link_and_prove_it(onward: Onward) -> None:
    """Each says what the other is to it; the log of each leads to its state."""
    first, second = siblings(onward)
    assert [(x.code, x.word) for x in links_shown.links(onward, first, SCREEN)] == [
        (second, "parent")
    ]
    assert [(x.code, x.word) for x in links_shown.links(onward, second, TWO)] == [(first, "child")]
    assert (
        verify(onward, first, by=OPERATOR).faults
        == verify(onward, second, by=OPERATOR).faults
        == ()
    )
    do(onward, second, c.Unlink(case=first), TWO)
    assert links_shown.links(onward, first, SCREEN) == links_shown.links(onward, second, TWO) == []


def test_a_link_is_made_in_both_cases_or_in_neither(onward: Onward) -> None:
    """Where the case that proposed it has ended meanwhile, nobody can agree to it."""
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    do(onward, first, c.Raise(interrupt="dies"), SCREEN)
    with pytest.raises(Refusal, match="not_proposed"):
        do(onward, second, c.Agree(case=first), TWO)
    waits = {"GH-ONE": "proposed", "GH-TWO": "asked"}
    for code, by in ((first, SCREEN), (second, TWO)):
        assert queries.case(onward, code, by=OPERATOR).state.links == {}
        assert verify(onward, code, by=OPERATOR).faults == ()
        assert [line.proposal for line in links_shown.links(onward, code, by)] == [waits[by.agency]]


def test_only_who_answers_for_a_case_links_it_and_only_who_may_know_sees_it(
    onward: Onward,
) -> None:
    first, second = siblings(onward)
    third = open_case(onward, "trial", "GH", TWO, roles={"manager": "GH-ONE"}).code
    for code, act in ((second, c.Link(case=third, word="sibling")), (third, c.Agree(case=first))):
        with pytest.raises(Refusal, match=r"not_yours\.another"):
            do(onward, code, act, SCREEN)
    with pytest.raises(Refusal) as unlinking:
        do(onward, first, c.Unlink(case=second), staff("NG-HOME"))
    with pytest.raises(Refusal) as looking:
        links_shown.links(onward, first, staff("NG-HOME"))
    assert unlinking.value.reason == looking.value.reason == "unknown_case"
    with pytest.raises(Refusal, match="same_case"):
        do(onward, first, c.Link(case=first, word="sibling"), SCREEN)


def test_who_answers_for_both_links_them_at_once(onward: Onward) -> None:
    """Nobody else has to agree, and nothing waits."""
    first, second = (open_case(onward, "trial", "GH", SCREEN).code for _ in range(2))
    do(onward, first, c.Link(case=second, word="parent"), SCREEN)
    assert [(x.code, x.word, x.status) for x in links_shown.links(onward, second, SCREEN)] == [
        (first, "child", "open")
    ]
    assert links_shown.proposals(onward, SCREEN) == []
    do(onward, second, c.Unlink(case=first), SCREEN)
    do(onward, second, c.Merge(case=second, into=first), SCREEN)
    assert queries.case(onward, second, by=OPERATOR).state.merged_into == first


def test_who_has_learnt_a_code_acts_on_nothing_with_it(onward: Onward) -> None:
    """Nothing is written into the log of a case, and nothing of it is shown."""
    code, decoy = apart(onward)
    before, told = len(queries.case_log(onward, code, by=OPERATOR)), []
    acts: list[Callable[[str], object]] = [
        lambda other: do(onward, other, c.Link(case=decoy, word="sibling"), TWO),
        lambda other: do(onward, other, c.Agree(case=decoy), TWO),
        lambda other: do(onward, other, c.Unlink(case=decoy), staff("NG-HOME")),
    ]
    for other in (code, "2345-6789"):
        for act in acts:
            with pytest.raises(Refusal) as refused:
                act(other)
            told.append(str(refused.value).replace(other, "CODE"))
    assert set(told) == {"refused.unknown_case.for_you case=CODE"}
    assert len(queries.case_log(onward, code, by=OPERATOR)) == before


def test_a_link_shows_a_case_to_nobody_without_a_part_in_it(onward: Onward) -> None:
    """Whose agency agreed knows that there is one: not how it stands, nor who answers for it."""
    first, second = apart(onward)
    agreed(onward, first, second, c.Link(case=second, word="parent"))
    assert links_shown.links(onward, second, TWO) == [
        links_shown.LinkLine(code=first, word="child")
    ]
    do(onward, second, c.Unlink(case=first), TWO)
    assert links_shown.links(onward, first, SCREEN) == []


def test_an_alert_reaches_the_linked_case_in_the_same_transaction(onward: Onward) -> None:
    """Not the other way, and not a case that is closed or erased."""
    first, second = siblings(onward)
    do(onward, first, c.Raise(interrupt="danger"), SCREEN)
    assert notices(onward, second, "GH-TWO") == 1
    assert notices(onward, first, "GH-ONE") == 0
    do(onward, second, c.Raise(interrupt="dies"), TWO)
    assert notices(onward, first, "GH-ONE") == 1
    erase_case(onward, second)
    assert links_shown.links(onward, first, SCREEN) == []
    do(onward, first, c.Raise(interrupt="dies"), SCREEN)
    assert verify(onward, first, by=OPERATOR).faults == ()


def test_an_alert_that_time_raises_is_heard_whoever_comes_first(onward: Onward) -> None:
    """Here somebody who only looks: what was due is settled before, in both cases."""
    first, second = siblings(onward)
    move_clock(onward, START + timedelta(days=3))
    queries.protected_values(onward, first, SCREEN)
    assert notices(onward, second, "GH-TWO") == 1
    assert (
        verify(onward, first, by=OPERATOR).faults
        == verify(onward, second, by=OPERATOR).faults
        == ()
    )


def test_an_alert_from_before_a_link_was_agreed_is_kept_from_nobody(onward: Onward) -> None:
    """Time raised it days ago, and it is recorded together with the link: there was nobody to be told."""
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    move_clock(onward, START + timedelta(days=3))
    do(onward, second, c.Agree(case=first), TWO)
    for code, agency in ((first, "GH-ONE"), (second, "GH-TWO")):
        facts = [fact for line in whole_log(onward, code) for fact in line.facts]
        assert "unseen" in [fact.name for fact in facts if isinstance(fact, InterruptRaised)]
        assert notices(onward, code, agency) == 0
        assert notices(onward, code, agency, "A linked case was not told") == 0
        assert verify(onward, code, by=OPERATOR).faults == ()


def test_an_alert_is_heard_by_the_case_that_changes_in_the_same_turn(onward: Onward) -> None:
    """Time raised one in both days ago; the duplicate is closed, and so is told nothing."""
    first, second = (open_case(onward, "trial", "GH", SCREEN).code for _ in range(2))
    do(onward, first, c.Link(case=second, word="same_person"), SCREEN)
    move_clock(onward, START + timedelta(days=3))
    do(onward, first, c.Merge(case=first, into=second), SCREEN)
    assert queries.case(onward, first, by=OPERATOR).state.merged_into == second
    assert (notices(onward, first, "GH-ONE"), notices(onward, second, "GH-ONE")) == (0, 1)
    for code in (first, second):
        assert notices(onward, code, "GH-ONE", "A linked case was not told") == 0
        assert verify(onward, code, by=OPERATOR).faults == ()


def test_alerts_of_two_cases_that_change_in_one_turn_are_both_heard_by_a_third(
    onward: Onward,
) -> None:
    """In one turn of its own."""
    first, second, third = (open_case(onward, "trial", "GH", SCREEN).code for _ in range(3))
    do(onward, third, c.Complete(task="interview.1"), SCREEN, answers=_ANSWERS)
    for code in (first, second):
        do(onward, third, c.Link(case=code, word="sibling"), SCREEN)
    move_clock(onward, START + timedelta(days=3))
    do(onward, first, c.Merge(case=first, into=second), SCREEN)
    facts = [fact for line in whole_log(onward, third) for fact in line.facts]
    heard = [fact.case for fact in facts if isinstance(fact, AlertHeard)]
    assert sorted(heard) == sorted([first, second])
    assert verify(onward, third, by=OPERATOR).faults == ()


def test_a_case_that_was_unlinked_while_the_other_was_damaged_is_not_one_that_was_not_told(
    onward: Onward,
) -> None:
    """The other still has the link once it is repaired, and nobody there has to look for it."""
    first, second = siblings(onward)
    its_row = CASES.c.code == second
    with onward.store.write() as connection:
        whole = connection.scalar(select(CASES.c.sealed_state).where(its_row))
        connection.execute(update(CASES).where(its_row).values(sealed_state=b"damaged"))
    do(onward, first, c.Unlink(case=second), SCREEN)
    with onward.store.write() as connection:
        connection.execute(update(CASES).where(its_row).values(sealed_state=whole))
    do(onward, second, c.Raise(interrupt="danger"), TWO)
    assert notices(onward, first, "GH-ONE") == 0
    assert notices(onward, second, "GH-TWO", "A linked case was not told") == 0


def test_who_is_prohibited_in_one_case_hears_nothing_of_it_in_the_other(onward: Onward) -> None:
    """Promise 5: the cousin works there, and answers for the sibling's case."""
    first, second = siblings(onward)
    do(onward, first, c.Prohibit(agency="GH-TWO"), SCREEN)
    assert links_shown.links(onward, second, TWO) == []
    do(onward, first, c.Raise(interrupt="danger"), SCREEN)
    assert notices(onward, second, "GH-TWO") == 0
    with pytest.raises(Refusal) as refused:
        do(onward, second, c.Unlink(case=first), TWO)
    assert refused.value.reason == "not_linked"
    told = [fact for line in whole_log(onward, first) for fact in line.facts]
    assert "A linked case was not told" in [getattr(fact, "label", "") for fact in told]


def test_who_is_prohibited_in_one_case_and_gets_a_task_as_the_other_hears_of_it_is_not_told(
    url: str, tmp_path: Path
) -> None:
    """Promise 5: what is due in the other case happens before it is told."""
    agencies = AGENCIES.replace(
        "roles: [first_responder, case_manager]", "roles: [first_responder]"
    )
    later = "      visit: {by: manager, form: [risk], not_before: 2 days}\n      agree:\n"
    visits = PATHWAY.replace("      agree:\n", later)
    visits += "interrupts:\n  danger: {raised_by: [screener], alerts_linked: yes}\n"
    with closing(ready(url, tmp_path, agencies=agencies, pathways=[visits])) as onward:
        first, second = (open_case(onward, "trial", "GH", SCREEN).code for _ in range(2))
        do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
        do(onward, first, c.Prohibit(agency="GH-TWO"), SCREEN)
        move_clock(onward, START + timedelta(days=3))
        do(onward, first, c.Raise(interrupt="danger"), SCREEN)
        facts = [fact for line in whole_log(onward, second) for fact in line.facts]
        assert "GH-TWO" in {fact.task.agency for fact in facts if isinstance(fact, TaskOpened)}
        assert [fact.told for fact in facts if isinstance(fact, AlertHeard)] == [("GH-ONE",)]


def test_two_cases_may_alert_each_other_at_once(onward: Onward) -> None:
    """Nobody waits for ever, and neither alert is lost."""
    for _ in range(5):
        first, second = siblings(onward)
        with ThreadPoolExecutor(2) as both:
            alerts = [
                both.submit(do, onward, code, c.Raise(interrupt="danger"), by)
                for code, by in ((first, SCREEN), (second, TWO))
            ]
            for each in alerts:
                each.result(timeout=PATIENCE_SECONDS)
        assert notices(onward, first, "GH-ONE") == notices(onward, second, "GH-TWO") == 1
        assert (
            verify(onward, first, by=OPERATOR).faults
            == verify(onward, second, by=OPERATOR).faults
            == ()
        )


def test_the_words_are_shown_to_the_agency_that_asks(onward: Onward) -> None:
    """With the agency's name filled in; another agency does not see them."""
    first, _ = siblings(onward)
    do(
        onward,
        first,
        c.Complete(task="interview.1"),
        SCREEN,
        answers={"full_name": "Person 1", "home_country": "NG"},
    )
    assert words_to_read_out(onward, first, "agree.1", SCREEN).text == "May we tell Home about you?"
    with pytest.raises(Refusal, match=r"not_found\.task"):
        words_to_read_out(onward, first, "agree.1", TWO)

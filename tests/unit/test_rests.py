"""No case rests unseen: a review is given as soon as nobody has anything to do, and `check` tells of
every such rest that a pathway allows, and of no other.
"""

from __future__ import annotations

import json

import pytest

from engine import commands as c
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.proofs import prove
from tests.factories import DESK, Case
from tests.random_documents import loaded
from tests.random_holes import ENDED_BY, sound_document, with_a_hole
from tests.told import sentence

HEAD = """
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
review: 1 month
sides: [host]
roles: {screener: desk @ host, manager: care @ host}
data: {born: {date}, appealed: {yes_no}}
clocks: {sixteen: birthday 16 of born}
interrupts: {worry: {raised_by: screener, suspends: all, review: 3 days}}
bases: {law: {ground: statutory, source: The law, to: [screener, manager], shows: [appealed]}}
ends: {closed: success, stays: neutral, too_old: neutral}
stages:
  first: {steps: {talk: {by: screener, form: [born, appealed]}}}
"""
ORDER = """
  again:
    after: first
    when: appealed
    otherwise: skip
    steps:
      rule_again: {by: manager, passes_on: no, decide: {return: go on, stay: go on}}
  last:
    after: again
    when: decision.rule_again = return
    otherwise: end stays
    steps: {travel: {by: manager}}
    then: end closed
"""
WATCH = """
  watch:
    after: first
    steps: {tell_old: {kind: notification, hand_over: manager, not_before: PERIOD}}
    then: end too_old
"""


def told(body: str) -> list[str]:
    """What is said of rests: first what is wrong, then the notes."""
    proof = prove(load_pathway(HEAD + body))
    about = ("finding.stuck", "finding.rests", "finding.part.never", "finding.without_end")
    found = [each for each in (*proof.faults, *proof.notes) if each.message.code.startswith(about)]
    return [f"{'.'.join(map(str, each.path))}: {sentence(each)}" for each in found]


@pytest.mark.parametrize(
    ("period", "until"),
    [
        ("sixteen", "until `sixteen`"),
        ("5 years after talk.done", "until `5 years after talk.done`"),
        ("", "for ever"),
    ],
)
def test_an_order_that_nobody_can_give_is_told_whatever_clock_runs(period: str, until: str) -> None:
    """With what it waits for, who could give it, and what ends the rest."""
    (said,) = [
        each
        for each in told(ORDER + (WATCH.replace("PERIOD", period) if period else ""))
        if each.startswith("stages.last: ")
    ]
    assert f"`last` may wait {until} for `decision.rule_again`" in said
    assert "from `rule_again` (`manager`)" in said


def test_a_rest_that_is_meant_is_listed_and_one_that_never_comes_is_too() -> None:
    meant = ORDER.replace(
        "    steps: {travel", '    rests: because "the court decides"\n    steps: {travel'
    )
    (said,) = told(meant + WATCH.replace("PERIOD", "sixteen"))
    assert said.startswith("stages.last.rests: `last` may wait until `sixteen`")
    assert "because the court decides" in said
    sound = meant.replace("when: decision.rule_again = return", "when: appealed")
    assert told(sound) == ["stages.last.rests: no case ever rests at stage `last`"]


def test_a_consent_that_nobody_has_to_ask_for_is_told_at_the_needs_of_the_step() -> None:
    body = """
  main:
    after: first
    steps:
      ask: {by: screener, consent: agree, refused: go on, manual: yes}
      visit: {by: manager, needs: consent.agree}
    then: end closed
consents: {agree: {to: manager, shows: [appealed], ask: May we?}}
"""
    (said,) = told(body)
    assert said.startswith("stages.main.steps.visit.needs: `visit` may wait for ever for")
    assert "`consent.agree`, from `ask` (`screener`)" in said


def test_a_part_that_others_work_hides_until_the_end_is_a_note() -> None:
    visits = WATCH.replace(
        "kind: notification, hand_over: manager, not_before: PERIOD",
        "by: manager, series: {every: 6 months, for: 3 years, after: talk.done}",
    )
    (said,) = told(ORDER + visits)
    assert said.startswith("stages.last: `last` may wait until the case ends")


def test_a_step_that_the_end_may_come_before_is_a_note() -> None:
    body = """
  main:
    after: first
    steps: {call: {by: manager, not_before: 2 years after talk.done}}
    then: end closed
"""
    assert any("opens too late" in each for each in told(body + WATCH.replace("PERIOD", "sixteen")))


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_a_random_pathway_without_a_hole_is_told_nothing(start: int) -> None:
    for seed in range(start, start + 20):
        assert about_rests(loaded(sound_document(seed))) == set()


@pytest.mark.parametrize("ended_by", ENDED_BY)
def test_each_hole_is_found_whatever_ends_the_wait_in_it(ended_by: str) -> None:
    """Only there: the rest of the pathway is as sound as without it."""
    for seed in range(10):
        assert about_rests(loaded(with_a_hole(seed, ended_by))) == {"hole"}


def about_rests(pathway: Pathway) -> set[str]:
    """The stages in which a rest is told of that is not meant."""
    proof = prove(pathway)
    about = ("finding.stuck", "finding.part.never", "finding.without_end")
    found = [each for each in (*proof.faults, *proof.notes) if each.message.code.startswith(about)]
    assert all(json.dumps(each.path) for each in found)
    return {str(each.path[1]) for each in found}


def rested() -> Case:
    """A case that waits for an order that nobody gives, while a birthday is years away."""
    body = ORDER + WATCH.replace("PERIOD", "sixteen")
    case = Case(body, head=HEAD, consents="")
    case.complete("talk.1", born="2015-05-05", appealed=False)
    return case


def test_a_case_that_rests_is_reviewed_at_once_whatever_clocks_run() -> None:
    """Promise 2: by a task of the responsible agency, not only by a notice."""
    case = rested()
    assert case.open == ["review.1"]
    assert case.task("review.1").agency == DESK
    assert "tell_old:floor" in case.state.clocks


def test_who_waits_on_gets_the_next_review_after_the_period() -> None:
    case = rested()
    case.wait(days=20)
    case.do(c.Complete(task="review.1", outcome="wait_on"))
    assert case.open == []
    case.wait(days=20)
    assert case.open == [], "the period begins anew with the review"
    case.wait(days=12)
    assert case.open == ["review.2"]
    case.wait(days=40)
    assert case.open == ["review.2"], "one at a time"
    assert "attention" in case.told(DESK)


def test_a_case_that_rests_again_after_work_is_reviewed_again() -> None:
    case = rested()
    case.do(c.Complete(task="review.1", outcome="wait_on"))
    case.do(c.Raise(interrupt="worry"), DESK)
    assert case.open == ["worry.1"]
    case.do(c.Resolve(interrupt="worry"), DESK)
    assert case.open == ["review.2"]


def test_a_review_may_end_the_case() -> None:
    case = rested()
    case.do(c.Complete(task="review.1", outcome="stays"))
    assert case.state.end == "stays"


def test_a_case_that_time_leads_on_is_not_reviewed() -> None:
    """However long it takes: somebody gets a task then."""
    body = """
  main:
    after: first
    steps: {call: {by: manager, not_before: 5 years after talk.done}}
    then: end closed
"""
    case = Case(body, head=HEAD, consents="")
    case.complete("talk.1", born="2015-05-05", appealed=False)
    assert case.open == []
    case.wait(days=32)
    assert case.open == []
    assert "attention" in case.told(DESK)


def test_a_task_that_lapses_as_it_opens_is_nobodys() -> None:
    """So the case is reviewed before time has opened and closed it."""
    body = (
        ORDER
        + """
  main:
    after: first
    steps:
      call:
        by: manager
        series: {at: [2 months], after: talk.done}
        due: {time: 1 month after talk.done, kind: limitation}
        lapsed: go on
"""
    )
    case = Case(body, head=HEAD, consents="")
    case.complete("talk.1", born="2015-05-05", appealed=False)
    assert case.open == ["review.1"]

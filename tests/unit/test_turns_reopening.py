"""A case that has ended is taken up again."""

from __future__ import annotations

import re

import pytest

from engine import commands as c
from engine.acts.reopening import CaseReopened
from engine.checks.end_rules import idle_reopening
from engine.errors import Refusal
from engine.facts import CaseEnded
from engine.verbs import act_of
from tests.factories import CARE, DESK, HEAD, Case, lawful
from tests.told import sentence

OPENS_AGAIN = HEAD.replace(
    "roles:", "reopen: {by: [manager, responsible], at: plan, ends: [stays, gone]}\nroles:"
)
BODY = """
stages:
  meet:
    steps:
      talk: {by: screener, form: [risk], decide: {good: go on, over: end stays}}
  plan:
    after: meet
    steps:
      think: {by: manager, form: [rooms], due: 5 days}
      agree: {by: manager, after: think, decide: {on: go on, off: end stays}}
  beside:
    after: meet
    steps:
      visit: {by: manager}
  act:
    after: [plan, beside]
    steps:
      do_it: {by: manager}
    then: end done
interrupts:
  leaves: {raised_by: screener, then: end gone}
"""
WISH = c.Reopen(reason="persons_wish")


def ended(body: str = BODY, head: str = OPENS_AGAIN) -> Case:
    """Both stages after the first were under way."""
    case = Case(body, head=head)
    case.do(c.Complete(task="talk.1", answers={"risk": "low"}, outcome="good"))
    case.complete("think.1", CARE, rooms=2)
    case.do(c.Complete(task="agree.1", outcome="off"), CARE)
    assert (case.state.status, case.state.end) == ("ended", "stays")
    return case


def test_the_stage_begins_anew_and_what_comes_after_it_with_it() -> None:
    """Ids go on counting; answers stand; what was under way beside it is stopped."""
    case = ended()
    case.do(WISH, hours=400)
    assert (case.state.status, case.state.end) == ("open", "")
    assert case.open == ["think.2"]
    assert case.state.stages == {"meet": "ended", "beside": "stopped", "plan": "open"}
    assert case.state.data == {"risk": "low", "rooms": 2}
    assert case.state.next_clock() is not None
    case.complete("think.2", CARE, rooms=3)
    case.do(c.Complete(task="agree.2", outcome="on"), CARE)
    case.complete("do_it.1", CARE)
    assert (case.state.status, case.state.end) == ("ended", "done")
    assert [each.end for each in case.facts if isinstance(each, CaseEnded)] == ["stays", "done"]


def test_who_has_reopened_it_and_why_stays_in_the_log() -> None:
    """The words behind the reason are protected and stand elsewhere."""
    case = ended()
    case.do(WISH, CARE)
    said = next(each for each in case.last if isinstance(each, CaseReopened))
    assert (said.agency, said.by, said.reason, said.at) == (CARE, "staff-1", "persons_wish", "plan")
    assert case.told(DESK) == ["attention"]


def test_a_case_may_be_reopened_again() -> None:
    """Each time with a reason."""
    case = ended()
    for number in (2, 3):
        case.do(WISH)
        assert case.open == [f"think.{number}"]
        case.do(c.Raise(interrupt="leaves"))
        assert case.state.end == "gone"


def test_a_stage_waits_for_what_must_come_before_it() -> None:
    """A case that ended in its first stage goes on there, and comes to the other by that."""
    case = Case(BODY, head=OPENS_AGAIN)
    case.do(c.Complete(task="talk.1", answers={"risk": "low"}, outcome="over"))
    case.do(WISH)
    assert case.open == ["talk.2"], "nothing was settled that the stage comes after"
    assert case.state.stages == {"meet": "open"}
    case.do(c.Complete(task="talk.2", answers={"risk": "low"}, outcome="good"))
    assert case.open == ["think.1", "visit.1"]


ONLY_IF_LOW = BODY.replace(
    "  plan:\n    after: meet\n",
    "  plan:\n    after: meet\n    when: risk = low\n    otherwise: end stays\n",
)


def test_a_stage_opens_on_its_own_condition_alone() -> None:
    """Where it says no and ends the case, nothing was reopened; the answer must change first."""
    head = OPENS_AGAIN.replace("ends: [stays, gone]", "ends: [stays, done]")
    body = ONLY_IF_LOW.replace("do_it: {by: manager}", "do_it: {by: manager, form: [risk]}")
    case = ended(body, head)
    case.do(WISH)
    case.complete("think.2", CARE, rooms=3)
    case.do(c.Complete(task="agree.2", outcome="on"), CARE)
    case.complete("do_it.1", CARE, risk="high")
    assert case.state.end == "done"
    with pytest.raises(Refusal, match=r"not_open\.reopened end=stays stage=plan"):
        case.do(WISH)


@pytest.mark.parametrize(
    ("named", "refused"), [(", ends: gone", True), ("", True), (", ends: [stays]", False)]
)
def test_a_case_is_reopened_from_the_ends_that_are_named(named: str, refused: bool) -> None:
    """Where none is, from those that are a success: who has died or declined is left in peace."""
    case = ended(head=OPENS_AGAIN.replace(", ends: [stays, gone]", named))
    if refused:
        assert case.refused(WISH) == "not_allowed"
    else:
        case.do(WISH)
        assert case.state.status == "open"


def test_a_case_that_was_a_success_is_reopened_where_no_end_is_named() -> None:
    """Somebody who came through may need more help."""
    head = OPENS_AGAIN.replace(", ends: [stays, gone]", "")
    case = Case(BODY.replace("off: end stays", "off: end done"), head=head)
    case.do(c.Complete(task="talk.1", answers={"risk": "low"}, outcome="good"))
    case.complete("think.1", CARE, rooms=2)
    case.do(c.Complete(task="agree.1", outcome="off"), CARE)
    case.do(WISH)
    assert case.open == ["think.2"]


QUIET = """
clocks:
  quiet: {time: 30 days after think.done, extend: {by: 10 days, role: manager}}
stages:
  meet:
    steps:
      talk: {by: screener, form: [risk]}
  plan:
    after: meet
    steps:
      think: {by: manager, when: risk = low, otherwise: skip}
      agree: {by: manager, after: think, form: [risk], decide: {on: go on, off: end stays}}
      last: {by: manager, after: agree, not_before: quiet}
    then: end done
"""


@pytest.mark.parametrize("days", [5, 60])
def test_a_named_period_goes_on_from_where_it_was(days: int) -> None:
    """With what was granted, though what it counts from is passed over now; it may be over meanwhile."""
    case = Case(QUIET, head=OPENS_AGAIN)
    case.complete("talk.1", risk="low")
    case.complete("think.1", CARE)
    over = case.state.clocks["clock.quiet"].at
    case.do(c.Extend(name="quiet"), CARE)
    longer = case.state.clocks["clock.quiet"]
    assert longer.at > over
    case.do(c.Complete(task="agree.1", answers={"risk": "high"}, outcome="off"), CARE)
    assert case.state.clocks == {}
    case.do(WISH, days=days)
    case.do(c.Complete(task="agree.2", answers={"risk": "high"}, outcome="on"), CARE)
    if days < 40:
        assert case.state.clocks["clock.quiet"] == longer
        case.wait(days=40)
    assert case.moment("clock.quiet") == longer.at
    assert case.open == ["last.1"]


@pytest.mark.parametrize(
    ("act", "by", "reason"),
    [
        (c.Reopen(reason="boredom"), DESK, "unknown_reason"),
        (WISH, "GH-CARE2", "not_allowed"),
        (c.Start(step="visit"), DESK, "closed"),
    ],
)
def test_not_everybody_may_reopen_a_case_and_not_without_a_reason(
    act: c.Act, by: str, reason: str
) -> None:
    """And nothing else may be done in it."""
    assert ended().refused(act, by) == reason


def test_a_case_stays_closed_where_the_pathway_says_nothing() -> None:
    """Nobody may, not even who answers for it; and an open case is not reopened."""
    assert ended(head=HEAD).refused(WISH) == "not_allowed"
    assert Case(BODY, head=OPENS_AGAIN).refused(WISH) == "open_already"


def test_what_was_raised_is_over_and_may_be_raised_again() -> None:
    """Who withdrew and comes back may withdraw once more."""
    case = Case(BODY, head=OPENS_AGAIN)
    case.do(c.Raise(interrupt="leaves"))
    case.do(WISH)
    assert case.state.interrupts == ()
    case.do(c.Raise(interrupt="leaves"))
    assert case.state.end == "gone"


CONSENT = """
stages:
  meet:
    steps:
      note: {by: screener, form: [home_country]}
      talk: {by: screener, after: note, consent: tell_home, refused: end stays}
      more: {by: screener, after: talk, decide: {on: go on, off: end stays}}
  plan:
    after: meet
    steps:
      think: {by: manager}
    then: end done
"""


def test_consents_go_on_running_out() -> None:
    """Also while the case is over: what the person is to be asked again, they are asked once it is open."""
    short = "tell_home: {to: home, ask: May we?, valid: 10 days}"
    case = Case(CONSENT, head=OPENS_AGAIN, consents=short)
    case.complete("note.1", home_country="NG")
    case.give()
    case.do(c.Complete(task="more.1", outcome="off"))
    assert case.state.clocks.keys() == {"consent.tell_home"}
    case.wait(days=20)
    assert case.state.consents["tell_home"].status == "expired"
    asked = len(case.state.tasks)
    case.do(WISH)
    assert "talk.2" in case.open
    assert len(case.state.tasks) > asked


def test_a_scenario_reopens_a_case() -> None:
    """The verb is about the whole case and takes no name."""
    case = ended()
    assert act_of("reopen for persons_wish", {}, case.pathway, case.state) == WISH
    with pytest.raises(
        Refusal, match=r"not_understood\.phrase phrase=reopen plan for persons_wish"
    ):
        act_of("reopen plan for persons_wish", {}, case.pathway, case.state)


@pytest.mark.parametrize(
    ("ends", "kinds", "noted"),
    [
        ("", "done: neutral, stays: neutral", True),
        ("", "done: success, stays: neutral", False),
        (", ends: [stays]", "done: neutral, stays: neutral", False),
    ],
)
def test_a_reopening_from_no_end_is_noted(ends: str, kinds: str, noted: bool) -> None:
    """Where none is named a success is meant, and there is none."""
    head = HEAD.replace("roles:", f"reopen: {{by: manager, at: start{ends}}}\nroles:")
    head = re.sub(r"ends: {done.*}", f"ends: {{{kinds}}}", head)
    definition = lawful(
        head + "stages: {start: {steps: {talk: {by: screener}}, then: end done}}\n"
    ).definition
    assert [sentence(each) for each in idle_reopening(definition)] == [
        "no case can be reopened: `reopen` names no `ends`, and no end is a `success`"
    ] * noted

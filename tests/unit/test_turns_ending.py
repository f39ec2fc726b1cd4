"""Stages that outlive the end of the case: aftercare, a limit that still runs."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.choices import choices
from engine.facts import CaseEnded, EndKnown, NoticeOwed, NoticesCancelled
from tests.factories import CARE, DESK, Case

AFTER = """
clocks:
  far: 5 years after case.opened
stages:
  main:
    steps:
      talk: {by: screener, decide: {good: go on, over: end done, leaves: end gone}}
      pack: {by: manager}
      call: {by: screener, manual: yes}
  care:
    outlives_end: OUTLIVES
    steps:
      visit: {by: manager, series: {every: 1 month, for: 3 months, after: case.ended}, due: 1 week}
      claim: {by: screener, due: {time: 1 year, kind: limitation, source: A law}, lapsed: end stays}
  later:
    after: care
    steps:
      rest: {by: screener}
    then: end stays
interrupts:
  pause: {raised_by: screener, suspends: care, review: 1 week}
  stops: {raised_by: screener, then: end gone}
"""


def after(outlives: str = "yes", outcome: str = "over", body: str = AFTER) -> Case:
    case = Case(body.replace("OUTLIVES", outlives))
    if outcome:
        case.do(c.Complete(task="talk.1", outcome=outcome))
    return case


def test_a_stage_outlives_the_end_and_the_case_closes_with_it() -> None:
    """The end is known at once; tasks and clocks of the stage go on; then the case closes."""
    case = after()
    assert (case.state.status, case.state.end) == ("open", "done")
    assert case.open == ["claim.1"]
    assert case.state.stages == {"main": "closed", "care": "open"}
    case.complete("claim.1")
    for month in (1, 2, 3):
        assert case.state.status == "open"
        case.wait(days=32)
        case.complete(f"visit.{month}", CARE)
    assert (case.state.status, case.state.end) == ("ended", "done")
    assert case.state.clocks == {}
    assert [f.end for f in case.facts if isinstance(f, CaseEnded | EndKnown)] == ["done", "done"]


def test_who_has_something_else_open_is_told_that_it_is_over() -> None:
    """And what is owed about the stage that goes on is still sent."""
    case = after()
    over = [f for f in case.last if isinstance(f, NoticeOwed)]
    assert [(f.agency, f.kind, f.about) for f in over] == [(CARE, "no_longer_needed", "pack.1")]
    cancelled = [f for f in case.last if isinstance(f, NoticesCancelled)]
    assert "claim.1" in cancelled[0].spared
    assert "pack.1" not in cancelled[0].spared


def test_a_case_whose_end_is_known_is_still_looked_at() -> None:
    """Somebody is responsible, there is a next moment, and the review comes."""
    case = after()
    assert case.state.next_clock()
    case.wait(days=32)
    assert "attention" in case.told(DESK)
    assert case.state.responsible == DESK


def test_a_limitation_that_passes_after_the_end_closes_the_case() -> None:
    """With the end that it has: another one, from within a stage, only ends that stage."""
    case = after()
    case.wait(days=400)
    assert case.state.steps["claim"] == "lapsed"
    assert (case.state.status, case.state.end) == ("ended", "done")


def test_only_the_ends_that_are_named_are_outlived() -> None:
    """Who has died gets no aftercare."""
    assert after("[done, stays]", "over").state.status == "open"
    assert after("done", "leaves").state.status == "ended"
    without = AFTER.replace("case.ended", "case.opened")
    assert after("no", "over", without).state.status == "ended"


def test_a_stage_that_has_not_begun_does_not_outlive_the_end() -> None:
    """Nor does anything open that comes after it."""
    case = after("yes", "", AFTER.replace("  care:\n", "  care:\n    after: main\n"))
    case.do(c.Complete(task="talk.1", outcome="over"))
    assert case.state.status == "ended"


def test_nothing_else_begins_once_the_end_is_known() -> None:
    """No later stage, no manual step of a stage that is over."""
    case = after()
    assert case.refused(c.Start(step="call")) == "closed"
    offered = choices(case.view, lambda task, name, field: None)
    assert "call" not in {each.about for each in offered}
    case.complete("claim.1")
    case.wait(days=200)
    for number in (1, 2, 3):
        case.complete(f"visit.{number}", CARE)
    assert "later" not in case.state.stages
    assert case.state.status == "ended"


def test_what_concerns_the_whole_case_closes_it() -> None:
    """The person wants nothing more; the first end stays."""
    case = after()
    case.do(c.Raise(interrupt="stops"))
    assert (case.state.status, case.state.end, case.open) == ("ended", "done", [])


def test_a_suspended_stage_outlives_the_end_with_who_looks_after_it() -> None:
    """It goes on when the interrupt is over."""
    case = after("yes", "")
    case.do(c.Raise(interrupt="pause"))
    case.do(c.Complete(task="talk.1", outcome="over"))
    assert (case.state.status, case.open) == ("open", ["pause.1"])
    case.do(c.Resolve(interrupt="pause"), days=3)
    assert case.open == ["claim.1"]


TWO = """
stages:
  main:
    steps:
      talk: {by: screener, decide: {over: end done}}
      tell: {by: screener}
  one:
    outlives_end: yes
    steps:
      a: {by: screener, decide: {over: end stays}}
      b: {by: manager}
  two:
    outlives_end: yes
    steps:
      d: {by: screener, after: tell, decide: {over: end gone}}
    then: end gone
"""


def test_an_end_from_within_a_stage_leaves_the_other_stages_alone() -> None:
    """Each that outlives the end is settled for itself."""
    case = Case(TWO)
    case.do(c.Complete(task="talk.1", outcome="over"))
    assert case.open == ["a.1", "b.1", "d.1"]  # what comes after something that is over opens
    case.do(c.Complete(task="a.1", outcome="over"))
    assert (case.open, case.state.stages["one"]) == (["d.1"], "closed")
    case.do(c.Complete(task="d.1", outcome="over"))
    assert (case.state.status, case.state.end) == ("ended", "done")


AGREED = """
stages:
  main:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      finish: {by: screener, decide: {over: end done}}
  abroad:
    outlives_end: yes
    steps:
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 10 days
        late: [before 2 days remind home]
        declined: go on
        silent: tell screener
"""


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_request_outlives_the_end_as_long_as_its_consent_stands(withdrawn: bool) -> None:
    """Its ladder too; a consent that runs out is not asked for again where its stage is over."""
    consents = "tell_home: {to: home, valid: 5 days, ask: May we?}"
    case = Case(AGREED, consents=consents)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.Complete(task="finish.1", outcome="over"))
    assert case.open == ["ask_home.1"]
    if withdrawn:
        case.do(c.WithdrawConsent(consent="tell_home"))
        assert (case.state.status, case.told()) == ("ended", ["stop_and_confirm"])
        return
    case.wait(days=20)
    assert case.state.consents["tell_home"].status == "expired"
    assert [key for key in case.open if key.startswith("talk")] == []
    assert case.told("NG-HOME") == []


SILENT = """
stages:
  main: {steps: {talk: {by: screener}}, then: end done}
  care:
    outlives_end: yes
    steps:
      refer: {hand_over: manager, answer: 2 days, declined: go on, silent: go on}
  claim:
    outlives_end: yes
    steps:
      wait: {by: screener}
"""


def test_who_was_silent_need_not_answer_once_its_stage_has_ended_after_the_end() -> None:
    """It could as long as the stage outlived the end; then it is told that it is over."""
    case = Case(SILENT)
    case.complete("talk.1")
    assert (case.state.end, case.open) == ("done", ["refer.1", "wait.1"])
    case.wait(days=3)
    assert (case.state.stages["care"], case.open) == ("ended", ["wait.1"])
    assert case.told(CARE) == ["no_longer_needed"]

"""Beginning again: a case goes back to a stage and does all that comes after it once more."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from engine.facts import TaskOpened
from tests.factories import CARE, DESK, HOME, HOME2, Case, pathway
from tests.told import refused_with

BACK = """
stages:
  intake: {steps: {ask: {by: screener, form: [risk, home_country]}}}
  plan:
    after: intake
    steps:
      write: {by: screener, due: 2 days}
      check: {by: manager, after: write, decide: {fine: go on, wrong: "BACK"}}
      aside: {by: screener, due: 1 week}
  place:
    after: check
    steps:
      stay: {by: manager, decide: {settled: go on, failed: "BACK"}}
    then: end done
  apart:
    after: intake
    steps:
      visit: {by: screener}
      tell: {by: screener, after: stay}
  close: {after: apart, steps: {file: {by: screener}}}
""".replace("BACK", "back to plan, at most 2, then end stays")


def back(case: Case, round_: int = 1, stay: int = 1) -> None:
    case.complete(f"write.{round_}")
    case.do(c.Complete(task=f"check.{round_}", outcome="fine"), CARE)
    case.do(c.Complete(task=f"stay.{stay}", outcome="failed"), CARE)


def placed() -> Case:
    case = Case(BACK)
    case.complete("ask.1", risk="low", home_country="NG")
    return case


def test_going_back_begins_a_stage_again_with_all_that_comes_after_it() -> None:
    """What was open is withdrawn, and who had it is told; what stands beside goes on."""
    case = placed()

    back(case)

    assert case.open == ["aside.2", "visit.1", "write.2"]
    assert case.task("aside.1").status == "withdrawn"
    assert case.told(DESK) == ["no_longer_needed", "task_assigned", "task_assigned"]
    assert "place" not in case.state.stages
    assert case.state.decisions == {}
    assert "aside.1:due" not in case.state.clocks
    assert case.state.data["risk"] == "low"


def test_moments_and_outcomes_are_those_of_the_new_round() -> None:
    """A period after the plan is counted from the new plan."""
    case = placed()
    back(case)
    forgotten = "check.done" not in case.state.moments

    case.do(c.Complete(task="write.2"), DESK, days=3)
    case.do(c.Complete(task="check.2", outcome="fine"), CARE)

    assert forgotten
    assert case.moment("check.done") == case.now
    assert case.moment("intake.ended") < case.now


def test_a_period_may_count_from_when_the_case_went_back() -> None:
    """A new round has the whole period, though what it counted from at first is long past."""
    due = "latest of (2 days after ask.done, 2 days after plan.returned?)"
    case = Case(BACK.replace("due: 2 days}", f'due: "{due}"}}'))
    case.complete("ask.1", risk="low", home_country="NG")
    first = case.task("write.1").due_at
    case.do(c.Complete(task="write.1"), DESK, days=30)
    case.do(c.Complete(task="check.1", outcome="wrong"), CARE)

    assert case.moment("plan.returned") == case.now
    again = case.task("write.2").due_at
    assert first
    assert again
    assert (again - first).days == 30


def test_nothing_counts_from_a_return_that_no_case_makes() -> None:
    with refused_with(DefinitionError, match="intake.returned"):
        pathway(BACK.replace("due: 2 days}", "due: 2 days after intake.returned}"))


def test_a_case_goes_back_to_a_stage_so_often_and_no_more() -> None:
    """From wherever it goes back."""
    case = placed()
    back(case)
    case.complete("write.2")
    case.do(c.Complete(task="check.2", outcome="wrong"), CARE)
    again = case.open

    back(case, 3, stay=2)

    assert again == ["aside.3", "visit.1", "write.3"]
    assert case.state.end == "stays"


def test_a_stage_that_has_ended_by_what_begins_again_is_open_again() -> None:
    """Its other steps stay done; what comes after its end begins again too."""
    body = BACK.replace("then: end done", "").replace("aside: {by: screener, due: 1 week}", "")
    body = body.replace("settled: go on", "settled: go on, moved: go on")
    body = body.replace("close: {after: apart, steps: {file: {by: screener}}}", CLOSE)
    case = Case(body)
    case.complete("ask.1", risk="low", home_country="NG")
    case.complete("visit.1")
    case.complete("write.1")
    case.do(c.Complete(task="check.1", outcome="fine"), CARE)
    case.do(c.Complete(task="stay.1", outcome="settled"), CARE)
    case.complete("tell.1")
    closing = case.open

    case.do(c.Raise(interrupt="fails"), DESK)

    assert closing == ["file.1"]
    assert case.open == ["write.2"]
    assert case.state.stages["apart"] == "open"
    assert case.state.steps["visit"] == "done"
    assert "close" not in case.state.stages


CLOSE = """close: {after: apart, steps: {file: {by: screener}}}
interrupts:
  fails: {raised_by: screener, then: "back to plan, at most 2, then go on"}"""


def test_there_is_nothing_to_go_back_to_before_a_stage_has_begun() -> None:
    """So nobody raises what does nothing else."""
    body = BACK.replace("close: {after: apart, steps: {file: {by: screener}}}", CLOSE)
    case = Case(body)

    assert case.refused(c.Raise(interrupt="fails"), DESK) == "condition"


REQUESTS = """
stages:
  ask:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
  offer:
    after: ask
    steps:
      ask_home:
        {hand_over: home, needs: consent.tell_home, answer: 5 days, responsibility: WHEN,
         declined: "next receiver, at most 1", silent: tell screener, feedback: 2 weeks}
  go:
    after: offer
    steps:
      travel: {by: screener, arrival: {confirmed_by: home, within: 3 days, missing: "BACK"}}
      report: {by: screener, decide: {fine: go on, failed: "BACK"}}
""".replace("BACK", "back to offer, at most 2, then end stays")
ANY = "tell_home: {to: home, any, shows: [risk], ask: May we?}"


def asked(when: str = "on_arrival", body: str = REQUESTS) -> Case:
    case = Case(body.replace("WHEN", when), consents=ANY)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


def test_a_yes_that_was_not_acted_on_is_taken_back() -> None:
    """Nobody keeps a place free in vain; the consent stands, and the receiver may be asked again."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)

    case.do(c.Complete(task="report.1", outcome="failed"))

    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.told(HOME)[0] == "no_longer_needed"
    assert case.state.consents["tell_home"].status == "given"
    assert case.open == ["ask_home.2"]
    assert case.hand_over("ask_home.2").agency == HOME


def test_a_receiver_that_has_taken_over_keeps_the_case() -> None:
    """Until another one takes over; it still says how it went."""
    travel = next(line for line in REQUESTS.splitlines() if "travel:" in line)
    case = asked("on_acceptance", REQUESTS.replace(travel, ""))
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.do(c.Complete(task="report.1", outcome="failed"))
    case.do(c.GiveFeedback(task="ask_home.1.feedback"), HOME)

    assert case.state.responsible == HOME
    assert case.hand_over("ask_home.1").status == "closed"
    assert "ask_home.closed" not in case.state.moments
    assert case.open == ["ask_home.2"]


def test_each_round_has_receivers_of_its_own() -> None:
    """Who declined before may be asked again: things have changed."""
    case = asked()
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), HOME2)
    case.do(c.Complete(task="report.1", outcome="failed"))
    case.do(c.DeclineHandOver(hand_over="ask_home.3", reason="no_capacity"), HOME2)

    assert case.open == ["ask_home.4"]
    assert case.hand_over("ask_home.4").agency == HOME


def test_a_journey_under_way_ends_first() -> None:
    """Whoever waits at the other end waits on."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.complete("travel.1")

    case.do(c.Complete(task="report.1", outcome="failed"))
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), HOME)
    case.do(c.ConfirmArrival(task="travel.1.arrival"), HOME)

    assert case.state.steps["travel"] == "done"
    assert case.state.responsible == HOME
    assert case.open == ["ask_home.1.feedback", "report.2"]


def test_a_person_who_did_not_arrive_may_travel_again() -> None:
    """Nobody waits for the first journey any more; a second may be missed as well."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.complete("travel.1")

    case.do(c.ReportNoShow(task="travel.1.arrival"), HOME)
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), HOME)
    case.complete("travel.2")
    case.do(c.ReportNoShow(task="travel.2.arrival"), HOME)

    assert case.task("travel.1.arrival").status == "withdrawn"
    assert case.task("travel.2.arrival").status == "withdrawn"
    assert case.open == ["ask_home.3"]


def test_a_yes_of_a_round_before_can_be_taken_back_without_touching_the_new_one() -> None:
    """The step of today does not hang on it."""
    case = asked("on_acceptance")
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.do(c.Complete(task="report.1", outcome="failed"))

    case.do(c.Revoke(hand_over="ask_home.1"), DESK)

    assert case.open == ["ask_home.2"]
    assert case.state.steps["ask_home"] == "open"
    assert "ask_home.revoked" not in case.state.moments


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BACK.replace("to plan", "to pln"), "there is no stage `pln`"),
        (BACK.replace("to plan", "to close"), "`plan` does not come after `close`"),
        (BACK.replace("then end stays", "then end gone_home"), "there is no end `gone_home`"),
        (BACK.replace("at most 2", "at most 0"), "out of bounds"),
        (BACK.replace(", at most 2", ""), "`at most` is expected"),
    ],
)
def test_what_could_not_begin_again_is_refused(body: str, said: str) -> None:
    """With what to write instead."""
    with refused_with(DefinitionError, match=said):
        pathway(body, consents=ANY)


def test_ids_of_tasks_never_come_twice() -> None:
    """Whatever begins again."""
    case = placed()
    back(case)
    back(case, 2, stay=2)

    opened = [fact.task.id for fact in case.facts if isinstance(fact, TaskOpened)]
    assert "stay.2" in opened
    assert len(set(opened)) == len(opened)

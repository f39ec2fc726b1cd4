"""Why a case is where it is: what had come, which condition held, what is awaited, who may know."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine import visibility
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.view import View
from onward.authoring.scenarios import play_all
from tests.explained import awaited, why
from tests.factories import CARE, DESK, HOME, Case
from wording.day_by_day import told
from wording.sentences import in_words

BODY = """
clocks:
  rest: 5 days after talk.done
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country?, risk?, married?], due: 1 day}
      agree: {by: screener, consent: tell_home, refused: go on, optional: yes}
      report: {by: manager, after: talk, when: risk < high and not married, otherwise: skip}
      call: {by: manager, manual: yes}
  away:
    after: start
    steps:
      ask:
        hand_over: home
        needs: consent.tell_home
        answer: 5 working days
        declined: end stays
        silent: tell manager
      rest_first: {by: manager, not_before: 9 days after talk.done}
      close: {by: manager, after: ask}
    then: end done
interrupts:
  hold: {raised_by: screener, suspends: [start, away], review: 3 days}
"""


def because(found: Explanation) -> list[str]:
    return [in_words(each.said) for each in found.because]


def test_a_task_tells_what_came_before_which_condition_held_and_who_has_it() -> None:
    """With the answers by which it held, and the count of its due moment."""
    case = Case(BODY)
    case.complete("talk.1", risk="low", married=False)
    found = why(case, "report.1")
    assert because(found) == [
        "its stage start was entered",
        "it comes after talk: done",
        "its condition held: risk is below high and married is no",
        "it is for the role manager: care @ host (GH)",
        "GH-CARE holds the role: it is the first in the registry that may hold the role",
        "it is allowed to know of the case without the person's consent: the basis law covers it",
    ]
    condition = found.because[2].condition
    assert condition
    assert condition.holds
    assert condition.known == {"risk": "low", "married": False}


def test_a_condition_is_told_as_it_held_when_the_task_was_opened() -> None:
    """Whatever was answered since: a later answer is not the reason for an earlier task."""
    case = Case(BODY)
    case.complete("talk.1", risk="low", married=False)
    case.state = replace(case.state, data={**case.state.data, "risk": "high"})
    condition = why(case, "report.1").because[2].condition
    assert condition
    assert condition.holds
    assert condition.known["risk"] == "low"


def test_a_step_that_has_not_opened_says_what_is_not_answered_and_where_it_is_asked() -> None:
    """`risk` is known, `married` is not: that alone is awaited."""
    case = Case(BODY.replace("by: screener, form", "by: screener, optional: yes, form"))
    case.complete("talk.1", risk="low")
    assert awaited(why(case, "report")) == [
        "it is not known yet whether its condition holds: risk is below high and married is no",
        "married is not answered: it is asked in talk (done)",
    ]


def test_a_step_that_was_passed_over_says_by_which_part() -> None:
    """Its condition as it was then."""
    case = Case(BODY)
    case.complete("talk.1", risk="high", married=False)
    found = why(case, "report")
    assert awaited(found) == [
        "it was skipped",
        "its condition did not hold: risk is below high and married is no",
    ]
    condition = found.waits_for[1].condition
    assert condition
    assert condition.holds is False
    assert [each.holds for each in condition.parts] == [False, True]


def test_what_comes_later_says_for_whom_it_waits() -> None:
    """The step before it, and with whom that is; the stage before its stage."""
    case = Case(BODY)
    assert awaited(why(case, "report")) == ["it comes after talk (open: talk.1 with GH-DESK)"]
    assert awaited(why(case, "ask")) == [
        "its stage away is not open yet",
        "it comes after start (open)",
    ]
    by = "the responsible agency or another agency of the case in a country where the step may be done"
    said = f"it is a manual step: it opens when an agency starts it, either {by}"
    assert awaited(why(case, "call")) == [said]


def test_a_request_that_is_not_sent_names_the_consent_and_the_side() -> None:
    """Neither is known yet, and each says where it is asked for."""
    case = Case(BODY)
    case.complete("talk.1", risk="high", married=False)
    assert awaited(why(case, "ask")) == [
        "it needs the consent tell_home: not asked for; the step that asks for the consent is agree (open: agree.1 with GH-DESK)",
        "the country of side origin is not known: home_country is not answered: it is asked in talk (done)",
    ]


def test_a_consent_that_has_run_out_since_is_said_to_have_stood() -> None:
    """It let the step open, and lets nobody go on with it now."""
    body = "stages:\n  start:\n    steps:\n"
    body += "      talk: {by: screener, consent: tell_home, refused: go on}\n"
    body += "      look: {by: manager, after: talk, needs: consent.tell_home}\n    then: end done\n"
    case = Case(body, consents="tell_home: {to: manager, ask: May we?, valid: 10 days}")
    case.give()
    assert "it needs the consent tell_home, which is in force" in because(why(case, "look"))
    case.wait(days=11)
    said = because(why(case, "look"))
    assert "it needs the consent tell_home, which was in force then and is expired now" in said


def test_a_request_without_ground_says_which_consent_was_taken_back() -> None:
    """And not a condition that held."""
    case = Case(BODY)
    case.complete("talk.1", home_country="NG", risk="low", married=False)
    case.do(c.RecordConsent(task="agree.1", given=False))
    case.complete("report.1", CARE)
    found = why(case, "ask")
    assert in_words(found.is_now) == "skipped"
    assert awaited(found) == ["it was skipped", "it needs the consent tell_home: refused"]


def test_a_floor_is_counted_and_named() -> None:
    """It has its moment, and the count of it."""
    case = Case(BODY)
    case.complete("talk.1", risk="high", married=False)
    found = why(case, "rest_first")
    assert awaited(found) == ["it does not open before 9 days after the completion of talk"]
    assert found.waits_for[0].at == found.counts[0].at == case.state.clocks["rest_first:floor"].at
    assert found.counts[0].steps[-1].step.at == found.counts[0].at


def test_an_interrupt_that_lets_a_stage_rest_is_named() -> None:
    """For a step of it, and for a task that rests with it."""
    case = Case(BODY)
    case.do(c.Raise(interrupt="hold"), DESK)
    assert awaited(why(case, "call")) == [
        "its stage start is suspended",
        "hold is open, and suspends stage start",
    ]
    assert awaited(why(case, "talk.1")) == ["hold is open, and suspends stage start"]
    assert because(why(case, "hold.1"))[0] == (
        "an interrupt is open, and somebody must check whether it is over (hold)"
    )


def test_a_named_period_says_what_it_waits_for_and_how_it_is_counted() -> None:
    """Before and after its beginning."""
    case = Case(BODY)
    assert awaited(why(case, "rest")) == [
        "its moment is 5 days after the completion of talk, which is not known yet"
    ]
    case.complete("talk.1", risk="low", married=False)
    found = why(case, "rest")
    assert (in_words(found.is_now), awaited(found)) == ("running", [])
    assert found.counts[0].at == case.state.clocks["clock.rest"].at


def test_what_is_due_by_a_named_period_says_how_that_is_counted() -> None:
    """Its own count, then that of the period: the days stand there."""
    body = BODY.replace(
        "by: manager, after: talk, when", "by: manager, after: talk, due: rest, when"
    )
    case = Case(body)
    case.complete("talk.1", risk="low", married=False)
    by_due, by_rest = why(case, "report.1").counts
    assert (by_due.kind, by_due.phrase) == ("due", "rest")
    assert (by_rest.key, by_rest.phrase) == ("clock.rest", "5 days after talk.done")
    assert by_due.at == by_rest.at
    assert next(told(by_rest)).startswith("period rest: 5 days after the completion of talk")


def test_an_overdue_task_still_says_how_its_due_moment_was_counted() -> None:
    """Its clock has run out, and the record has it."""
    case = Case(BODY)
    case.wait(days=3)
    found = why(case, "talk.1")
    assert in_words(found.is_now) == "work with GH-DESK, assigned, overdue"
    assert found.counts[0].steps[-1].step.at == case.task("talk.1").due_at


def with_request() -> Case:
    case = Case(BODY)
    case.complete("talk.1", home_country="NG", risk="high", married=False)
    case.give("agree.1")
    return case


def test_an_agency_over_a_border_sees_its_own_request_and_nothing_of_the_others() -> None:
    """Neither steps that are not its own, nor what their conditions ask for."""
    case = with_request()
    mine = why(case, "ask.1", HOME)
    assert because(mine)[-1] == "it is allowed to know of the case: the consent tell_home covers it"
    assert not [text for text in because(mine) if "away" in text or "manager" in text]
    assert awaited(why(case, "", HOME)) == ["ask.1 asked of NG-HOME: Ask, offered"]


def test_what_others_have_and_what_is_nowhere_are_answered_alike() -> None:
    """Nobody finds out by asking which tasks, requests, steps, stages and periods a case has."""
    case = with_request()
    there = ("talk.1", "agree.1", "talk", "report", "start", "rest")
    for name in (*there, "talk.2", "ask.2", "tlak", "nowhere"):
        with pytest.raises(Refusal) as refused:
            why(case, name, HOME)
        assert str(refused.value) == f"refused.not_found.part_of_yours name={name}"


def test_what_an_agency_may_not_see_is_awaited_without_a_name() -> None:
    """Its task rests: why is for the responsible agency."""
    case = Case(BODY)
    case.complete("talk.1", risk="low", married=False)
    case.do(c.Raise(interrupt="hold"), DESK)
    assert awaited(why(case, "report.1", CARE)) == [
        "it waits for something that does not concern your agency"
    ]
    assert awaited(why(case, "report.1")) == ["hold is open, and suspends stage start"]


def test_a_condition_on_what_an_agency_is_not_shown_is_not_shown_to_it() -> None:
    """Who holds the task learns that there is a condition, and no answer by it."""
    case = Case(BODY)
    case.complete("talk.1", risk="low", married=False)
    found = why(case, "report.1", CARE)
    assert "its condition held: it depends on something that is not shown to you" in because(found)
    assert all(each.condition is None for each in found.because)
    assert "it comes after a part that does not concern your agency" in because(found)


def running_out(consents: str, step: str) -> Case:
    """A case whose consent was given for five days, and a high risk found."""
    body = f"""
stages:
  start:
    steps:
      talk: {{by: screener, consent: share, refused: go on}}
      look: {{by: screener, form: [risk], after: talk}}
      {step}
"""
    case = Case(body, consents=consents)
    if "home" in consents:
        case.do(c.Complete(task="where.1", answers={"home_country": "NG"}))
    case.give()
    case.complete("look.1", risk="high")
    return case


@pytest.mark.parametrize("part", ["help.1", "help"])
def test_an_answer_is_explained_only_to_who_may_read_it_now(part: str) -> None:
    """While the consent stands; once it has run out, explaining shows no more than reading does."""
    case = running_out(
        "share: {to: manager, shows: [risk], ask: May we?, valid: 5 days}",
        "help: {by: manager, after: look, needs: consent.share, when: risk = high,"
        " otherwise: skip, form: [risk]}",
    )
    assert visibility.readable(case.view, ["risk"], CARE)
    assert "its condition held: risk is high" in because(why(case, part, CARE))
    case.wait(days=10)
    assert not visibility.readable(case.view, ["risk"], CARE)
    with pytest.raises(Refusal) as refused:
        why(case, part, CARE)
    assert refused.value.reason == "not_allowed"
    assert "its condition held: risk is high" in because(why(case, part, DESK))


def test_a_request_is_explained_to_its_receiver_as_far_as_it_is_shown() -> None:
    """Over a border, with a consent that runs out while the request waits: nobody reads on."""
    case = running_out(
        "share: {to: [home, manager], shows: [risk], ask: May we?, valid: 5 days}",
        "where: {by: screener, form: [home_country]}\n"
        "      ask: {hand_over: manager, after: [look, where], needs: consent.share, when: risk = high,"
        " otherwise: skip, answer: 30 days, declined: end stays, silent: tell screener}",
    )
    assert "its condition held: risk is high" in because(why(case, "ask.1", CARE))
    case.wait(days=10)
    assert visibility.may_read(case.view, CARE, case.hand_over("ask.1")) == ()
    with pytest.raises(Refusal) as refused:
        why(case, "ask.1", CARE)
    assert refused.value.reason == "not_allowed"


def test_who_has_no_part_in_a_case_is_told_nothing() -> None:
    """Not even whether something is in it."""
    case = Case(BODY)
    for name in ("", "talk.1", "nothing"):
        with pytest.raises(Refusal) as refused:
            why(case, name, HOME)
        assert refused.value.reason == "not_allowed"


def test_a_name_that_is_nowhere_is_refused_with_the_nearest() -> None:
    """A slip of the hand."""
    with pytest.raises(Refusal, match=r"not_found\.part_near name=reprot near=report"):
        why(Case(BODY), "reprot")


@pytest.mark.parametrize("name", ["adult_return", "child_on_the_move"])
def test_whatever_scenarios_come_to_can_be_explained(project_root: Path, name: str) -> None:
    """Each part of each case at its end: what opened had its condition, each count its steps."""
    file = project_root / "pathways/west_africa" / f"{name}.yaml"
    for played in list(play_all(file, None))[::6]:
        end = played.player
        facts = [fact for each in played.decisions for fact in each.facts]
        view = View(end.pathway, end.state, end.now, end.registry, end.calendars)
        known = CaseHistory(view.seen_by(end.state.responsible), facts, end.editions)
        explain(known)
        for part in (*end.state.tasks, *end.state.hand_overs, *end.pathway.steps):
            found = explain(known, part)
            held = [each.condition for each in found.because if each.condition]
            assert all(each.holds for each in held), (played.name, part)
            # What is not shown to whoever answers for it by then has no phrase.
            assert all(each.steps or not each.phrase for each in found.counts), (played.name, part)
        for part in (*end.pathway.stages, *end.pathway.definition.clocks):
            explain(known, part)


def test_a_period_that_ran_as_the_case_ended_is_not_said_to_have_no_beginning() -> None:
    """What it was counted from has come, and its count is shown."""
    body = """
clocks: {rest: 5 days after talk.done, other: 5 days after work.done}
stages:
  start:
    steps:
      talk: {by: screener}
      work: {by: manager, after: talk, optional: yes}
    then: end done
"""
    case = Case(body)
    case.complete("talk.1")
    assert case.state.status == "ended"
    found = why(case, "rest")
    assert (in_words(found.is_now), found.waits_for) == ("running when the case ended", ())
    assert found.counts[0].steps
    assert in_words(why(case, "other").is_now) == "not begun"


def test_an_end_by_withdrawal_is_told_as_such_though_only_the_refusal_names_it() -> None:
    """Not by the step in which the consent had been given."""
    case = Case(BODY.replace("refused: go on, optional: yes", "refused: end stays, optional: yes"))
    case.complete("talk.1", home_country="NG", risk="high")
    case.give("agree.1")
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.state.end == "stays"
    assert because(why(case))[1] == "what led to that end: consent tell_home was withdrawn"


def test_a_decision_that_was_not_taken_is_told_with_its_step() -> None:
    """No form asks for a decision; its step may have been skipped."""
    body = """
stages:
  start:
    steps:
      talk: {by: screener, form: [risk]}
      rule: {by: manager, after: talk, when: risk = high, otherwise: skip, decide: {go: go on, stay: go on}}
      act: {by: manager, after: talk, when: decision.rule = go, otherwise: skip}
    then: end done
"""
    case = Case(body)
    case.complete("talk.1", risk="low")
    assert awaited(why(case, "act"))[1] == "the decision in rule is missing: rule (skipped)"

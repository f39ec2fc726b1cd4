"""The way back of a case in which nothing has happened since it was moved: who hears what of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from casework import story
from engine import commands as c
from engine import facts as f
from engine.evolve import replay
from engine.migrating import Before, MoveTarget, Surroundings, revert, weigh
from engine.pathway import Pathway
from engine.state import State
from engine.versions.renames import renames
from tests.factories import CALENDARS, CARE, DESK, HEAD, HOME, REGISTRY, TELL_HOME, Case, lawful
from tests.sight import as_seen
from wording.sentences import as_line

KNOWN = Surroundings(REGISTRY, CALENDARS)
WAY = """
stages:
  first:
    steps:
      talk: {by: screener, form: [home_country, risk], due: 24 hours, late: [remind screener]}
      agree: {by: screener, after: talk, consent: tell_home, refused: go on}
      ask_home: {hand_over: home, after: agree, needs: consent.tell_home, seen: 2 working days, answer: 15 working days, declined: end stays, silent: tell manager}
      plan: {by: manager, after: talk, due: 5 days, late: [before 1 day remind manager]}
    then: end done
"""
RENAMED = (("ask_home: {", "ask_partner: {was: ask_home, "), ("plan: {", "plan_trip: {was: plan, "))


def version_2(*changes: tuple[str, str]) -> Pathway:
    head = HEAD.replace("version: 1", "version: 2\nrunning_cases: migrate")
    text = f"{head}consents:\n  {TELL_HOME}\n{WAY}"
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return lawful(text)


class There:
    """A case that was moved to version 2, and what it was before."""

    def __init__(self, case: Case, *changes: tuple[str, str]) -> None:
        self.case, self.old, self.new = case, case.pathway, version_2(*changes)
        self.was = case.state
        self.names = renames(self.old.definition, self.new.definition)
        verdict = weigh(self.old, MoveTarget(self.new, self.names), case.state, case.now, KNOWN)
        assert verdict.decision is not None, verdict.reasons
        self.facts, self.state = verdict.decision.facts, verdict.decision.state

    @property
    def owed(self) -> tuple[f.NoticeOwed, ...]:
        return tuple(each for each in self.facts if isinstance(each, f.NoticeOwed))

    def back(
        self, *told: f.NoticeOwed, hours: float = 0
    ) -> tuple[State, list[tuple[str, str, str]]]:
        """The state after the way back, and to whom which notice about what is owed for it."""
        at = self.case.now + timedelta(hours=hours)
        command = c.Command(act=c.Revert(version=1), agency="", occurred_at=at, recorded_at=at)
        onto, was = MoveTarget(self.old, self.names.back()), Before(self.was, told)
        done = revert(self.new, onto, self.state, was, command, KNOWN)
        assert replay(done.facts, self.state) == done.state
        self.facts = done.facts
        return done.state, [(each.agency, each.kind, each.about) for each in self.owed]


def planned(*, accepted: bool = False) -> Case:
    case = Case(WAY)
    case.complete("talk.1", home_country="NG", risk="low")
    case.give("agree.1")
    if accepted:
        case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    return case


@pytest.mark.parametrize("accepted", [False, True])
def test_nobody_is_told_to_stop_what_has_its_old_name_again(accepted: bool) -> None:
    """A request that is open or was accepted, and a task: they were renamed, and are not off."""
    there = There(planned(accepted=accepted), *RENAMED)
    assert "ask_partner.1" in there.state.hand_overs
    state, told = there.back()
    assert told == []
    assert state == there.was


def test_what_only_the_new_version_has_is_off_by_the_name_that_it_has_there() -> None:
    """Beside what was renamed."""
    more = (
        "    then: end done",
        "      more: {by: manager, label: Something more}\n    then: end done",
    )
    there = There(planned(), *RENAMED, more)
    _, told = there.back()
    assert told == [(CARE, "no_longer_needed", "more.1")]
    assert there.owed[0].label == "Something more"


@pytest.mark.parametrize(
    ("role", "needs", "told"),
    [
        ("home", "needs: consent.tell_home, ", (HOME, "stop_and_confirm", "more.1.stop1")),
        ("screener", "", (DESK, "no_longer_needed", "more.1")),
    ],
)
def test_whoever_was_asked_by_the_new_version_alone_is_asked_to_stop(
    role: str, needs: str, told: tuple[str, str, str]
) -> None:
    """The responsible agency is only told."""
    more = (
        f"      more: {{hand_over: {role}, {needs}answer: 5 days, declined: go on, silent: go on}}"
    )
    there = There(planned(), *RENAMED, ("    then: end done", f"{more}\n    then: end done"))
    assert "more.1" in there.state.hand_overs
    assert there.was.responsible == DESK
    state, heard = there.back()
    assert heard == [told]
    assert [each.of for each in state.stops.values()] == [HOME] * (role == "home")


def test_a_date_that_was_not_sent_yet_is_not_sent_any_more() -> None:
    """Nobody has heard of it: what they were told before holds again, and they hear nothing."""
    there = There(planned(), *RENAMED, ("answer: 15 working days", "answer: 10 working days"))
    assert [(each.agency, each.kind) for each in there.owed] == [(HOME, "attention")]
    state, told = there.back()
    assert f.NoticesCancelled(since=there.was.notices) in there.facts
    assert told == []
    assert replace(state, notices=0, told={}) == replace(there.was, notices=0, told={})


def test_who_was_told_another_date_hears_the_one_that_holds_again() -> None:
    """The last word that a partner has of it is right."""
    there = There(planned(), *RENAMED, ("answer: 15 working days", "answer: 10 working days"))
    state, told = there.back(*there.owed)
    assert told == [(HOME, "attention", "ask_home.1")]
    assert there.owed[0].due_at == state.hand_overs["ask_home.1"].answer_by
    assert state.hand_overs == there.was.hand_overs


def test_nobody_is_late_as_they_hear_of_the_way_back() -> None:
    """What has passed by the old version meanwhile is counted from the way back."""
    case = Case(WAY)
    there = There(case, ("due: 24 hours", "due: 72 hours"))
    state, told = there.back(hours=39.5)
    task = state.tasks["talk.1"]
    assert not task.overdue
    assert task.due_at == case.now + timedelta(hours=39.5 + 24)
    assert told == [(DESK, "attention", "talk.1")]
    assert state.clocks["talk.1:rung:0"].at == task.due_at, "it is reminded then"
    (moved,) = [each for each in there.facts if isinstance(each, f.ClockMoved)]
    assert (moved.before, moved.after) == (case.now + timedelta(hours=72), task.due_at)


def test_the_way_back_ends_a_deadline_no_later_than_the_version_in_between() -> None:
    """As on the way there."""
    case = Case(WAY)
    there = There(case, ("due: 24 hours", "due: 48 hours"))
    state, _ = there.back(hours=39.5)
    assert state.tasks["talk.1"].due_at == case.now + timedelta(hours=48)


def test_a_deadline_that_was_lifted_meanwhile_is_counted_from_the_way_back() -> None:
    """It would have passed by now, and the version in between had none."""
    case = Case(WAY)
    there = There(case, (", due: 24 hours, late: [remind screener]", ""))
    state, _ = there.back(hours=30)
    assert state.tasks["talk.1"].due_at == case.now + timedelta(hours=54)
    assert not state.tasks["talk.1"].overdue


def test_nobody_is_late_as_they_hear_of_the_shorter_of_two_periods() -> None:
    """`running: shorter` is no exception."""
    case = planned()
    case.wait(days=3)
    shorter = ("due: 5 days", "due: {time: 2 days, running: shorter}")
    there = There(case, shorter, ("effective: 2026-01-01", "effective: 2026-04-01"))
    assert not there.state.tasks["plan.1"].overdue
    assert there.state.tasks["plan.1"].due_at == case.state.tasks["plan.1"].due_at


def test_the_log_says_what_is_due_when() -> None:
    """A request is to be seen by one moment and answered by another; a period that is gone is named."""
    shorter = (
        "seen: 2 working days, answer: 15 working days",
        "seen: 1 working day, answer: 10 working days",
    )
    there = There(planned(), shorter, (", due: 5 days, late: [before 1 day remind manager]", ""))
    ((*lines,),) = story.told([(1, as_seen(there.facts))], {1: there.old, 2: there.new}, 2)
    assert [as_line(each.said) for each in lines] == [
        "Moved from version 1 to 2",
        "No longer has a deadline: Plan",
        "Becomes due earlier: Ask home, to be seen, 2026-03-03 23:59 UTC",
        "Becomes due earlier: Ask home, to be answered, 2026-03-16 23:59 UTC",
    ]

"""Why a clock is over: its period has elapsed, somebody has shortened it, or something happened."""

from __future__ import annotations

from casework import story
from engine import commands as c
from engine.evolve import replay
from engine.facts import ClockReached, ClocksStopped
from tests.factories import CARE, HOME, Case
from tests.sight import as_seen
from wording.sentences import as_line

BODY = """
clocks:
  reflection: {time: "earliest of (30 days after case.opened, early_word.done)", paused_while: interrupt.missing.open, shorten: {role: manager}}
  later: {time: 5 days after reflection, shorten: {role: manager, to: 1 day}}
  never: 5 days after early_word.stopped
stages:
  start:
    steps:
      early_word: {by: screener, manual: yes}
      wait: {by: manager, due: 3 days}
      last: {by: manager, not_before: reflection}
    then: end done
interrupts:
  missing: {raised_by: screener}
"""


def why(case: Case) -> dict[str, str]:
    facts = [fact for fact in case.facts if isinstance(fact, ClockReached)]
    return {fact.key: fact.because for fact in facts if fact.key.startswith("clock.")}


def stories(case: Case) -> list[str]:
    (found,) = story.told([(1, as_seen(case.facts))], {1: case.pathway}, 1)
    return [as_line(each.said) for each in found]


def test_a_period_that_nobody_has_ended_has_elapsed() -> None:
    """Before, it runs; one that could not begin has not begun."""
    case = Case(BODY)
    state = case.state
    assert [state.clock_is(each) for each in ("reflection", "never")] == ["running", "not_begun"]
    case.wait(days=31)
    assert case.state.clock_is("reflection") == "elapsed"
    assert why(case) == {"clock.reflection": "elapsed"}


def test_a_period_that_something_has_ended_says_what() -> None:
    """The person has spoken before the end of the reflection."""
    case = Case(BODY)
    case.do(c.Start(step="early_word"))
    case.complete("early_word.1")
    assert case.state.clock_is("reflection") == "early_word.done"
    assert "A period was ended by: Early word" in stories(case)


def test_a_period_that_somebody_has_shortened_says_so() -> None:
    """At once, or to an earlier day: then when that day is over."""
    case = Case(BODY)
    case.do(c.Shorten(name="reflection"), CARE)
    assert case.state.clock_is("reflection") == "shortened"
    case.do(c.Shorten(name="later"), CARE)
    assert case.state.clock_is("later") == "running"
    case.wait(days=2)
    assert case.state.clock_is("later") == "shortened"


def test_a_period_that_stands_still_says_so() -> None:
    """It runs on when that is over."""
    case = Case(BODY)
    case.do(c.Raise(interrupt="missing"))
    assert case.state.clock_is("reflection") == "still"
    case.do(c.Resolve(interrupt="missing"))
    assert case.state.clock_is("reflection") == "running"


def test_a_clock_that_is_dropped_says_why() -> None:
    """Also one that stood still: the work was done, or taken back."""
    case = Case(BODY)
    case.do(c.Raise(interrupt="missing"))
    case.complete("wait.1", CARE)
    stopped = [fact for fact in case.last if isinstance(fact, ClocksStopped)]
    assert [(fact.keys, fact.because) for fact in stopped] == [(("wait.1:due",), "done")]


def test_records_of_before_it_was_said_are_read_as_they_are() -> None:
    """A clock that was reached then has elapsed, for all that is known."""
    case = Case(BODY)
    case.wait(days=31)
    old = [
        ClockReached(key=each.key, due=each.due) if isinstance(each, ClockReached) else each
        for each in case.facts
    ]
    state = replay(old)
    assert state.over == {}
    assert state.clock_is("reflection") == "elapsed"


def test_a_request_that_is_answered_stops_its_clocks_with_the_answer() -> None:
    """The record says with which."""
    case = Case(
        """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home: {hand_over: home, after: talk, needs: consent.tell_home, seen: 1 day, answer: 3 days, declined: end stays, silent: end stays}
    then: end done
"""
    )
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.See(hand_over="ask_home.1"), HOME)
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    stopped = [fact for fact in case.facts if isinstance(fact, ClocksStopped)]
    assert [fact.because for fact in stopped if fact.keys[0].startswith("ask")] == [
        "seen",
        "accepted",
    ]


UNBEGUN = """
clocks:
  limit: earliest of (30 days after formal.done, interrupt.lodged)
  either: earliest of (formal.done, interrupt.lodged)
stages:
  start:
    steps:
      formal: {by: manager}
      talk: {by: screener}
      go: {by: screener, after: talk, when: clock.limit.reached, otherwise: skip}
      wait: {by: screener, after: formal, not_before: limit}
    then: end done
interrupts:
  lodged: {raised_by: screener}
"""


def test_what_only_ends_a_period_does_not_begin_it() -> None:
    """Nothing is over that nothing has begun; one of moments alone comes with the first of them."""
    case = Case(UNBEGUN)
    case.do(c.Raise(interrupt="lodged"), days=1)
    assert (case.state.clock_is("limit"), case.state.clock_is("either")) == (
        "not_begun",
        "interrupt.lodged",
    )
    case.complete("talk.1")
    assert case.state.steps["go"] == "skipped"
    case.complete("formal.1", CARE)
    assert case.state.clock_is("limit") == "interrupt.lodged"
    assert case.open == ["wait.1"]


def test_what_comes_while_a_period_runs_ends_it() -> None:
    """As before: whichever comes first."""
    case = Case(UNBEGUN)
    case.complete("formal.1", CARE)
    assert case.state.clock_is("limit") == "running"
    case.do(c.Raise(interrupt="lodged"), days=1)
    assert case.moment("clock.limit") == case.now

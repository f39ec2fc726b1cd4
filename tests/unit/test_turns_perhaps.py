"""Clocks counted from the latest of several moments, of which some may never come."""

from __future__ import annotations

import re

from engine import commands as c
from engine.errors import DefinitionError
from engine.facts import ClockMoved
from engine.proofs import prove
from tests.factories import CARE, HEAD, Case, pathway
from tests.periods import day
from tests.told import refused_with

REFERRED = """
stages:
  start:
    steps:
      refer: {by: screener}
      ask_again: {by: screener, manual: yes, started_by: screener, repeat: {at_most: 3}}
      settle:
        by: manager
        after: refer
        due: "latest of (5 working days after refer.done, 5 working days after ask_again.done?)"
        late: [before 1 day remind manager]
        repeat: {at_most: 3, on: ask_again.done}
      close: {by: screener}
    then: end done
"""
FLOOR = """
clocks:
  rest: latest of (3 days after talk.done, 3 days after visit.done?)
stages:
  start:
    steps:
      talk: {by: screener}
      visit: {by: screener, optional: yes}
      go_on: {by: manager, after: talk, not_before: rest}
    then: end done
"""


def ask_again(case: Case) -> None:
    case.do(c.Start(step="ask_again"))
    case.complete("ask_again.1")


def test_what_need_not_come_is_not_waited_for_beside_it() -> None:
    """`visit.done` without a `?` has to come, so that one with a `?` says nothing; in `earliest of` another
    may come instead."""
    twice = FLOOR.replace("3 days after talk.done", "visit.done")
    with refused_with(DefinitionError, match=r"`visit\.done` also appears without `\?`"):
        pathway(twice)
    pathway(FLOOR.replace("3 days after talk.done", "earliest of (talk.done, visit.done)"))


def test_what_has_not_happened_is_not_waited_for() -> None:
    """Five working days from the referral while nobody has asked for another look."""
    case = Case(REFERRED)
    case.complete("refer.1")
    assert case.task("settle.1").due_at == day("2026-03-09")


def test_a_period_is_counted_from_the_later_moment_once_it_comes() -> None:
    """The reminder comes anew, and the log tells that the moment has followed."""
    case = Case(REFERRED)
    case.complete("refer.1")
    case.wait(days=6.7)
    assert case.told(CARE) == ["reminder"]
    ask_again(case)
    assert case.task("settle.1").due_at == day("2026-03-16")
    moved = [fact for fact in case.last if isinstance(fact, ClockMoved)]
    assert [(fact.key, fact.because) for fact in moved] == [("settle.1:due", "followed")]
    case.wait(days=6.5)
    assert case.told(CARE) == ["reminder"]


def test_a_new_look_has_its_own_period() -> None:
    """What was decided is decided again, by the moment of the request for it."""
    case = Case(REFERRED)
    case.complete("refer.1")
    case.complete("settle.1", CARE)
    case.wait(days=20)
    ask_again(case)
    assert case.task("settle.2").due_at == day("2026-03-27")


def test_what_has_run_out_stays_so() -> None:
    """A moment that comes afterwards brings nothing back."""
    case = Case(FLOOR)
    case.complete("talk.1")
    case.wait(days=4)
    assert case.open == ["go_on.1", "visit.1"]
    reached = case.moment("clock.rest")
    case.complete("visit.1")
    assert case.moment("clock.rest") == reached


def test_a_floor_goes_further_while_it_holds() -> None:
    """Whatever waits for it waits until the later moment."""
    case = Case(FLOOR)
    case.complete("talk.1")
    case.wait(days=2)
    case.complete("visit.1")
    case.wait(days=2)
    assert "go_on.1" not in case.open
    case.wait(days=2)
    assert case.open == ["go_on.1"]


def test_where_all_may_lack_one_of_them_must_come() -> None:
    """The first that is known begins it."""
    case = Case(FLOOR.replace("talk.done,", "talk.done?,"))
    assert "clock.rest" not in case.state.clocks
    case.complete("visit.1")
    assert case.state.clocks["clock.rest"].at == day("2026-03-05")
    case.wait(days=1)
    case.complete("talk.1")
    assert case.state.clocks["clock.rest"].at == day("2026-03-06")


def settled_by(words: str) -> str:
    """The same with other words beside the period, in days."""
    period = "latest of (5 days after refer.done, 5 days after ask_again.done?)"
    return re.sub(r"due: .*", f'due: {{time: "{period}", {words}}}', REFERRED)


MISSING = """interrupts:
  missing: {raised_by: screener}
"""


def test_what_comes_while_a_clock_stands_still_counts_when_it_goes_on() -> None:
    """Until then nothing moves it; then it is counted from the moment, and the rest of the pause is added."""
    case = Case(settled_by("paused_while: interrupt.missing.open") + MISSING)
    case.complete("refer.1")
    before = case.task("settle.1").due_at
    case.do(c.Raise(interrupt="missing"))
    case.wait(days=2)
    ask_again(case)
    assert case.task("settle.1").due_at == before
    case.wait(days=1)
    case.do(c.Resolve(interrupt="missing"))
    assert case.task("settle.1").due_at == day("2026-03-10")


def test_an_extension_stays_when_a_later_moment_comes() -> None:
    """What was granted is added to the period from there."""
    case = Case(settled_by("extend: {by: 2 days, role: manager}"))
    case.complete("refer.1")
    case.do(c.Extend(name="settle"), CARE)
    case.wait(days=1)
    ask_again(case)
    assert case.task("settle.1").due_at == day("2026-03-10")


AFTER_A_VISIT = """
stages:
  start:
    steps:
      talk: {by: screener}
      visit: {by: screener, optional: yes}
      go_on: {by: manager, after: talk, not_before: "latest of (1 day after talk.done, visit.done?)"}
    then: end done
"""


def test_what_need_not_come_is_not_waited_for_in_the_walk_either() -> None:
    """Without the `?` the case hangs where nobody makes the visit, which is noted."""
    one_end = HEAD.replace(", stays: neutral, gone: withdrawn", "")
    proof = prove(pathway(AFTER_A_VISIT, one_end))
    assert (proof.faults, proof.notes) == ((), ())
    (note,) = prove(pathway(AFTER_A_VISIT.replace("done?", "done"), one_end)).notes
    assert str(note.message) == "finding.optional.waited_for step=visit"

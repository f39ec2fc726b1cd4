"""How a moment was counted: the steps and days end where the engine has set the clock."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings

from engine.calendars import Calendar, together
from engine.explaining.counts import Count, count_of
from engine.facts import ClockMoved, ClockSet
from engine.reckoning import Paused, Ran
from engine.syntax import Duration, Unit
from engine.turns.turn import Turn
from tests.factories import CALENDARS, REGISTRY
from tests.moving_clocks import ACTS, FORWARD, HAPPENINGS, NEWER, WORDS, Watched, trial

EDITIONS = {each.id: each for each in (*CALENDARS.editions, *NEWER.editions)}
NUMBERED = frozenset({Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS})


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
    deadline=None,
)
@given(FORWARD, WORDS, HAPPENINGS)
def test_an_explained_count_ends_at_the_very_moment_that_the_engine_has_set(
    time: str, words: dict[str, str], happenings: list[tuple[str, int, int]]
) -> None:
    """Each clock as it ever was, whatever has moved it, by the calendars of then."""
    case = Watched(trial(time, words), rolls="roll" in words)
    for what, hours, ago in happenings:
        case.now += timedelta(hours=hours)
        if what == "refresh":
            case.calendars = NEWER if case.calendars is CALENDARS else CALENDARS
        case.do(*ACTS[what], ago)
    for state, fact in case.decided:
        if isinstance(fact, ClockSet | ClockMoved) and fact.clock.kind != "registry":
            turn = Turn(case.pathway, state, case.now, REGISTRY, case.calendars)
            count = count_of(turn, fact.clock, EDITIONS)
            assert count.steps, "what was counted can be told"
            assert count.steps[-1].step.at == count.at == fact.clock.at
            days_add_up(count)


def days_add_up(count: Count) -> None:
    """As many days are numbered as were to be counted, one a working day, and none is left out."""
    known = [EDITIONS[each] for each in count.editions]
    calendar: Calendar = together(known) if known else CALENDARS.edition("GH")
    for each in count.steps:
        match each.step:
            case Ran(by=Duration() as by) | Paused(left=Duration() as by) if by.unit in NUMBERED:
                amount = by.amount * (7 if by.unit is Unit.WEEKS else 1)
                numbers = [day.number for day in each.days if day.number]
                assert numbers == [*range(1, amount + 1)]
                for day in each.days:
                    off = by.unit is Unit.WORKING_DAYS and not calendar.is_working(day.day)
                    assert bool(day.why) == off == (day.number == 0)

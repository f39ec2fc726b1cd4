"""Whatever happens to a running clock, in any order: which way it moves, and that it adds up."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import Phase, given, note, settings

from engine import commands as c
from tests.factories import CALENDARS, DESK
from tests.moving_clocks import ACTS, FORWARD, HAPPENINGS, NEWER, WORDS, Watched, trial


@settings(
    max_examples=150,
    phases=[Phase.generate],
)
@given(FORWARD, WORDS, HAPPENINGS)
def test_a_clock_moves_as_it_is_meant_to_whatever_happens(
    time: str, words: dict[str, str], happenings: list[tuple[str, int, int]]
) -> None:
    """Pauses, new starts, extensions, early ends, other calendars, in any order."""
    case = Watched(trial(time, words), rolls="roll" in words)
    note(json.dumps({"time": time, **words}))
    for what, hours, ago in happenings:
        case.now += timedelta(hours=hours)
        note(f"{case.now:%m-%d %H:%M} {what}, {ago} hours ago")
        if what == "refresh":
            case.calendars = NEWER if case.calendars is CALENDARS else CALENDARS
        act, agency = ACTS[what]
        case.do(act, agency, ago)
        if what == "call":
            for task in case.state.open_tasks():
                if task.step == "call":
                    case.do(c.Complete(task=task.id), DESK, ago)


@settings(max_examples=100, phases=[Phase.generate])
@given(FORWARD, WORDS, HAPPENINGS)
def test_counting_again_by_the_same_calendars_changes_nothing(
    time: str, words: dict[str, str], happenings: list[tuple[str, int, int]]
) -> None:
    """However a case came to where it is."""
    case = Watched(trial(time, words), rolls="roll" in words)
    for what, hours, ago in happenings:
        case.now += timedelta(hours=hours)
        if what != "refresh":
            case.do(*ACTS[what], ago)
    case.do(c.Settle(), "")
    before = case.facts
    case.do(c.Refresh(), "")
    assert case.facts == before

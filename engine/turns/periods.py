"""Periods made longer or shorter by who may."""

from __future__ import annotations

from typing import Literal

from engine.definition import Time
from engine.errors import Refusal
from engine.phrases.syntax import Answered, Duration, Length
from engine.state import Clock
from engine.turns import rights, settling, timing
from engine.turns.counting import time_of
from engine.turns.lengths import length_of
from engine.turns.turn import Turn
from engine.view import View


def extend(turn: Turn, name: str, agency: str) -> None:
    """Make a running period longer, as often as its `extend` allows."""
    clock, time = _running(turn, name, "extend")
    assert time.extend is not None
    rights.require(turn, agency, time.extend.role, f"{name} may be extended by %s")
    if clock.shortened_at:
        raise Refusal("used_up", f"{name} was shortened, and is not extended any more")
    if len(clock.extensions) >= time.extend.times:
        often = "once" if time.extend.times == 1 else f"{time.extend.times} times"
        raise Refusal("used_up", f"{name} can be extended {often} at most")
    timing.extend(turn, clock, _length(turn, time.extend.by))


def shorten(turn: Turn, name: str, agency: str) -> None:
    """End a running period at once, or as if it had been shorter from its start."""
    clock, time = _running(turn, name, "shorten")
    assert time.shorten is not None
    rights.require(turn, agency, time.shorten.role, f"{name} may be shortened by %s")
    if clock.shortened_at:
        raise Refusal("used_up", f"{name} was shortened already")
    to = _length(turn, time.shorten.to) if time.shorten.to else None
    short = timing.shorten(turn, clock, to)
    if short.at <= turn.now:
        settling.reach(turn, short)


def _length(view: View, written: Length) -> Duration:
    """Raises Refusal `not_answered` where it is a number that nobody has entered yet."""
    found = length_of(view, written)
    if found is None:
        assert isinstance(written, Answered)
        what = f"answer {written.field} first: it says how many {written.unit}"
        raise Refusal("not_answered", what)
    return found


def _running(view: View, name: str, word: Literal["extend", "shorten"]) -> tuple[Clock, Time]:
    """The clock that a name means: the one that ends first, where several run."""
    found = [
        (clock, time)
        for clock in view.state.clocks.values()
        if clock.kind != "rung"
        and name in (clock.about, _step(view, clock.about))
        and (time := time_of(view, clock))
        and (time.shorten if word == "shorten" else time.extend and time.extend.role)
    ]
    if not found:
        raise Refusal("not_open", f"no period of {name} runs to which this may be done")
    return min(found, key=lambda each: (each[0].at, each[0].key))


def _step(view: View, about: str) -> str:
    """The step or interrupt of a task or request; the name itself otherwise."""
    task, asked = view.state.tasks.get(about), view.state.hand_overs.get(about)
    return task.step if task else asked.step if asked else about

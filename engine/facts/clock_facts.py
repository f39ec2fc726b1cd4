"""Facts about clocks and the moments that they count from."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.clock import Clock
from engine.facts.base import Fact
from engine.state import State
from engine.time.calendars import ChangedDay

__all__ = [
    "ClockMoved",
    "ClockReached",
    "ClockSet",
    "ClocksForgotten",
    "ClocksStopped",
    "DeadlineLifted",
    "MomentNoted",
    "PeriodNotCounted",
]


class ClockSet(Fact, frozen=True, tag="clock_set"):
    clock: Clock

    def change(self, state: State) -> State:
        return _running(state, self.clock)


class ClockMoved(Fact, frozen=True, tag="clock_moved"):
    """A clock has a new moment; `because` is a word of `timing.Because`."""

    clock: Clock
    before: datetime
    because: str
    days: tuple[ChangedDay, ...] = ()
    """The changed days that concern this clock, if a calendar has changed."""

    @property
    def key(self) -> str:
        return self.clock.key

    @property
    def after(self) -> datetime:
        return self.clock.at

    def change(self, state: State) -> State:
        return _running(state, self.clock)


class ClockReached(Fact, frozen=True, tag="clock_reached"):
    """The clock ended.

    `because` says why: its period has `elapsed`, it was `shortened`, or a moment named in
    its rule came (`early_word.done`); empty in older records.
    """

    key: str
    due: datetime
    because: str = ""

    def change(self, state: State) -> State:
        clock, over = state.clocks[self.key], state.over
        if clock.kind == "named" and self.because:
            over = {**over, clock.about: self.because}
        return replace(state, clocks=_without(state, self.key), over=over)


class ClocksStopped(Fact, frozen=True, tag="clocks_stopped"):
    """Clocks stopped before they ended, because their subject is over or has changed.

    `because` is a word, such as `done`, `withdrawn`, `revoked`, `answered`; empty in older records.
    """

    keys: tuple[str, ...]
    because: str = ""

    def change(self, state: State) -> State:
        return replace(state, clocks=_without(state, *self.keys))


class ClocksForgotten(Fact, frozen=True, tag="clocks_forgotten"):
    """Named clocks are reset, because what they are counted from starts over."""

    names: tuple[str, ...]

    def change(self, state: State) -> State:
        keys = tuple(f"clock.{name}" for name in self.names)
        return replace(
            state,
            clocks=_without(state, *keys),
            moments={name: at for name, at in state.moments.items() if name not in keys},
            over={name: why for name, why in state.over.items() if name not in self.names},
        )


class DeadlineLifted(Fact, frozen=True, tag="deadline_lifted"):
    """The version that the case moved to does not have the clock's period, so its deadline is gone."""

    key: str

    def change(self, state: State) -> State:
        clock = state.clocks[self.key]
        return _due(replace(state, clocks=_without(state, self.key)), clock, None)


class MomentNoted(Fact, frozen=True, tag="moment_noted"):
    """Something happened that clocks may count from."""

    name: str
    at: datetime

    def change(self, state: State) -> State:
        return replace(state, moments={**state.moments, self.name: self.at})


class PeriodNotCounted(Fact, frozen=True, tag="period_not_counted"):
    """Days cannot be counted, as when a calendar does not reach far enough, so some clock has no
    moment yet.
    """

    calendar: str
    """`GH 2033`: the country, and the year that its calendar lacks. The country or place alone,
    such as `GH`, if the reason is not a missing year.
    """

    def change(self, state: State) -> State:
        return replace(state, uncounted=(*state.uncounted, self.calendar))


def _running(state: State, clock: Clock) -> State:
    state = replace(state, clocks={**state.clocks, clock.key: clock})
    if clock.kind == "expiry":
        name = clock.about.removeprefix("consent.")
        given = replace(state.consents[name], expires_at=clock.at)
        return replace(state, consents={**state.consents, name: given})
    return _due(state, clock, clock.at)


def _due(state: State, clock: Clock, at: datetime | None) -> State:
    """Set the due moment of the task, stop or request that the clock is about; None removes it.
    Nothing changes if the clock is about anything else.
    """
    if clock.kind == "due" and clock.about in state.tasks:
        task = replace(state.tasks[clock.about], due_at=at)
        return replace(state, tasks={**state.tasks, task.id: task})
    if clock.kind == "stop":
        stop = replace(state.stops[clock.about], due_at=at)
        return replace(state, stops={**state.stops, stop.id: stop})
    if clock.kind in ("answer", "waiting"):
        asked = replace(state.hand_overs[clock.about], answer_by=at)
        return replace(state, hand_overs={**state.hand_overs, asked.id: asked})
    return state


def _without(state: State, *keys: str) -> dict[str, Clock]:
    return {key: clock for key, clock in state.clocks.items() if key not in keys}

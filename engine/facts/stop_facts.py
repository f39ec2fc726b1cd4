"""Facts about agencies that have to stop, and to confirm it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.facts.base import Fact
from engine.message import Message, message
from engine.numbering import numbers_with
from engine.state import State, StopTask
from engine.statuses import TaskStatus

__all__ = ["StopConfirmed", "StopLifted", "StopOverdue", "StopOwed", "StopPassedOn"]


class StopOwed(Fact, frozen=True, tag="stop_owed"):
    """An agency has to stop, and to confirm it."""

    stop: StopTask

    def change(self, state: State) -> State:
        numbers = numbers_with(state, self.stop)
        return replace(_having(state, self.stop), numbers=numbers)

    def story(self) -> Message:
        return message("log.stop.owed", agency=self.stop.of)


class StopOverdue(Fact, frozen=True, tag="stop_overdue"):
    """A stop was not confirmed in time. The agency is asked once more, if it can still confirm the
    stop.
    """

    stop: str
    asked: int

    def change(self, state: State) -> State:
        return _having(state, replace(state.stops[self.stop], overdue=True, asked=self.asked))


class StopPassedOn(Fact, frozen=True, tag="stop_passed_on"):
    """Another agency now has to confirm a stop: the responsible agency, if the agency that has to
    stop can no longer confirm; or that agency itself, once it can again.
    """

    stop: str
    agency: str

    def change(self, state: State) -> State:
        stop = replace(state.stops[self.stop], agency=self.agency)
        return replace(_having(state, stop), numbers=numbers_with(state, stop))

    def story(self) -> Message:
        return message("log.stop.passed", agency=self.agency)


class StopConfirmed(Fact, frozen=True, tag="stop_confirmed"):
    stop: str
    status: TaskStatus
    at: datetime
    agency: str
    """The agency that confirmed it: the one that had to stop, or the responsible one in its place.
    """
    by: str = ""

    def change(self, state: State) -> State:
        stop = replace(
            state.stops[self.stop],
            status=self.status,
            done_at=self.at,
            done_by=self.by,
        )
        return _having(state, stop)

    def story(self) -> Message:
        return message("log.stop.confirmed", agency=self.agency)


class StopLifted(Fact, frozen=True, tag="stop_lifted"):
    """The person agreed again before the stop was confirmed, so the agency may go on."""

    stop: str
    status: TaskStatus

    def change(self, state: State) -> State:
        return _having(state, replace(state.stops[self.stop], status=self.status))

    def story(self) -> Message:
        return message("log.stop.lifted")


def _having(state: State, stop: StopTask) -> State:
    return replace(state, stops={**state.stops, stop.id: stop})

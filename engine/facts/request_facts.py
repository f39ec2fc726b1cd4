"""Facts about requests to other agencies."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from engine.facts.base import Fact
from engine.numbering import numbers_with
from engine.state import HandOver, State
from engine.statuses import REPLIED, RequestStatus

__all__ = [
    "HandOverInTime",
    "HandOverLate",
    "HandOverMoved",
    "HandOverOffered",
    "HandOverSeenInTime",
]


class HandOverOffered(Fact, frozen=True, tag="hand_over_offered"):
    hand_over: HandOver

    def change(self, state: State) -> State:
        step = self.hand_over.step
        runs = {**state.runs, step: state.runs.get(step, 0) + 1}
        numbers = numbers_with(state, self.hand_over)
        return replace(_having(state, self.hand_over), runs=runs, numbers=numbers)


class HandOverMoved(Fact, frozen=True, tag="hand_over_moved"):
    """The status of a request changed, because of a message or because a period passed. `message`
    names the cause, such as `accept` or `silence`.
    """

    hand_over: str
    message: str
    status: RequestStatus
    by: str = ""
    conditions: bool = False
    reason: str = ""
    at: datetime | None = None
    """When an answer was given, or when it became silent; None for anything else, and in records from
    before that was noted.
    """
    silent_from: RequestStatus = RequestStatus.OFFERED
    """The status before a silence, in records from before `at` was noted for one."""

    def change(self, state: State) -> State:
        before = state.hand_overs[self.hand_over]
        after = replace(
            before,
            status=self.status,
            silent_from=self.silent_from,
            silences=self._silences(before),
            answered_at=self.at if self.status in REPLIED else before.answered_at,
            conditions=self.conditions or before.conditions,
            reason=self.reason or before.reason,
        )
        return _having(state, after)

    def _silences(self, before: HandOver) -> tuple[tuple[datetime, RequestStatus], ...]:
        if self.status != RequestStatus.SILENT or self.at is None:
            return before.silences
        return (*before.silences, (self.at, before.status))


class HandOverLate(Fact, frozen=True, tag="hand_over_late"):
    """The receiver did not look at a request in time."""

    hand_over: str
    at: datetime | None = None
    """When that time had passed; None in records from before this was noted."""

    def change(self, state: State) -> State:
        before = state.hand_overs[self.hand_over]
        since = before.overdue_at if before.overdue else self.at
        return _having(state, replace(before, overdue=True, overdue_at=since))


class HandOverSeenInTime(Fact, frozen=True, tag="hand_over_seen_in_time"):
    """The receiver did look at a request in time; only the record of that came late."""

    hand_over: str

    def change(self, state: State) -> State:
        asked = state.hand_overs[self.hand_over]
        return _having(state, replace(asked, overdue=False, overdue_at=None))


class HandOverInTime(Fact, frozen=True, tag="hand_over_in_time"):
    """A request was answered in time after all; only the record of the answer came late."""

    hand_over: str

    def change(self, state: State) -> State:
        return _having(state, replace(state.hand_overs[self.hand_over], in_time=True))


def _having(state: State, asked: HandOver) -> State:
    return replace(state, hand_overs={**state.hand_overs, asked.id: asked})

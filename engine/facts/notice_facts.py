"""Facts about what agencies are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from engine.facts.base import Fact
from engine.notice_kinds import ASKING, FAREWELL
from engine.state import State

__all__ = [
    "NoticeOnItsWay",
    "NoticeOwed",
    "NoticesCancelled",
    "Outgoing",
    "still_owed",
]


class NoticeOwed(Fact, frozen=True, tag="notice_owed"):
    """An agency is to be told something.

    `kind` is a word of `notifiers.base.NoticeKind`; `about` is the task, stop, hand-over, step,
    stage or interrupt, or `case`.
    """

    number: int
    agency: str
    kind: str
    about: str
    label: str
    due_at: datetime | None = None
    consent: str = ""
    """The consent that must be in force when the notice is sent; empty if none must be."""
    after: int = 0
    """For a notice to stop: the number of the notice that was called off while being sent. The
    notice to stop is sent only if that notice went out. 0 for any other notice.
    """
    instead_of: str = ""
    """The agency that the notice was meant for, if that agency must not be told of the case; else
    empty.
    """

    def change(self, state: State) -> State:
        return replace(state, notices=self.number, told=self._told(state))

    def _told(self, state: State) -> dict[str, tuple[str, ...]]:
        before = state.told.get(self.agency, ())
        if self.kind in FAREWELL or self.about in before:
            return state.told
        return {**state.told, self.agency: (*before, self.about)}


class NoticesCancelled(Fact, frozen=True, tag="notices_cancelled"):
    """Unsent notices are cancelled.

    Farewells are still sent, so that an agency which was told of something learns that it is over.
    Only `since` cancels farewells too, because what caused them was undone. Without `agencies`,
    `about` or `since`, all work that is not `spared` is over: notices that ask for work are
    cancelled, notices of events are still sent.
    """

    agencies: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    """The subjects whose notices are sent anyway."""
    since: int = 0
    """Only notices with a higher number are cancelled."""

    def change(self, state: State) -> State:
        return state

    @property
    def is_of_all(self) -> bool:
        return not (self.agencies or self.about or self.since)

    def cancels(self, owed: NoticeOwed) -> bool:
        """Whether this cancellation applies to a notice that was owed before it."""
        if owed.kind in FAREWELL and not self.since:
            return False
        if self.is_of_all and owed.kind not in ASKING:
            return False
        if owed.about in self.spared or owed.number <= self.since:
            return False
        of_agency = not self.agencies or owed.agency in self.agencies
        return of_agency and (not self.about or owed.about in self.about)


class NoticeOnItsWay(Fact, frozen=True, tag="notice_on_its_way"):
    """A notice was being sent when it was called off; it is not known yet whether it went out."""

    number: int
    agency: str
    about: str

    def change(self, state: State) -> State:
        return state


class Outgoing(msgspec.Struct, frozen=True):
    """A notice as it is sent: the one owed, and what else it reports as over."""

    owed: NoticeOwed
    also: tuple[tuple[str, str], ...] = ()
    """The subject and the label of everything else that it reports as over."""

    @property
    def labels(self) -> str:
        """The labels of everything it covers, without repeats."""
        return ", ".join(dict.fromkeys((self.owed.label, *(label for _, label in self.also))))


def still_owed(facts: Iterable[Fact]) -> list[Outgoing]:
    """The notices of a turn that were not cancelled later in the same turn.

    Consecutive farewells to one agency are combined into one, if they have the same kind and the
    same `after`.
    """
    owed: list[NoticeOwed] = []
    for (
        fact
    ) in facts:  # compared by type, which is fast: every fact of every turn comes through here
        if type(fact) is NoticeOwed:
            owed.append(fact)
        elif type(fact) is NoticesCancelled:
            owed = [each for each in owed if not fact.cancels(each)]
    return _joined(owed)


def _joined(owed: Iterable[NoticeOwed]) -> list[Outgoing]:
    """Combine farewells without changing the order for any agency: it hears that earlier work is
    over before it hears of anything new.
    """
    found: dict[int, Outgoing] = {}
    last: dict[str, Outgoing] = {}
    for each in owed:
        one, before = Outgoing(each), last.get(each.agency)
        if before and each.kind in FAREWELL and _is_alike(before.owed, each):
            one = Outgoing(before.owed, (*before.also, (each.about, each.label)))
        found[one.owed.number] = last[each.agency] = one
    return list(found.values())


def _is_alike(one: NoticeOwed, other: NoticeOwed) -> bool:
    return (one.kind, one.after) == (other.kind, other.after)

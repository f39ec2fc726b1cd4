"""Facts about what agencies are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from engine.facts.base import Fact

__all__ = [
    "ASKING",
    "FAREWELL",
    "NoticeOnItsWay",
    "NoticeOwed",
    "NoticesCancelled",
    "Outgoing",
    "still_owed",
]

FAREWELL = frozenset({"stop_and_confirm", "no_longer_needed"})
"""What an agency that knew of the case is told last, whatever has become of the consent."""
ASKING = frozenset({"task_assigned", "reminder", "overdue", "request_received"})
"""What asks for something, and says nothing once that is over. All else tells of what has happened."""


class NoticeOwed(Fact, frozen=True, tag="notice_owed"):
    """`kind` is a word of `notices`; `about` is the task or hand-over."""

    number: int
    agency: str
    kind: str
    about: str
    label: str
    due_at: datetime | None = None
    consent: str = ""
    """The consent that must stand when it is sent."""
    after: int = 0
    """It stops what the notice of this number asks for, and is sent only if that one was."""
    instead_of: str = ""
    """The agency that it was meant for, and that may not be told of the case."""


class NoticesCancelled(Fact, frozen=True, tag="notices_cancelled"):
    """What was not sent yet is not sent any more.

    A farewell is sent all the same: whoever was told of something is told that it is over. Only
    `since` takes back farewells too, since it takes back what led to them. Where nothing is named
    the case is over: what has happened is told then, and nothing is asked for any more.
    """

    agencies: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    """What is about these is sent all the same."""
    since: int = 0
    """Only notices with a higher number."""

    @property
    def is_of_all(self) -> bool:
        return not (self.agencies or self.about or self.since)

    def cancels(self, owed: NoticeOwed) -> bool:
        """Whether it concerns a notice that was owed before it."""
        if owed.kind in FAREWELL and not self.since:
            return False
        if self.is_of_all and owed.kind not in ASKING:
            return False
        if owed.about in self.spared or owed.number <= self.since:
            return False
        of_agency = not self.agencies or owed.agency in self.agencies
        return of_agency and (not self.about or owed.about in self.about)


class NoticeOnItsWay(Fact, frozen=True, tag="notice_on_its_way"):
    """A notice was being sent as it was called off: whether it has left is not known yet."""

    number: int
    agency: str
    about: str


class Outgoing(msgspec.Struct, frozen=True):
    """A notice as it is sent: the one that is owed, and what else it says is over."""

    owed: NoticeOwed
    also: tuple[tuple[str, str], ...] = ()
    """Subject and label of each."""

    @property
    def labels(self) -> str:
        """Of all that it is about, each once."""
        return ", ".join(dict.fromkeys((self.owed.label, *(label for _, label in self.also))))


def still_owed(facts: Iterable[Fact]) -> list[Outgoing]:
    """The notices of a turn that nothing later in the same turn has cancelled.

    Farewells of one kind that one agency is owed in a row are one, which names all that is over.
    """
    owed: list[NoticeOwed] = []
    for fact in facts:
        if isinstance(fact, NoticeOwed):
            owed.append(fact)
        elif isinstance(fact, NoticesCancelled):
            owed = [each for each in owed if not fact.cancels(each)]
    return _joined(owed)


def _joined(owed: Iterable[NoticeOwed]) -> list[Outgoing]:
    """Each agency's notices keep their order: what is over is never told after what begins since."""
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

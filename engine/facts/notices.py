"""Facts about what agencies are told."""

from __future__ import annotations

from datetime import datetime

from engine.facts.base import Fact


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


class NoticesCancelled(Fact, frozen=True, tag="notices_cancelled"):
    """What was not sent yet is not sent any more."""

    agencies: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    """What is about these is sent all the same."""
    since: int = 0
    """Only notices with a higher number."""

    @property
    def is_of_all(self) -> bool:
        """The case is over: who was told that something is, is told that all the same."""
        return not (self.agencies or self.about or self.since)

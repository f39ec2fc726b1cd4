"""What may be shown of a case to anybody: values that hold no personal data.

Prefect has one shared password that opens all of it: case codes, step labels and agency codes may
stand here, never a name or a text about a person.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class EndKind(StrEnum):
    """What sort of end a case came to."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"
    WITHDRAWN = "withdrawn"
    """The person withdrew; the run ends Cancelled, not Completed."""


class CaseRef(msgspec.Struct, frozen=True, kw_only=True):
    """A case and the flow run that was last remembered for it."""

    code: str
    flow_run_id: str | None = None
    pressing: bool = False
    """A clock is due, a notice is owed, or a version has come into force: this may not wait for Prefect."""
    is_open: bool = True


class StoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of the log as a manager reads it: `Asked the consulate: travel document`."""

    number: int
    """The number of the log entry; several facts of one entry share it."""
    text: str


class ClaimedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that is claimed by the one who reads it here."""

    reference: str
    """`<case code>-<n>`, the same at each attempt, so that a duplicate is recognised."""
    agency: str
    attempt: int
    """Counts from 1."""


class NoticeOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a notice: the channel's kind it was handed to, or that it was given up."""

    delivered: bool
    text: str
    """Neutral and short: `handed to mailto`, `withdrawn before it was sent`."""


class OpenTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task that an agency owes."""

    label: str
    agency: str
    """Of a task for either of two roles: both, first the one that owes it."""
    due: datetime | None = None


class CaseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case is, in words that a bystander may read."""

    code: str
    pathway: str
    title: str
    """The pathway's neutral title."""
    version: int
    stages: tuple[str, ...] = ()
    """Names of the stages under way."""
    waiting_for: str = ""
    """`Awaiting consulate answer`; empty when the case waits for a clock only."""
    waiting_roles: tuple[str, ...] = ()
    overdue: bool = False
    countries: tuple[str, ...] = ()
    next_moment: datetime | None = None
    end: str | None = None
    """Title of the end; None while the case is open."""
    known_end: str | None = None
    """The same as soon as it is known: a stage that outlives the end may keep the case open."""
    end_kind: EndKind | None = None
    """Of the end that is known."""
    undelivered: int = 0
    """Notices that wait for their next attempt."""
    cannot_move_to: int | None = None
    """A version in force to which the case cannot move."""
    picture: str = ""
    """Markdown: drawings of the stages, and of the steps of those under way, then a table of them all."""
    tasks: tuple[OpenTask, ...] = ()


class TryLater(Exception):
    """A notice could not be handed over now; the attempt is recorded, the next one has its moment."""

    def __init__(self, moment: datetime, reason: str) -> None:
        self.moment, self.reason = moment, reason
        super().__init__(f"{reason}; next attempt {moment:%Y-%m-%d %H:%M} UTC")

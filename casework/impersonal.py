"""What anybody may see of a case: values that contain no personal data.

Prefect has one shared password for everything. So case codes, step labels and agency codes are
allowed here, but never a name or a text about a person.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from engine.message import Message


class EndKind(StrEnum):
    """The kind of end of a case."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"
    WITHDRAWN = "withdrawn"
    """The person withdrew; the run ends Cancelled, not Completed."""


class CaseRef(msgspec.Struct, frozen=True, kw_only=True):
    """A case, and the last flow run remembered for it."""

    code: str
    flow_run_id: str | None = None
    pressing: bool = False
    """Whether a clock is due, a notice is owed, or a version has to move the case, so that the case
    must not wait for Prefect.
    """
    is_open: bool = True


class StoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line about what a log entry records, usually one fact: `Asked GH-DSW: travel document`."""

    number: int
    """The number of the log entry; the lines of one entry share it."""
    said: Message
    """Its code begins with `log.`."""


class ClaimedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, claimed by whoever receives this value."""

    reference: str
    """Its reference: the same at each attempt, so that duplicates can be recognised."""
    agency: str
    attempt: int
    """The number of the attempt, counted from 1."""


class NoticeOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a notice was handed to a channel, and what happened."""

    delivered: bool
    said: Message
    """What happened, neutral and short: `handed to email`, `settled already`."""


class OpenTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task that an agency owes."""

    label: str
    agency: str
    """The agency that has it; for a task that several roles may do, all their agencies, beginning
    with the one that owes it.
    """
    due: datetime | None = None


class CaseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case is, in words that a bystander may read."""

    code: str
    pathway: str
    title: str
    """The name of the pathway, in words."""
    version: int
    stages: tuple[str, ...] = ()
    """Names of open stages."""
    waiting_for: str = ""
    """What the case waits for: `Awaiting consulate answer`; empty if no request or task is open."""
    waiting_roles: tuple[str, ...] = ()
    overdue: bool = False
    countries: tuple[str, ...] = ()
    next_moment: datetime | None = None
    end: str | None = None
    """The name of the end, in words, or a word for a merge; None while the case is open."""
    known_end: str | None = None
    """The name of the end, in words, as soon as it is known, even if a stage that outlives the end
    keeps the case open.
    """
    end_kind: EndKind | None = None
    """The kind of the known end; None as long as no end is known."""
    undelivered: int = 0
    """How many notices have yet to be handed over."""
    cannot_move_to: int | None = None
    """The newest version in force to which the case cannot move, if there is one."""
    picture: str = ""
    """Markdown: a drawing of all stages, a drawing of the steps of each stage that is open or
    suspended, and a table of all stages and steps.
    """
    tasks: tuple[OpenTask, ...] = ()
    unconfirmed: int = 0
    """How many stops are open: their agencies have yet to confirm that they have stopped."""
    is_training: bool = False
    """Whether this is a training installation, in which nobody is real."""
    page: str = ""
    """The address of the case's page for agencies; empty if the pages have no public address."""


class TryLater(Exception):
    """A notice could not be handed over now; the attempt is recorded, and the next one is
    scheduled.
    """

    def __init__(self, moment: datetime, reason: Message) -> None:
        self.moment, self.reason = moment, reason
        super().__init__(reason.code)

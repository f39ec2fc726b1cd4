"""The statuses of a case and of everything in it, and groups of them.

They are stored as plain words, so records, columns and JSON are readable without these enums.
"""

from __future__ import annotations

from enum import StrEnum


class CasePhase(StrEnum):
    """Status of a case."""

    NEW = "new"
    OPEN = "open"
    ENDED = "ended"
    MERGED = "merged"


class StageStatus(StrEnum):
    """Status of a stage."""

    OPEN = "open"
    SUSPENDED = "suspended"
    ENDED = "ended"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    CLOSED = "closed"
    """Closed with the end of the case."""


class StepStatus(StrEnum):
    """Status of a step."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    LAPSED = "lapsed"


class TaskStatus(StrEnum):
    """Status of a task."""

    NEW = "new"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CLAIMED = "claimed"
    SUSPENDED = "suspended"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class RequestStatus(StrEnum):
    """Status of a request between two agencies."""

    NEW = "new"
    OFFERED = "offered"
    SEEN = "seen"
    ASKED = "asked"
    SILENT = "silent"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    PREPARED = "prepared"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    CLOSED = "closed"
    DECLINED = "declined"
    REVOKED = "revoked"
    ANSWERED = "answered"
    """A consultation that was answered."""
    INFORMED = "informed"
    NOTED = "noted"
    """A notification that the receiver has seen."""


class ConsentStatus(StrEnum):
    """Status of a consent."""

    NONE = "none"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ProposalStatus(StrEnum):
    """Status of a proposed link or merge with another case."""

    NEW = "new"
    WAITING = "waiting"
    SILENT = "silent"
    DECLINED = "declined"


class NoticeStatus(StrEnum):
    """Status of a notice."""

    NEW = "new"
    QUEUED = "queued"
    SENDING = "sending"
    RECALLED = "recalled"
    """Called off while it was being sent."""
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"


# steps and stages

DONE = frozenset({StepStatus.DONE, StageStatus.ENDED})
"""Statuses of a step that is done, and of a stage that has ended."""
SETTLED = DONE | frozenset(
    {
        StepStatus.SKIPPED,
        StepStatus.STOPPED,
        StepStatus.LAPSED,
        StageStatus.SKIPPED,
        StageStatus.STOPPED,
        StageStatus.CLOSED,
    }
)
"""Statuses of a step or stage in which nothing more is to be done."""
SKIPPED = frozenset({StepStatus.SKIPPED, StageStatus.SKIPPED})
STOPPED = frozenset({StepStatus.STOPPED, StageStatus.STOPPED})
PASSED_OVER = SKIPPED | STOPPED
OPENED = frozenset({StepStatus.OPEN, StepStatus.DONE})
"""Statuses of a step that is open, or was done."""
STEP_UNDER_WAY = frozenset({StepStatus.OPEN, StepStatus.WAITING})
STAGE_UNDER_WAY = frozenset({StageStatus.OPEN, StageStatus.SUSPENDED})
ENTERED = STAGE_UNDER_WAY | {StageStatus.ENDED}
"""Statuses of a stage that was entered, and was neither stopped nor closed with the case since."""

# tasks

OPEN_TASK = frozenset({TaskStatus.ASSIGNED, TaskStatus.ACCEPTED, TaskStatus.CLAIMED})
TASK_UNDER_WAY = OPEN_TASK | {TaskStatus.SUSPENDED}
"""Statuses of a task that is open, or resumes when its stage does."""

# requests

UNANSWERED = frozenset(
    {
        RequestStatus.OFFERED,
        RequestStatus.SEEN,
        RequestStatus.ASKED,
        RequestStatus.SILENT,
        RequestStatus.WAITING,
    }
)
NOTHING_HEARD = frozenset({RequestStatus.OFFERED, RequestStatus.SILENT})
"""Statuses in which nothing has been heard since the request was sent, or became silent."""
REPLIED = frozenset({RequestStatus.ACCEPTED, RequestStatus.ANSWERED, RequestStatus.DECLINED})
"""Statuses that an answer leads to; being put on a waiting list is not an answer yet."""
FOR_RECEIVER = UNANSWERED | {RequestStatus.INFORMED}
"""Statuses in which the receiver still has to answer the request, or to look at it."""
TOLD = frozenset({RequestStatus.ANSWERED, RequestStatus.INFORMED, RequestStatus.NOTED})
"""Statuses of a notification, and of a consultation that was answered: no answer is awaited, but
the notification or consultation may be revoked.
"""
NOT_BEGUN = frozenset({RequestStatus.ACCEPTED, RequestStatus.PREPARED})
"""Statuses of an accepted request for which the person has not set out."""
AGREED = NOT_BEGUN | {RequestStatus.DEPARTED, RequestStatus.ARRIVED, RequestStatus.CLOSED}
TAKEN_UP = AGREED | {RequestStatus.ANSWERED, RequestStatus.NOTED}
"""Statuses of a request that was accepted, a consultation that was answered, or a notification that
was seen.
"""
CAME_TO_NOTHING = frozenset({RequestStatus.DECLINED, RequestStatus.REVOKED})
OVER_FOR_SENDER = CAME_TO_NOTHING | {RequestStatus.CLOSED}

# consents

ONCE_GIVEN = frozenset({ConsentStatus.GIVEN, ConsentStatus.EXPIRED})
"""Statuses of a consent that was given and not withdrawn since: in force, or expired."""
DENIED = frozenset({ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN})

# proposals

TO_AGREE = frozenset({ProposalStatus.WAITING, ProposalStatus.SILENT})
"""Statuses in which a proposal may still be agreed to."""

# notices

IN_FLIGHT = frozenset({NoticeStatus.SENDING, NoticeStatus.RECALLED})
"""Statuses of a notice that a worker has taken up and whose result is not recorded yet; it may
have been called off meanwhile.
"""
NOTICE_UNDER_WAY = IN_FLIGHT | {NoticeStatus.QUEUED}
"""Statuses of a notice that still has to be sent, or whose result is not recorded yet."""
TO_SEND = frozenset({NoticeStatus.QUEUED, NoticeStatus.SENDING})
NOTICE_SETTLED = frozenset({NoticeStatus.SENT, NoticeStatus.CANCELLED})

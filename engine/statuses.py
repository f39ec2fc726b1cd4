"""The statuses of a case and of all that is in it, and what they have in common.

They are stored as the words that they are: records, columns and JSON stay readable without these names.
"""

from __future__ import annotations

from enum import StrEnum


class CasePhase(StrEnum):
    """Whether a case goes on."""

    NEW = "new"
    OPEN = "open"
    ENDED = "ended"
    MERGED = "merged"


class StageStatus(StrEnum):
    """What has become of a stage."""

    OPEN = "open"
    SUSPENDED = "suspended"
    ENDED = "ended"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    CLOSED = "closed"
    """With the end of the case."""


class StepStatus(StrEnum):
    """What has become of a step."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    LAPSED = "lapsed"


class TaskStatus(StrEnum):
    """What has become of a task."""

    NEW = "new"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CLAIMED = "claimed"
    SUSPENDED = "suspended"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class RequestStatus(StrEnum):
    """What has become of a request between two agencies."""

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
    """A consultation."""
    INFORMED = "informed"
    NOTED = "noted"
    """A notification that was looked at."""


class ConsentStatus(StrEnum):
    """How a consent stands."""

    NONE = "none"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class NoticeStatus(StrEnum):
    """What has become of a notice."""

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
"""It has come to what it was for."""
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
"""Nothing more is to be done in it."""
STEP_UNDER_WAY = frozenset({StepStatus.OPEN, StepStatus.WAITING})
STAGE_UNDER_WAY = frozenset({StageStatus.OPEN, StageStatus.SUSPENDED})
ENTERED = STAGE_UNDER_WAY | {StageStatus.ENDED}
"""Stages that were entered, and neither stopped nor closed with the case."""

# tasks

OPEN_TASK = frozenset({TaskStatus.ASSIGNED, TaskStatus.ACCEPTED, TaskStatus.CLAIMED})
TASK_UNDER_WAY = OPEN_TASK | {TaskStatus.SUSPENDED}
"""It is open, or goes on when its stage does."""

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
FOR_RECEIVER = UNANSWERED | {RequestStatus.INFORMED}
"""Its receiver has to answer it, or to look at it."""
TOLD = frozenset({RequestStatus.ANSWERED, RequestStatus.INFORMED, RequestStatus.NOTED})
"""A consultation that was answered, or a notification: nothing is to come, but it may be revoked."""
NOT_BEGUN = frozenset({RequestStatus.ACCEPTED, RequestStatus.PREPARED})
"""Agreed to, and the person is still where they were."""
AGREED = NOT_BEGUN | {RequestStatus.DEPARTED, RequestStatus.ARRIVED, RequestStatus.CLOSED}
CAME_TO_NOTHING = frozenset({RequestStatus.DECLINED, RequestStatus.REVOKED})
OVER_FOR_SENDER = CAME_TO_NOTHING | {RequestStatus.CLOSED}

# consents

ONCE_GIVEN = frozenset({ConsentStatus.GIVEN, ConsentStatus.EXPIRED})
"""It stands, or did until its time was over: nobody has taken it back."""
DENIED = frozenset({ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN})

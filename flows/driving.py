"""What the flows need from the cases: a small contract, with values that hold no personal data.

Everything here may appear in Prefect, which has one shared password for everything. So the values
are case codes, step labels, agency codes and the like, never a name or a text about a person.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from casework.impersonal import (
    CaseRef,
    CaseStatus,
    ClaimedNotice,
    EndKind,
    NoticeOutcome,
    OpenTask,
    StoryLine,
    TryLater,
)
from engine.message import Say

__all__ = [
    "CaseRef",
    "CaseStatus",
    "ClaimedNotice",
    "Driving",
    "EndKind",
    "NoticeOutcome",
    "OpenTask",
    "StoryLine",
    "TryLater",
    "connect",
]

PROVIDER_VARIABLE = "ONWARD_DRIVING"
"""The environment variable that names another function that returns a `Driving`, as
`module:function`.
"""
PROVIDER = "casework.bootstrap:driving"


class Driving(Protocol):
    """The cases, as the flows see them. Every call is safe to repeat, and whatever it changes, it
    changes in whole transactions.

    Leases use real time, whichever clock the installation uses: a dead process's claim must expire
    even while a demo's clock stands still.
    """

    def now(self) -> datetime:
        """The installation's time, aware and in UTC."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[CaseRef]:
        """Claim at most `limit` cases that need work: a clock is due, a notice is to be sent, a
        version has come into force for them, facts are not yet reported, or an open case has no
        known run.

        The pressing cases are taken first, then those that have been due longest. The claim is a
        lease of some seconds.
        """
        ...

    def open_cases(self, after: str, limit: int) -> Sequence[CaseRef]:
        """Open cases in order of code, starting after `after`."""
        ...

    def has_ended(self, code: str) -> bool:
        """Whether the case has ended or been merged by now; False if its row is damaged."""
        ...

    def settle(self, code: str) -> None:
        """Settle what is due, applying a version in force first. Nothing happens twice."""
        ...

    def story(self, code: str) -> Sequence[StoryLine]:
        """The lines not yet shown in Prefect, in order: at least one for each log entry."""
        ...

    def told(self, code: str, up_to: int) -> None:
        """Mark the facts of all entries up to this number as shown."""
        ...

    def notices(self, code: str) -> Sequence[ClaimedNotice]:
        """Claim, under a lease, the notices of the case that are ready to send; with `OF_NO_CASE`,
        those of the installation itself. If the database seems to have been put back to an earlier
        state, returns none until an operator confirms that it was restored.
        """
        ...

    def deliver(self, notice: ClaimedNotice) -> NoticeOutcome:
        """Send a notice, and record the attempt.

        Raises:
            TryLater: the notice was not handed over; `moment` is when the next attempt is due.
        """
        ...

    def seal(self) -> None:
        """Seal the records if it is time; cheap to call often."""
        ...

    def clear_away(self) -> None:
        """Clear what the store's journal still has of what was replaced, and delete drafts of forms
        and pathways that were left for days, if it is time.
        """
        ...

    def overdue(self) -> int:
        """How many ended cases the operator should erase now, as counted within the last hour."""
        ...

    def is_mute(self) -> bool:
        """Whether no agency has an address, so that no notice can leave."""
        ...

    def status(self, code: str, spoken: Say) -> CaseStatus:
        """Where a case is.

        Args:
            spoken: puts messages into the words that are shown.
        """
        ...

    def run_of(self, code: str) -> str | None:
        """The last known flow run of the case; None if there is none."""
        ...

    def remember_run(self, code: str, flow_run_id: str) -> None: ...


def connect() -> Driving:
    """The cases of this installation.

    The usual provider gives a process the same object each time. `ONWARD_DRIVING` may name another
    provider.
    """
    provider = pkgutil.resolve_name(os.environ.get(PROVIDER_VARIABLE, PROVIDER))
    driving: Driving = provider()
    return driving

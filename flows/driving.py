"""What the flows need of the cases: a small contract, and values that hold no personal data.

Everything here may be shown in Prefect, whose one shared password opens all of it: case codes, step
labels and agency codes, never a name or a text about a person.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from casework.shown import (
    CaseRef,
    CaseStatus,
    ClaimedNotice,
    EndKind,
    NoticeOutcome,
    OpenTask,
    StoryLine,
    TryLater,
)

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
"""Names another function that returns a `Driving`, as `module:function`."""
PROVIDER = "casework.bootstrap:driving"


class Driving(Protocol):
    """The cases, as the flows see them. Every call is one transaction or none, and safe to repeat.

    Leases are counted in real time, whatever clock the installation follows: a claim of a process
    that died must come free although a demo's clock stands still.
    """

    def now(self) -> datetime:
        """The installation's moment, aware and in UTC."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[CaseRef]:
        """Cases with a clock due, a notice to send, a version that has come into force for them, facts
        not yet told, or no run remembered.

        Claimed under a lease of some seconds; the pressing come first, the longest due before them.
        """
        ...

    def open_cases(self, after: str, limit: int) -> Sequence[CaseRef]:
        """Open cases in the order of their codes, from the first code greater than `after`."""
        ...

    def settle(self, code: str) -> None:
        """Let what is due happen, the move to a version in force first; nothing happens twice."""
        ...

    def story(self, code: str) -> Sequence[StoryLine]:
        """Facts not yet shown in Prefect, in their order."""
        ...

    def told(self, code: str, up_to: int) -> None:
        """The facts of all entries up to this number are shown."""
        ...

    def notices(self, code: str) -> Sequence[ClaimedNotice]:
        """Notices whose moment has come, claimed under a lease."""
        ...

    def deliver(self, notice: ClaimedNotice) -> NoticeOutcome:
        """Send it and record the attempt.

        Raises:
            TryLater: it was not handed over; the notice stays owed until the moment named.
        """
        ...

    def status(self, code: str) -> CaseStatus: ...

    def run_of(self, code: str) -> str | None:
        """The flow run last remembered for the case."""
        ...

    def remember_run(self, code: str, flow_run_id: str) -> None: ...


def connect() -> Driving:
    """The cases of this installation.

    Each process that drives cases calls this once; `ONWARD_DRIVING` names another provider.
    """
    provider = pkgutil.resolve_name(os.environ.get(PROVIDER_VARIABLE, PROVIDER))
    driving: Driving = provider()
    return driving

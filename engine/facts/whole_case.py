"""Facts about a case as a whole: its version, its end, and the cases it has to do with."""

from __future__ import annotations

from engine.facts.base import Fact
from engine.message import Message
from engine.state import State
from engine.statuses import CasePhase
from engine.versions.renames import Renames

__all__ = [
    "AlertHeard",
    "CaseEnded",
    "CaseGivenBack",
    "CaseLinked",
    "CaseMerged",
    "CaseMigrated",
    "CaseNotMoved",
    "CaseReopened",
    "CaseReverted",
    "CaseTakenIn",
    "CaseUnlinked",
    "CaseUnmerged",
    "ClosingBegun",
    "DeadlineLifted",
    "EndKnown",
]


class CaseMigrated(Fact, frozen=True, tag="case_migrated"):
    """The case moved to another version; later facts use its names."""

    before: int
    version: int
    names: Renames
    by: str = ""


class CaseReverted(Fact, frozen=True, tag="case_reverted"):
    """The move was undone: nothing had happened since, so the case is exactly where it was."""

    before: int
    version: int
    state: State
    by: str = ""


class CaseNotMoved(Fact, frozen=True, tag="case_not_moved"):
    """A version came into force, and the case stays on its own."""

    version: int
    word: str
    """cannot | stays"""
    reasons: tuple[Message | str, ...]
    """A plain text comes from an older Onward that had no codes for reasons."""


class DeadlineLifted(Fact, frozen=True, tag="deadline_lifted"):
    """The new version has no such period, so there is no deadline any more."""

    key: str


class EndKnown(Fact, frozen=True, tag="end_known"):
    """The case has its end but stays open for a stage that outlives it."""

    end: str
    kind: str


class ClosingBegun(Fact, frozen=True, tag="closing_begun"):
    """The case is being closed: it gets that end once its closing task is done and approved."""

    end: str


class CaseReopened(Fact, frozen=True, tag="case_reopened"):
    """A case that had ended is open again, from that stage on."""

    status: CasePhase
    at: str
    agency: str
    by: str
    reason: str


class CaseEnded(Fact, frozen=True, tag="case_ended"):
    end: str
    kind: str
    kept: tuple[str, ...] = ()
    """Keys of the named clocks that were running, which resume if the case is reopened."""


class CaseLinked(Fact, frozen=True, tag="case_linked"):
    """The person of `case` is a `word` of this one's."""

    case: str
    word: str


class CaseUnlinked(Fact, frozen=True, tag="case_unlinked"):
    case: str


class AlertHeard(Fact, frozen=True, tag="alert_heard"):
    """Something threatens the person of a linked case."""

    case: str
    told: tuple[str, ...] = ()
    """Agencies asked to look; in older records only the notices show them."""


class CaseMerged(Fact, frozen=True, tag="case_merged"):
    """The case is closed: it is a duplicate of the one into which it was merged."""

    into: str
    status: CasePhase
    by: str


class CaseUnmerged(Fact, frozen=True, tag="case_unmerged"):
    """A merge was undone: the case is not a duplicate, and open again."""

    status: CasePhase
    by: str


class CaseTakenIn(Fact, frozen=True, tag="case_taken_in"):
    """Another case turned out to be a duplicate of this one."""

    case: str


class CaseGivenBack(Fact, frozen=True, tag="case_given_back"):
    """A case that was taken in turned out not to be a duplicate."""

    case: str

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
    """The case goes on by another version; facts behind this one have the names of that."""

    before: int
    version: int
    names: Renames
    by: str = ""


class CaseReverted(Fact, frozen=True, tag="case_reverted"):
    """Nothing has happened since the case was moved: it stands again where it stood before."""

    before: int
    version: int
    state: State
    by: str = ""


class CaseNotMoved(Fact, frozen=True, tag="case_not_moved"):
    """A version has come into force, and the case goes on by the one that it is on."""

    version: int
    word: str
    """cannot | stays"""
    reasons: tuple[Message | str, ...]
    """A text is of an Onward that had no codes for them."""


class DeadlineLifted(Fact, frozen=True, tag="deadline_lifted"):
    """The new version has no such period: what had to be done by then may be done at any time."""

    key: str


class EndKnown(Fact, frozen=True, tag="end_known"):
    """The case has its end and stays open: a stage that outlives the end goes on."""

    end: str
    kind: str


class ClosingBegun(Fact, frozen=True, tag="closing_begun"):
    """The case is being closed: it gets that end once its closing is done and approved."""

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
    """Keys of the named clocks that ran: they go on if the case is reopened."""


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
    """Agencies that are to look; in older records the notices alone say so."""


class CaseMerged(Fact, frozen=True, tag="case_merged"):
    """The case is closed: it is a duplicate of the one into which it was merged."""

    into: str
    status: CasePhase
    by: str


class CaseUnmerged(Fact, frozen=True, tag="case_unmerged"):
    """It is none, and open again."""

    status: CasePhase
    by: str


class CaseTakenIn(Fact, frozen=True, tag="case_taken_in"):
    """Another case turned out to be a duplicate of this one."""

    case: str


class CaseGivenBack(Fact, frozen=True, tag="case_given_back"):
    """It turned out to be none."""

    case: str

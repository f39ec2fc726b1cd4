"""Facts about what a case has to do with other cases."""

from __future__ import annotations

from engine.facts.base import Fact
from engine.statuses import CasePhase


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

"""Facts about the end of a case."""

from __future__ import annotations

from engine.facts.base import Fact
from engine.statuses import CasePhase


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

"""Facts about the version of its pathway that a case is on."""

from __future__ import annotations

from engine.facts.base import Fact
from engine.message import Message
from engine.state import State
from engine.versions.renames import Renames


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

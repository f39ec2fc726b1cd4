"""How two cases may be connected: the words of links, and what is proposed and agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

import msgspec

from engine.statuses import TO_AGREE, ProposalStatus
from engine.withheld import OfPerson

LinkWord = Literal["sibling", "parent", "child", "partner", "witness", "same_person", "merge"]
"""How the person in another case is related to the one in this case; or that the two cases are one.
"""
LINK_WORDS: tuple[LinkWord, ...] = get_args(LinkWord)
MERGE, ONE_PERSON = "merge", "same_person"
RELATED: Mapping[str, str] = {
    "sibling": "sibling",
    "parent": "child",
    "child": "parent",
    "partner": "partner",
    "witness": "witness",
    "same_person": "same_person",
}
"""For each relation of the person in a linked case to the one in this case, its reverse."""
EARLIER, LATER = "earlier", "later"
"""Relations of cases that one agency opened for one person, one after the other; set only when the
later one is opened.
"""
SAME_PERSON = frozenset({ONE_PERSON, EARLIER, LATER})


class Proposal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link or merge proposed with another case. It either awaits an answer or was declined.

    Each of the two cases keeps its own copy, until the proposal is agreed to or taken back.
    """

    word: OfPerson[str]
    """How the person in the other case is related to the one in this case. A `merge` closes the
    case that proposed it.
    """
    status: ProposalStatus
    at: datetime
    number: int = 1
    """Names the proposal's clock, so that the clocks' rows do not show another case's code."""
    agency: str = ""
    """The agency of the other case, if that case made the proposal; otherwise empty."""
    answer_by: datetime | None = None
    brings: tuple[str, ...] = ()
    """Protected fields that may come along from the case that was asked to the case that proposed.
    """
    is_consented: bool = False
    """Whether the person was asked in the proposing case, and agreed."""

    @property
    def about(self) -> str:
        """The subject of the proposal's clock."""
        return f"proposal.{self.number}"

    @property
    def is_ours(self) -> bool:
        """Whether this case made the proposal."""
        return not self.agency

    @property
    def awaits_us(self) -> bool:
        """Whether the agency of this case has to answer."""
        return bool(self.agency) and self.status in TO_AGREE


class Agreement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was agreed when two cases were linked."""

    agency: str
    """The agency that agreed for the other case; `both_cases` decides whether it may know of this
    case.
    """
    is_consented: bool = False
    """Whether the person, who is the same in both cases, was asked in the other one and agreed."""
    brings: tuple[str, ...] = ()
    """Protected fields that came along from the other case to this one."""

"""Facts about a case's connections with other cases: links and merges, proposed and agreed.

They have no story, because Prefect shows the stories of all cases to every manager.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from msgspec.structs import replace

from engine.facts.base import Fact
from engine.links import Agreement, Proposal
from engine.state import State
from engine.statuses import ProposalStatus
from engine.withheld import OfPerson

T = TypeVar("T")

__all__ = [
    "CaseLinked",
    "CaseUnlinked",
    "LinkProposed",
    "ProposalDropped",
    "ProposalMoved",
    "but_for",
]


class LinkProposed(Fact, frozen=True, tag="link_proposed"):
    """A link or merge with another case was proposed, by this case or by that one."""

    case: OfPerson[str]
    proposal: Proposal
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(state, proposals={**state.proposals, self.case: self.proposal})


class ProposalMoved(Fact, frozen=True, tag="proposal_moved"):
    """Nobody has answered a proposal in time, or the agency of this case has said no."""

    case: OfPerson[str]
    status: ProposalStatus
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        moved = replace(state.proposals[self.case], status=self.status)
        return replace(state, proposals={**state.proposals, self.case: moved})


class ProposalDropped(Fact, frozen=True, tag="proposal_dropped"):
    """A proposal was taken back."""

    case: OfPerson[str]
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(state, proposals=but_for(self.case, state.proposals))


class CaseLinked(Fact, frozen=True, tag="case_linked"):
    """The person in `case` is the `word` (such as sibling) of the person in this case."""

    case: OfPerson[str]
    word: OfPerson[str]
    agreement: Agreement | None = None
    """What the two cases' agencies agreed; None if one agency is responsible for both."""
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        agreed = {self.case: self.agreement} if self.agreement else {}
        return replace(
            state,
            links={**state.links, self.case: self.word},
            agreed={**state.agreed, **agreed},
            proposals=but_for(self.case, state.proposals),
        )


class CaseUnlinked(Fact, frozen=True, tag="case_unlinked"):
    case: OfPerson[str]
    forgotten: tuple[str, ...] = ()
    """Protected fields that came along with the link, and that nobody has answered in this case."""
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(
            state,
            links=but_for(self.case, state.links),
            agreed=but_for(self.case, state.agreed),
            protected=tuple(each for each in state.protected if each not in self.forgotten),
            from_before=tuple(each for each in state.from_before if each not in self.forgotten),
            collected={
                name: by for name, by in state.collected.items() if name not in self.forgotten
            },
        )


def but_for(case: str, known: dict[str, T]) -> dict[str, T]:
    """A copy of a mapping by case code, without one case."""
    return {code: each for code, each in known.items() if code != case}

"""Facts about who takes part: sides, roles, the responsible agency, and the person's consents."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from engine.facts.base import Fact
from engine.message import Message, message
from engine.numbering import all_numbered
from engine.state import ConsentState, State

__all__ = [
    "ConsentChanged",
    "PartTaken",
    "PersonKnown",
    "ResponsibilityMoved",
    "RoleBarred",
    "RoleBound",
    "SideBarred",
    "SideBound",
]


class SideBound(Fact, frozen=True, tag="side_bound"):
    side: str
    country: str

    def change(self, state: State) -> State:
        return replace(state, sides={**state.sides, self.side: self.country})


class PersonKnown(Fact, frozen=True, tag="person_known"):
    """Protected answers from an earlier or linked case of the person are known in this case."""

    fields: tuple[str, ...]

    def change(self, state: State) -> State:
        known = tuple(dict.fromkeys((*state.protected, *self.fields)))
        # The responsible agency has read them in the earlier case, or is told them when a link is
        # agreed.
        collected = {**state.collected, **dict.fromkeys(self.fields, (state.responsible,))}
        before = tuple(dict.fromkeys((*state.from_before, *self.fields)))
        return replace(state, protected=known, from_before=before, collected=collected)


class SideBarred(Fact, frozen=True, tag="side_barred"):
    side: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(state, barred=(*state.barred, self.side))


class RoleBarred(Fact, frozen=True, tag="role_barred"):
    role: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(state, barred_roles=(*state.barred_roles, self.role))


class RoleBound(Fact, frozen=True, tag="role_bound"):
    role: str
    agency: str

    def change(self, state: State) -> State:
        return replace(state, roles={**state.roles, self.role: self.agency})


class PartTaken(Fact, frozen=True, tag="part_taken"):
    """An agency that was neither given nor told anything in the case acts in it, as its cover
    allows. From then on it counts as having taken part, even once it is no longer covered.
    """

    agency: str

    def change(self, state: State) -> State:
        return replace(state, acted=(*state.acted, self.agency))


class ResponsibilityMoved(Fact, frozen=True, tag="responsibility_moved"):
    agency: str
    because: str

    def change(self, state: State) -> State:
        return all_numbered(replace(state, responsible=self.agency))

    def story(self) -> Message:
        return message("log.case.responsible", agency=self.agency)


class ConsentChanged(Fact, frozen=True, tag="consent_changed"):
    name: str
    consent: ConsentState

    def change(self, state: State) -> State:
        return replace(state, consents={**state.consents, self.name: self.consent})

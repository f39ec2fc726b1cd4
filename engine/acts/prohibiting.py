"""Shut a single agency out of a case, and let it in again.

Source: prohibited recipients override everything (D8, D18).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from msgspec.structs import replace

from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind
from engine.errors import Refusal
from engine.facts import Fact
from engine.state import State
from engine.turns import barring, farewells, withholding
from engine.turns.turn import Turn
from engine.view import View

__all__ = ["Permit", "Prohibit"]

_WHOM = ActWord(
    field="agency", kind=WordKind.AGENCY, shown="AGENCY", help="The agency, by its code."
)


class AgencyProhibited(Fact, frozen=True, tag="agency_prohibited"):
    agency: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return replace(state, prohibited=(*state.prohibited, self.agency))


class AgencyPermitted(Fact, frozen=True, tag="agency_permitted"):
    agency: str
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        left = tuple(agency for agency in state.prohibited if agency != self.agency)
        return replace(state, prohibited=left)


def _prohibit(turn: Turn, act: Prohibit, agency: str, person: str) -> None:
    """Send the agency nothing more except a farewell, even if something else would allow more, and
    withdraw its work.
    """
    turn.require_agency(agency, turn.state.responsible)
    if act.agency not in turn.registry.by_code:
        raise Refusal("unknown_agency.none", agency=act.agency)
    if act.agency == turn.state.responsible:
        raise Refusal("responsible.hand_over_first")
    if act.agency in turn.state.prohibited:
        raise Refusal("prohibited_already", agency=act.agency)
    with farewells.last_word(turn):
        turn.say(AgencyProhibited(agency=act.agency))
        barring.cut_off(turn)
        withholding.take_back(turn, act.agency, (*turn.pathway.steps,))


def _permit(turn: Turn, act: Permit, agency: str, person: str) -> None:
    """Lift a prohibition. The work that the agency had does not come back by itself."""
    turn.require_agency(agency, turn.state.responsible)
    if act.agency not in turn.state.prohibited:
        raise Refusal("not_prohibited", agency=act.agency)
    turn.say(AgencyPermitted(agency=act.agency))


def _of_each_agency(make: Callable[[str], Act]) -> Callable[[View], Iterator[Aside]]:
    def asides(view: View) -> Iterator[Aside]:
        for agency in view.registry.by_code:
            yield Aside(view.state.responsible, make(agency), agency, agency)

    return asides


class Prohibit(Act, frozen=True, tag="prohibit"):
    """Send an agency nothing more in this case except a farewell, even if something else would
    allow more.
    """

    agency: str

    rule: ClassVar = Rule(_prohibit, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("prohibit",),
                help="Send an agency nothing more in this case; only the responsible agency may do "
                "so.",
                verb="prohibit",
            ),
        ),
        words=(_WHOM,),
        weighty=True,
    )
    asides: ClassVar = _of_each_agency(lambda agency: Prohibit(agency=agency))


class Permit(Act, frozen=True, tag="permit"):
    """Lift a prohibition."""

    agency: str

    rule: ClassVar = Rule(_permit)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("permit",),
                help="Let a prohibited agency be asked and told again.",
                verb="permit",
            ),
        ),
        words=(_WHOM,),
        weighty=True,
    )
    asides: ClassVar = _of_each_agency(lambda agency: Permit(agency=agency))

"""Links between cases of related people (a sibling, a parent, a witness), and alerts among them.

Source: siblings, mother and child, groups of witnesses: separate codes, shared safety (F60).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import facts as f
from engine.errors import Refusal
from engine.turns.turn import Turn
from engine.visibility import readable

if TYPE_CHECKING:
    from engine.acts.cases import Follow, Hear

WORDS = {
    "sibling": "sibling",
    "parent": "child",
    "child": "parent",
    "partner": "partner",
    "witness": "witness",
}
"""How the person of a linked case is related to this one's, and the reverse."""
EARLIER, LATER = "earlier", "later"
"""Cases of one person, opened one after the other: no words of anybody's, `open` says them."""
SAME_PERSON = frozenset({EARLIER, LATER})


def link(turn: Turn, case: str, word: str) -> None:
    """Record the link by code only; neither case reveals anything of the other."""
    if word not in WORDS:
        raise Refusal("unknown_link", words=tuple(WORDS))
    if case == turn.state.code:
        raise Refusal("same_case")
    if case in turn.state.links:
        raise Refusal("linked_already", case=case, other=turn.state.code)
    turn.say(f.CaseLinked(case=case, word=word))


def come_after(turn: Turn, case: str, known: tuple[str, ...]) -> None:
    """The person has an earlier case, whose answers need not be asked again.

    Only protected fields that this pathway also has. Open answers belong to that case; this one
    makes its own assessment.
    """
    turn.say(f.CaseLinked(case=case, word=EARLIER))
    fields = turn.pathway.definition.data
    shared = tuple(name for name in known if name in fields and fields[name].is_protected)
    if shared:
        turn.say(f.PersonKnown(fields=shared))


def follow(turn: Turn, act: Follow, agency: str, person: str) -> None:
    """The person has a later case; this is recorded even if the case has ended.

    The agency has seen what it takes along, so that is recorded as for any look.
    """
    turn.say(f.CaseLinked(case=act.case, word=LATER))
    seen = readable(turn, act.known, agency)
    if seen:
        turn.say(f.IdentitySeen(agency=agency, by=person, fields=seen))


def unlink(turn: Turn, case: str) -> None:
    if case not in turn.state.links:
        raise Refusal("not_linked", case=case, other=turn.state.code)
    turn.say(f.CaseUnlinked(case=case))


def hear(turn: Turn, act: Hear) -> None:
    """Tell every agency working on this case to look, except those that may not know of the other case.

    The notice says nothing about that case.
    """
    if act.case not in turn.state.links:
        return
    at_work = [each for task in turn.state.open_tasks() for each in task.agencies]
    # Nobody hears in another's place: who answers for this case may be shut out of the other.
    told = tuple(
        agency
        for agency in dict.fromkeys((turn.state.responsible, *at_work))
        if agency not in act.without and turn.may_hear(agency)
    )
    turn.say(f.AlertHeard(case=act.case, told=told))
    for agency in told:
        turn.tell(agency, "attention", "case", "Look at a linked case")

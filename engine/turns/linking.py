"""Cases of people who belong together: a sibling, a parent, a witness; and alerts among them.

Source: siblings, mother and child, groups of witnesses: codes of their own, shared safety (F60).
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
"""What the person of a linked case is to this one's, and what this one's is to that."""
EARLIER, LATER = "earlier", "later"
"""Cases of one person, opened one after the other: no words of anybody's, `open` says them."""
SAME_PERSON = frozenset({EARLIER, LATER})


def link(turn: Turn, case: str, word: str) -> None:
    """Only codes are kept: neither case tells anything of the other."""
    if word not in WORDS:
        raise Refusal("unknown_link", words=tuple(WORDS))
    if case == turn.state.code:
        raise Refusal("same_case")
    if case in turn.state.links:
        raise Refusal("linked_already", case=case, other=turn.state.code)
    turn.say(f.CaseLinked(case=case, word=word))


def come_after(turn: Turn, case: str, known: tuple[str, ...]) -> None:
    """The person has an earlier case: what is known of them there need not be asked again.

    Only protected fields that this pathway has too. What was answered openly was found out for that
    case: this one assesses anew.
    """
    turn.say(f.CaseLinked(case=case, word=EARLIER))
    fields = turn.pathway.definition.data
    shared = tuple(name for name in known if name in fields and fields[name].is_protected)
    if shared:
        turn.say(f.PersonKnown(fields=shared))


def follow(turn: Turn, act: Follow, agency: str, person: str) -> None:
    """Its person has a later case: no end keeps it from knowing that.

    What the agency takes along, it has seen, like everybody who looks.
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
    """Whoever has something to do in this case is told to look, except who may not know of the other.

    The notice tells nothing of that one.
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

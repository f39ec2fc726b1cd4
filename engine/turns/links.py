"""Cases of people who belong together: a sibling, a parent, a witness; and alerts among them.

Source: siblings, mother and child, groups of witnesses: codes of their own, shared safety (F60).
"""

from __future__ import annotations

from engine import facts as f
from engine.commands import Hear
from engine.errors import Refusal
from engine.turns.turn import Turn

WORDS = {
    "sibling": "sibling",
    "parent": "child",
    "child": "parent",
    "partner": "partner",
    "witness": "witness",
}
EARLIER, LATER = "earlier", "later"
"""Cases of one person, opened one after the other: no words of anybody's, `open` says them."""
"""What the person of a linked case is to this one's, and what this one's is to that."""


def link(turn: Turn, case: str, word: str) -> None:
    """Only codes are kept: neither case tells anything of the other."""
    if word not in WORDS:
        raise Refusal("unknown_link", f"say one of: {', '.join(WORDS)}")
    if case == turn.state.code:
        raise Refusal("same_case", "a case is not linked with itself")
    if case in turn.state.links:
        raise Refusal("linked_already", f"{case} is linked with {turn.state.code} already")
    turn.say(f.CaseLinked(case=case, word=word))


def follow(turn: Turn, case: str) -> None:
    """Its person has a later case: no end keeps it from knowing that."""
    turn.say(f.CaseLinked(case=case, word=LATER))


def unlink(turn: Turn, case: str) -> None:
    if case not in turn.state.links:
        raise Refusal("not_linked", f"{case} is not linked with {turn.state.code}")
    turn.say(f.CaseUnlinked(case=case))


def hear(turn: Turn, act: Hear) -> None:
    """Whoever has something to do in this case is told to look, unless shut out of the other."""
    if act.case not in turn.state.links:
        return
    turn.say(f.AlertHeard(case=act.case))
    at_work = [task.agency for task in turn.state.open_tasks()]
    for agency in dict.fromkeys((turn.state.responsible, *at_work)):
        if agency not in act.without:
            turn.tell(agency, "attention", "case", "Look at a linked case")

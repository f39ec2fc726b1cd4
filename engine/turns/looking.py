"""Looks at what is known of the person, recorded like every other act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import facts as f
from engine.errors import Refusal
from engine.turns.turn import Turn
from engine.view import View
from engine.visibility import has, own_tasks, readable

if TYPE_CHECKING:
    from engine.acts.cases import Look


def look(turn: Turn, act: Look, agency: str, person: str) -> None:
    """The responsible agency sees everything, others what the forms of their open tasks ask for.

    Each look is a fact, so nobody looks unrecorded.
    """
    seen = act.known
    if act.hand_over:
        _require_part(turn, act.hand_over, agency)
    else:
        if agency != turn.state.responsible and not own_tasks(turn, agency):
            raise Refusal("not_allowed.no_task")
        seen = readable(turn, act.known, agency)
    turn.say(f.IdentitySeen(agency=agency, by=person, fields=seen))


def _require_part(view: View, hand_over: str, agency: str) -> None:
    """What may be seen of a request is decided where it is shown; only its two agencies may
    look.
    """
    asked = view.state.hand_overs.get(hand_over)
    if asked is None or not has(view, agency, asked):
        raise Refusal("not_yours.others")

"""Look at what is known of the person; each look is recorded, like any other act."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.disclosing import answers_disclosed
from engine.errors import Refusal
from engine.facts import Fact
from engine.grounds import Disclosed
from engine.message import Message, message
from engine.state import State
from engine.turns.turn import Turn
from engine.view import View
from engine.visibility import answers_for, has, own_tasks, readable

__all__ = ["Look"]


class IdentitySeen(Fact, frozen=True, tag="identity_seen"):
    """Somebody read answers. The names of the fields are recorded, not their values, and the
    grounds on which each was read.

    Source: access to identities is recorded, by id only (D16).
    """

    agency: str
    by: str
    """The person who read the answers, as in `Command.person`; empty if unknown, for instance when
    answers are passed along to the agency of another case.
    """
    fields: tuple[str, ...]
    disclosed: tuple[Disclosed, ...] = ()
    """The fields, by the grounds on which they were read; empty if there are no fields, and in
    records from before grounds were kept.
    """
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return state

    def story(self) -> Message:
        return message("log.case.looked_at", agency=self.agency)


def _look(turn: Turn, act: Look, agency: str, person: str) -> None:
    """Record a look. What it shows the agency is decided in `visibility`.

    Each look is a fact, so everything that is read is on record.

    Raises:
        Refusal: `not_yours`: there is no such request, it is neither to nor from the agency, or the
            agency must not see it now; `not_allowed`: the agency may read nothing, has no open task,
            and is not responsible.
    """
    seen = act.known
    if act.hand_over:
        _require_part(turn, act.hand_over, agency)
    elif not act.explained:  # whoever shows it has checked each answer
        seen = readable(turn, act.known, agency)
        if not (seen or answers_for(turn.state, agency) or own_tasks(turn, agency)):
            raise Refusal("not_allowed.no_task")
    disclosed = answers_disclosed(turn, agency, seen)
    turn.say(IdentitySeen(agency=agency, by=person, fields=seen, disclosed=disclosed))


def _require_part(view: View, hand_over: str, agency: str) -> None:
    """Refuse an agency that is neither the sender nor the receiver of the request, or that may not
    see the request now. How much of the request it sees is decided where the request is shown.
    """
    asked = view.state.hand_overs.get(hand_over)
    if asked is None or not has(view, agency, asked):
        raise Refusal("not_yours.others")


class Look(Act, frozen=True, tag="look"):
    """Read what is known of the person, even after the case has ended."""

    known: tuple[str, ...] = ()
    """Names of answers, never their values: of all that are stored or, for a request or if
    `explained`, only of those shown.
    """
    hand_over: str = ""
    """The request being looked at; empty if the look is at the person."""
    explained: bool = False
    """The answers are shown in an explanation or a view of the case, which leaves out answers that
    the agency must not read. So `known` is not checked again.
    """

    rule: ClassVar = Rule(_look, after_the_end=True)
    dated: ClassVar = False

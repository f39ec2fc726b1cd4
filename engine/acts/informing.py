"""Give the person a copy of what is held about them; this is recorded like any look."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.acts.looking import IdentitySeen
from engine.contacting import Reach, who_speaks
from engine.disclosing import answers_disclosed
from engine.errors import Refusal
from engine.facts import Fact
from engine.message import Message, message
from engine.state import State
from engine.turns.turn import Turn
from engine.visibility import readable

__all__ = ["Inform"]

RECEIVERS = ("person", "guardian", "representative")
REASONS = ("asked", "ending", "moving", "other")
"""Why a copy is given: it was asked for, the case is ending, the person is moving on, or another
reason.
"""


class PersonInformed(Fact, frozen=True, tag="person_informed"):
    """The person, their guardian or their representative was given a copy of what is held about the
    person, as far as the agency may read it.

    Source: the right to know (HTCDS); what was handed out is recorded (D16).
    """

    agency: str
    by: str
    to: str
    reason: str
    language: str
    fields: tuple[str, ...]
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return state

    def story(self) -> Message:
        return message("log.case.informed", agency=self.agency)


def _inform(turn: Turn, act: Inform, agency: str, person: str) -> None:
    """Record that the agency hands out what it may read, which is no more than a look would show
    it.

    Raises:
        Refusal: `not_yours`: another agency is responsible; `needs_guardian`: the copy would go to
            a person who may be a child.

    Source: papers go to a child's guardian or representative, never to the child (D6).
    """
    turn.require_agency(agency, turn.state.responsible)
    if act.to == "person" and who_speaks(turn.pathway, turn.state) is Reach.GUARDIAN:
        raise Refusal("needs_guardian.dossier")
    fields = readable(turn, act.known, agency)
    disclosed = answers_disclosed(turn, agency, fields)
    turn.say(IdentitySeen(agency=agency, by=person, fields=fields, disclosed=disclosed))
    turn.say(
        PersonInformed(
            agency=agency,
            by=person,
            to=act.to,
            reason=act.reason,
            language=act.language,
            fields=fields,
        )
    )


class Inform(Act, frozen=True, tag="inform"):
    """Give the person, or somebody who acts for them, a copy of what is held, even after the case
    has ended.
    """

    known: tuple[str, ...] = ()
    """Names of everything stored, never the values."""
    to: str = "person"
    reason: str = "asked"
    language: str = ""

    rule: ClassVar = Rule(_inform, after_the_end=True)
    dated: ClassVar = False

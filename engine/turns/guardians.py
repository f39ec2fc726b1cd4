"""Decides who answers for a person: a guardian or, if it is known that none is needed, the person.

Source: a guardian's consent and the child's own view are kept apart, and anybody who may be a child
is treated as one (COE10, MAEIA).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.acts.reason_lists import VIEWS
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.plans import Test
from engine.questions import lookup
from engine.state import State
from engine.view import View

if TYPE_CHECKING:
    from engine.acts.consents import RecordConsent

GIVERS = ("person", "guardian")


def who_answers(pathway: Pathway, state: State, consent: str) -> str | None:
    """`person` or `guardian`; None if the pathway does not say."""
    needed = pathway.guardians.get(consent)
    return None if needed is None else giver(needed, state)


def giver(needed: Test, state: State) -> str:
    """Who must answer: `guardian` as long as the condition for one may hold, otherwise `person`."""
    return "person" if needed(lookup(state)) is False else "guardian"


def require_giver(view: View, consent: str, act: RecordConsent) -> None:
    """Check who answers for a consent, and the person's own view if a guardian does.

    Raises:
        Refusal: `unknown_giver` or `wrong_view`; if the pathway says who must answer, also
            `needs_guardian`, `needs_person`, or `needs_view` if a guardian's answer lacks it.
    """
    if act.giver not in GIVERS:
        raise Refusal("unknown_giver", givers=GIVERS)
    if act.view and (act.giver == "person" or act.view not in VIEWS):
        raise Refusal("wrong_view", views=VIEWS)
    giver = who_answers(view.pathway, view.state, consent)
    if giver is None:
        return
    if act.giver != giver:
        if giver == "guardian":
            raise Refusal("needs_guardian", consent=consent)
        raise Refusal("needs_person", consent=consent)
    if giver == "guardian" and not act.view:
        raise Refusal("needs_view", views=VIEWS)

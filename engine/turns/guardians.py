"""Who answers for a person: a guardian, unless it is known that the person does.

Source: a guardian's consent and the child's own view are kept apart, and whoever may be a child
counts as one (COE10, MAEIA).
"""

from __future__ import annotations

from engine.commands import VIEWS, RecordConsent
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import State
from engine.view import View

GIVERS = ("person", "guardian")


def who_answers(pathway: Pathway, state: State, consent: str) -> str | None:
    """`person` or `guardian`; None where the pathway does not say who has to answer."""
    needed = pathway.guardians.get(consent)
    if needed is None:
        return None
    return "person" if needed(lookup(state)) is False else "guardian"


def require_giver(view: View, consent: str, act: RecordConsent) -> None:
    """Raises Refusal unless it is the giver's to answer, and the person's view is told with it."""
    if act.giver not in GIVERS:
        raise Refusal("unknown_giver", f"the answer is given by one of: {', '.join(GIVERS)}")
    if act.view and (act.giver == "person" or act.view not in VIEWS):
        raise Refusal("wrong_view", f"with a guardian's answer, say one of: {', '.join(VIEWS)}")
    giver = who_answers(view.pathway, view.state, consent)
    if giver is None:
        return
    if act.giver != giver:
        reason = "needs_guardian" if giver == "guardian" else "needs_person"
        raise Refusal(reason, f"for {consent} the {giver} has to answer, not the {act.giver}")
    if giver == "guardian" and not act.view:
        raise Refusal("needs_view", f"say what the person thinks of it: {', '.join(VIEWS)}")

"""What two connected cases may know of each other. Decided here and nowhere else.

Each question is asked of one of the two cases. An agency of the other one learns of this case by what
the person and its agency agreed to, or because it may know of this one anyway.
"""

from __future__ import annotations

from engine import covering
from engine.statuses import CasePhase
from engine.view import View


def needed(view: View, word: str) -> tuple[str, ...]:
    """The consents that the pathway asks for before such a link or merge."""
    asked = view.pathway.definition.links.needs.items()
    return tuple(
        each.removeprefix("consent.") for of, names in asked if of == word for each in names
    )


def is_agreed_by_person(view: View, word: str, agency: str = "") -> bool:
    """Whether every consent that it needs is in force; one that names agencies must name this one.

    Args:
        agency: of the other case; left out where it is not known yet.
    """
    return all(
        covering.stands(view, name, agency if view.pathway.consent(name).to else "")
        for name in needed(view, word)
    )


def lets_know(view: View, word: str, agency: str) -> bool:
    """Whether the agency of the other case may learn of this one by a proposal, or by a yes.

    Where it may not know of the case anyway, the person must have been asked.
    Source: nothing crosses to another agency before consent (D1).
    """
    if view.is_shut_out(agency):
        return False
    if not (needed(view, word) or view.may_know(agency)):
        return False
    return is_agreed_by_person(view, word, agency)


def may_know_of_both(view: View, agency: str, other: str, *, answers: bool = False) -> bool:
    """Whether an agency that may hear of the linked case `other` may know that it is linked with
    this one, and hear its alerts.

    It has a part in this one and may hear of it, or agreed to the link, or answers for the other
    case, as far as this one lets it know. Nobody may while a consent that the link needs is not in
    force.

    Args:
        answers: it is the responsible agency of `other`.
    """
    word, agreed = view.state.links.get(other, ""), view.state.agreed.get(other)
    if agreed is not None and agreed.agency == agency:
        is_let = agreed.is_consented and not view.is_shut_out(agency)
        return is_let or lets_know(view, word, agency)
    if view.is_shut_out(agency) or not is_agreed_by_person(view, word):
        return False
    return (answers or agency in view.involved()) and view.may_know(agency)


def may_be_asked(view: View, word: str) -> bool:
    """Whether the case may be linked like this: it is open or, for a returning person, ended."""
    if view.state.status == CasePhase.OPEN:
        return True
    return word == "same_person" and view.state.status == CasePhase.ENDED

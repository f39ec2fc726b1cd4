"""What two connected cases may know of each other, which is decided only here.

Each question is asked of one of the two cases. An agency of the other case learns of this case only
if the person and this case's agency agreed to that, or if the agency may know of this case anyway.
"""

from __future__ import annotations

from engine import covering
from engine.statuses import CasePhase
from engine.view import View


def needed(view: View, word: str) -> tuple[str, ...]:
    """The consents that the pathway asks for before a link of this kind, or a merge."""
    asked = view.pathway.definition.links.needs.items()
    return tuple(
        each.removeprefix("consent.") for of, names in asked if of == word for each in names
    )


def is_agreed_by_person(view: View, word: str, agency: str = "") -> bool:
    """Whether every consent that the link needs is in force. Consents given for certain agencies
    must also cover the other case's agency.

    Args:
        agency: the agency of the other case. If empty, the consents need not cover any agency.
    """
    return all(
        covering.stands(view, name, agency if view.pathway.consent(name).to else "")
        for name in needed(view, word)
    )


def lets_know(view: View, word: str, agency: str) -> bool:
    """Whether a proposal, or agreeing to one, may let the other case's agency know of this case.

    Every consent that the pathway asks for must be in force. If it asks for none, the agency must
    be one that may know of this case anyway. Always False for an agency shut out of this case.

    Source: nothing crosses to another agency before consent (D1).
    """
    if view.is_shut_out(agency):
        return False
    if not (needed(view, word) or view.may_know(agency)):
        return False
    return is_agreed_by_person(view, word, agency)


def may_know_of_both(view: View, agency: str, other: str, *, answers: bool = False) -> bool:
    """Whether an agency that may hear of the linked case `other` may know that `other` is linked
    with this case, and hear the alerts of this case.

    An agency that is shut out of this case never may. The agency that agreed to the link may if the
    person agreed to it in the agency's own case, or if `lets_know` allows it. Any other agency may
    if it may know of this case, if every consent that the link needs is in force, and if it takes
    part in this case or is responsible for `other`.

    Args:
        answers: whether `agency` is responsible for `other`.
    """
    word, agreed = view.state.links.get(other, ""), view.state.agreed.get(other)
    if agreed is not None and agreed.agency == agency:
        is_let = agreed.is_consented and not view.is_shut_out(agency)
        return is_let or lets_know(view, word, agency)
    if view.is_shut_out(agency) or not is_agreed_by_person(view, word):
        return False
    return (answers or agency in view.involved()) and view.may_know(agency)


def may_be_asked(view: View, word: str) -> bool:
    """Whether the case may get a link of this kind, or a merge: it is open or, for a `same_person`
    link, has ended.
    """
    if view.state.status == CasePhase.OPEN:
        return True
    return word == "same_person" and view.state.status == CasePhase.ENDED

"""Who may know of a case, as the promises say it and not as the engine does: random cases are held against it."""

from __future__ import annotations

from msgspec.structs import replace

from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import State
from engine.statuses import AGREED
from tests.factories import REGISTRY

_HOME, _CARE = ("partner", "origin"), ("care", "host")
KINDS = {
    "screener": ("desk", "host"),
    "first": ("desk", "host"),
    "manager": _CARE,
    "lead": _CARE,
    "home": _HOME,
    "there": _HOME,
}
"""By the names of roles in both versions: type and side."""


def is_barred(state: State, agency: str) -> bool:
    """As the promise says it: prohibited, in a barred role, or of a barred country and no other
    side's. Who answers for the case is so only where nobody else is left."""
    if agency == state.responsible:
        return not is_shut_out(state, state.opened_by) and is_shut_out(state, agency)
    return is_shut_out(state, agency)


def is_shut_out(state: State, agency: str) -> bool:
    known = REGISTRY.by_code[agency]
    sides = {side for side, where in state.sides.items() if where == known.country}
    for role in state.barred_roles:
        kind, side = KINDS[role]
        if state.roles.get(role) == agency or (kind in known.roles and side in sides):
            return True
    return agency in state.prohibited or (bool(sides) and sides <= set(state.barred))


def may_know(trial: Pathway, state: State, agency: str) -> bool:
    """It answers for the case, or has opened it, or agreed, or a consent that stands or a basis covers it."""
    if agency in (state.responsible, state.opened_by):
        return True
    if any(h.agency == agency and h.status in AGREED for h in state.hand_overs.values()):
        return True
    if any(covers(state, name, agency) for name in state.consents):
        return True
    in_force = (each.basis for each in trial.bases if each.is_in_force(lookup(state)))
    return any(could_hold(state, role, agency) for basis in in_force for role in basis.to)


def could_hold(state: State, role: str, agency: str) -> bool:
    known = REGISTRY.by_code[agency]
    kind, side = KINDS[role]
    is_of_type = kind in known.roles and state.sides.get(side) == known.country
    return is_of_type or state.roles.get(role) == agency


def may_go_on(trial: Pathway, state: State, agency: str) -> bool:
    """The same while a consent has run out, until it is taken back."""
    given = state.consents.items()
    still = {n: replace(each, status="given") for n, each in given if each.status == "expired"}
    return may_know(trial, replace(state, consents=state.consents | still), agency)


def covers(state: State, consent: str, agency: str) -> bool:
    given = state.consents[consent]
    if agency in given.without:
        return False
    known = REGISTRY.by_code[agency]
    in_class = any(
        each.role_type in known.roles and each.country == known.country for each in given.classes
    )
    return given.status == "given" and (agency in given.recipients or in_class)

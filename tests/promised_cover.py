"""Who may know of a case, as the promises say it and not as the engine does: random cases are held against it."""

from __future__ import annotations

from msgspec.structs import replace

from engine.agencies.registry import Registry
from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import State
from engine.statuses import AGREED
from tests.factories import REGISTRY


def is_barred(trial: Pathway, state: State, agency: str) -> bool:
    """As the promise says it: prohibited, in a barred role, or of a barred country and no other
    side's. The responsible agency is so only where nobody else is left."""
    if agency == state.responsible:
        others = is_shut_out(trial, state, state.opened_by)
        return not others and is_shut_out(trial, state, agency)
    return is_shut_out(trial, state, agency)


def is_shut_out(trial: Pathway, state: State, agency: str, registry: Registry = REGISTRY) -> bool:
    known = registry.by_code.get(agency)
    country = known.country if known else agency[:2]
    sides = {side for side, where in state.sides.items() if where == country}
    if any(could_hold(trial, state, role, agency, registry) for role in state.barred_roles):
        return True
    return agency in state.prohibited or (bool(sides) and sides <= set(state.barred))


def may_know(trial: Pathway, state: State, agency: str) -> bool:
    """It is responsible for the case, or has opened it, or agreed, or a consent that stands or a basis covers it."""
    if agency in (state.responsible, state.opened_by):
        return True
    if any(h.agency == agency and h.status in AGREED for h in state.hand_overs.values()):
        return True
    if any(covers(state, name, agency) for name in state.consents):
        return True
    in_force = (each.basis for each in trial.bases if each.is_in_force(lookup(state)))
    return any(could_hold(trial, state, role, agency) for basis in in_force for role in basis.to)


def could_hold(
    trial: Pathway, state: State, role: str, agency: str, registry: Registry = REGISTRY
) -> bool:
    known, written = registry.by_code.get(agency), trial.definition.roles[role]
    is_of_type = known is not None and written.type in known.roles
    is_there = known is not None and state.sides.get(written.side) == known.country
    return (is_of_type and is_there) or state.roles.get(role) == agency


def may_go_on(trial: Pathway, state: State, agency: str) -> bool:
    """The same while a consent has run out, until it is taken back."""
    given = state.consents.items()
    still = {n: replace(each, status="given") for n, each in given if each.status == "expired"}
    return may_know(trial, replace(state, consents=state.consents | still), agency)


def covers(state: State, consent: str, agency: str, registry: Registry = REGISTRY) -> bool:
    given, known = state.consents.get(consent), registry.by_code.get(agency)
    if given is None or agency in given.without:  # of a version that asks other things
        return False
    in_class = known is not None and any(
        each.role_type in known.roles and each.country == known.country for each in given.classes
    )
    return given.status == "given" and (agency in given.recipients or in_class)

"""Describes which agencies are shut out of a case, in words that a store can search for: `NG-HOME`
for an agency, `NG` for a whole country, `shelter NG` for any agency that may hold such a role
there.

Whether an agency is meant depends on what the registry says of it now, not on when the bar was
made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.agencies.registry import Registry
from engine.countries import country_of
from engine.state import State

if TYPE_CHECKING:
    from engine.pathway import Pathway


def shut_out(pathway: Pathway, state: State) -> frozenset[str]:
    """The words for prohibited agencies, for holders and possible holders of barred roles, and for
    countries whose sides are all barred.
    """
    if not (state.prohibited or state.barred_roles or state.barred):
        return frozenset()
    found = {*state.prohibited}
    for role in state.barred_roles:
        plan = pathway.roles[role]
        if role in state.roles:
            found.add(state.roles[role])
        if plan.side in state.sides:
            found.add(_type_in(plan.type, state.sides[plan.side]))
    allowed = {country for side, country in state.sides.items() if side not in state.barred}
    barred = {country for side, country in state.sides.items() if side in state.barred}
    return frozenset(found | (barred - allowed))


def meant_by(registry: Registry, agency: str) -> frozenset[str]:
    """The words that would shut an agency out of a case."""
    known = registry.by_code.get(agency)
    if known is None:
        return frozenset((agency, country_of(agency)))
    types = (_type_in(each, known.country) for each in known.roles)
    return frozenset((agency, known.country, *types))


def _type_in(role_type: str, country: str) -> str:
    return f"{role_type} {country}"

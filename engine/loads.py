"""How busy agencies are, and therefore which one is asked first for a role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import msgspec

from engine.agencies.registry import Agency, Registry
from engine.state import HandOver, State, Task

if TYPE_CHECKING:
    from engine.pathway import Pathway
    from engine.plans import RolePlan

_Work = TypeVar("_Work", Task, HandOver)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """The load of one agency in one type of role."""

    open: int = 0
    """The number of the agency's open tasks and of the requests that await its answer."""
    given_at: datetime | None = None
    """When the newest of the agency's tasks and requests was opened or offered; None if it had none."""


class Loads(msgspec.Struct, frozen=True):
    """The load of agencies in all cases but the one at hand, by agency code and type of role."""

    of: dict[tuple[str, str], Load] = {}


NO_LOADS = Loads()
_NOTHING = Load()
_NEVER = datetime.min.replace(tzinfo=UTC)


def counted_types(pathway: Pathway, registry: Registry) -> frozenset[str]:
    """The types of role in a pathway for which load matters."""
    types, chosen = _types_of(pathway)
    return chosen | (types & registry.limited)


@lru_cache(maxsize=64)
def _types_of(pathway: Pathway) -> tuple[frozenset[str], frozenset[str]]:
    """All types of role in a pathway, and those for which agencies are not chosen in the order of
    the registry.
    """
    roles = pathway.roles.values()
    chosen = (role.type for role in roles if role.choose != "first")
    return frozenset(role.type for role in roles), frozenset(chosen)


@lru_cache(maxsize=64)
def types_in_turn(pathway: Pathway) -> frozenset[str]:
    """The types of role whose agencies are chosen in turn."""
    roles = pathway.roles.values()
    return frozenset(role.type for role in roles if role.choose == "in_turn")


def given_in_turn(pathway: Pathway, before: State, after: State) -> dict[tuple[str, str], datetime]:
    """When agencies were given a task or request between two states of a case, by agency and type
    of role. Only types whose agencies are chosen in turn are looked at. A task that only passed to
    another agency is left out.
    """
    types = types_in_turn(pathway)
    if not types:
        return {}
    given: dict[tuple[str, str], datetime] = {}
    tasks = [(t.role, t.agency, t.opened_at) for t in _new(before.tasks, after.tasks)]
    asked = [(h.role, h.agency, h.offered_at) for h in _new(before.hand_overs, after.hand_overs)]
    for name, agency, at in (*tasks, *asked):
        role = pathway.roles.get(name)
        if role is not None and role.type in types:
            given[agency, role.type] = at
    return given


def _new(before: Mapping[str, _Work], after: Mapping[str, _Work]) -> list[_Work]:
    return [each for key, each in after.items() if key not in before]


def in_order(
    able: list[Agency], role: RolePlan, pathway: Pathway, state: State, loads: Loads
) -> list[Agency]:
    """Agencies in the order in which to ask them for a role. Full agencies come last: they are
    skipped while another has room, but still asked if all are full.

    Source: strategies of assignment, capacity (F25, F26).
    """
    if role.choose == "first" and not any(role.type in each.capacity for each in able):
        return able
    found = {each.code: _load(each.code, role.type, pathway, state, loads) for each in able}
    ordered = sorted(able, key=_RANKS[role.choose](able, role.type, found))
    return sorted(ordered, key=lambda each: _room(each, role.type, found) <= 0)


def _load(agency: str, role_type: str, pathway: Pathway, state: State, loads: Loads) -> Load:
    """The load in other cases plus this case as it is now."""
    names = {name for name, role in pathway.roles.items() if role.type == role_type}
    tasks = [each for each in state.tasks.values() if each.agency == agency and each.role in names]
    asked = [
        each for each in state.hand_overs.values() if each.agency == agency and each.role in names
    ]
    elsewhere = loads.of.get((agency, role_type), _NOTHING)
    moments = [each.opened_at for each in tasks] + [each.offered_at for each in asked]
    moments += [elsewhere.given_at] if elsewhere.given_at else []
    return Load(
        open=elsewhere.open + sum(t.is_open for t in tasks) + sum(h.is_open for h in asked),
        given_at=max(moments, default=None),
    )


def _room(agency: Agency, role_type: str, found: dict[str, Load]) -> float:
    capacity = agency.capacity.get(role_type)
    return float("inf") if capacity is None else capacity - found[agency.code].open


Rank = Callable[[Agency], float | datetime]


def _first(able: Sequence[Agency], role_type: str, found: dict[str, Load]) -> Rank:
    return lambda each: 0


def _in_turn(able: Sequence[Agency], role_type: str, found: dict[str, Load]) -> Rank:
    """The agency whose last assignment is longest ago comes first; agencies that never had one come
    before all others.
    """
    return lambda each: found[each.code].given_at or _NEVER


def _most_free(able: Sequence[Agency], role_type: str, found: dict[str, Load]) -> Rank:
    """The agency with the most free places comes first, if every agency says how many places it
    has; otherwise the one with the fewest open tasks and requests.
    """
    if all(role_type in each.capacity for each in able):
        return lambda each: -_room(each, role_type, found)
    return lambda each: found[each.code].open


_RANKS = {"first": _first, "in_turn": _in_turn, "most_free": _most_free}

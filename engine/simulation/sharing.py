"""The load of agencies over all cases, for pathways in which load decides which agency gets the
next task or request.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from engine.agencies.registry import Registry
from engine.loads import NO_LOADS, Load, Loads, counted_types, given_in_turn
from engine.pathway import Pathway
from engine.state import HandOver, State, Task

Key = tuple[str, str]
"""Agency and type of role."""


class Sharing:
    """Follows the load of agencies, for pathways in which their load matters."""

    def __init__(self, pathway: Pathway, registry: Registry) -> None:
        counted = counted_types(pathway, registry)
        self._pathway = pathway
        self._types = {n: role.type for n, role in pathway.roles.items() if role.type in counted}
        self._whole: Counter[Key] = Counter()
        self._of_case: dict[int, Counter[Key]] = {}
        self._given: dict[Key, datetime] = {}

    def without(self, number: int) -> Loads:
        """The load of agencies in all cases but this one; empty if load decides nothing in the
        pathway.
        """
        if not self._types:
            return NO_LOADS
        own = self._of_case.get(number, Counter())
        return Loads(
            {
                key: Load(open=self._whole[key] - own[key], given_at=self._given.get(key))
                for key in self._whole.keys() | self._given.keys()
            }
        )

    def now(self, number: int, before: State, state: State) -> None:
        """Update the load after a case has changed."""
        if not self._types:
            return
        found: Counter[Key] = Counter()
        owed: list[Task | HandOver] = [*state.open_tasks(), *state.open_hand_overs()]
        for each in owed:
            if each.role in self._types:
                found[each.agency, self._types[each.role]] += 1
        self._whole.subtract(self._of_case.pop(number, Counter()))
        self._whole.update(found)
        self._of_case[number] = found
        self._given.update(given_in_turn(self._pathway, before, state))

"""The load of agencies over all cases, for pathways in which load decides which agency gets the
next task or request.
"""

from __future__ import annotations

from collections import Counter

from engine.agencies.registry import Registry
from engine.loads import NO_LOADS, Load, Loads, counted_types
from engine.pathway import Pathway
from engine.state import HandOver, State, Task

Key = tuple[str, str]
"""Agency and type of role."""


class Sharing:
    """Counts the open work of agencies, for pathways in which their load matters."""

    def __init__(self, pathway: Pathway, registry: Registry) -> None:
        counted = counted_types(pathway, registry)
        self._types = {n: role.type for n, role in pathway.roles.items() if role.type in counted}
        self._whole: Counter[Key] = Counter()
        self._of_case: dict[int, Counter[Key]] = {}

    def without(self, number: int) -> Loads:
        """The open work of agencies in all cases but this one; empty if load decides nothing in the
        pathway. It does not say when an agency last got something, so `in_turn` looks at this case
        alone.
        """
        if not self._types:
            return NO_LOADS
        own = self._of_case.get(number, Counter())
        return Loads({key: Load(open=n - own[key]) for key, n in self._whole.items()})

    def now(self, number: int, state: State) -> None:
        """Update the count after a case has changed."""
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

"""Makes up staff for the agencies of the demonstration, most of which list nobody in the library's
registry.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.agencies.duties import Duty
from engine.agencies.file import LoadedRegistry
from engine.agencies.registry import Agency, StaffMember

DESKS = 9
"""How many staff each agency gets: enough for steps that must each be done by a different person.
"""


def with_staff(loaded: LoadedRegistry, coordinating: str) -> LoadedRegistry:
    """The registry with made-up staff (desks) at each agency, in place of any that it lists. Each
    desk holds all of the agency's roles. The first one also administers the others and reads
    figures.

    Args:
        coordinating: the agency whose first desk coordinates as well.
    """
    agencies = tuple(
        replace(each, staff=_desks(each, each.code == coordinating))
        for each in loaded.registry.agencies
    )
    return replace(loaded, registry=replace(loaded.registry, agencies=agencies))


def _desks(agency: Agency, coordinates: bool) -> tuple[StaffMember, ...]:
    of_first = frozenset(each for each in Duty if coordinates or each is not Duty.COORDINATES)
    return tuple(
        StaffMember(
            code=f"desk-{number}",
            roles=agency.roles,
            duties=of_first if number == 1 else frozenset(),
        )
        for number in range(1, DESKS + 1)
    )


class Desks:
    """Assigns the work of agencies in one case to their staff, each task or request of an agency to
    a different person as long as there are enough people.
    """

    def __init__(self) -> None:
        self._begun: dict[str, list[str]] = {}

    def in_turn(self, agency: str, about: str) -> Iterator[str]:
        """All staff codes of an agency, beginning with that of the person who deals with `about`.

        Args:
            about: a task, request or interrupt of the case, for example, as in `PossibleAct.about`.
        """
        begun = self._begun.setdefault(agency, [])
        if about not in begun:
            begun.append(about)
        first = begun.index(about)
        yield from (f"desk-{(first + more) % DESKS + 1}" for more in range(DESKS))

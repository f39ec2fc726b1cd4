"""Staff for the agencies of the demonstration, most of which list nobody in the library's registry."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.agencies.file import LoadedRegistry
from engine.agencies.registry import Agency, StaffMember

DESKS = 9
"""So many people that somebody is left for what must be done by another one."""


def with_staff(loaded: LoadedRegistry) -> LoadedRegistry:
    """The registry, with desks at each agency that hold all of its roles."""
    agencies = tuple(replace(each, staff=_desks(each)) for each in loaded.registry.agencies)
    return replace(loaded, registry=replace(loaded.registry, agencies=agencies))


def _desks(agency: Agency) -> tuple[StaffMember, ...]:
    return tuple(
        StaffMember(code=f"desk-{number}", roles=agency.roles) for number in range(1, DESKS + 1)
    )


class Desks:
    """Who of an agency does what in one case: each task somebody else, as long as there are."""

    def __init__(self) -> None:
        self._begun: dict[str, list[str]] = {}

    def in_turn(self, agency: str, about: str) -> Iterator[str]:
        """The staff codes of an agency, first whoever does something about this task or part."""
        begun = self._begun.setdefault(agency, [])
        if about not in begun:
            begun.append(about)
        first = begun.index(about)
        yield from (f"desk-{(first + more) % DESKS + 1}" for more in range(DESKS))

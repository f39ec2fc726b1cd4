"""Staff for the agencies of the demonstration, most of which list nobody in the library's registry."""

from __future__ import annotations

from msgspec.structs import replace

from engine.agencies.file import LoadedRegistry
from engine.agencies.registry import Agency, StaffMember

DESKS = 9
"""So many people that whoever does a task is somebody else than who has done the one before."""


def with_staff(loaded: LoadedRegistry) -> LoadedRegistry:
    """The registry, with desks at each agency that hold all of its roles."""
    agencies = tuple(replace(each, staff=_desks(each)) for each in loaded.registry.agencies)
    return replace(loaded, registry=replace(loaded.registry, agencies=agencies))


def _desks(agency: Agency) -> tuple[StaffMember, ...]:
    return tuple(
        StaffMember(code=f"desk-{number}", roles=agency.roles) for number in range(1, DESKS + 1)
    )


class Desks:
    """Who of an agency does what in one case: each task somebody else, in turn."""

    def __init__(self) -> None:
        self._begun: dict[str, list[str]] = {}

    def at(self, agency: str, about: str) -> str:
        """The staff code of whoever does something about a task, or a part of the case."""
        begun = self._begun.setdefault(agency, [])
        if about not in begun:
            begun.append(about)
        return f"desk-{begun.index(about) % DESKS + 1}"

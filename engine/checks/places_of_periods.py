"""Places that a period names under `calendar` and that have no calendar in a registry: notes, not
faults, because cases may run with another registry.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.checks.faults import Fault
from engine.definition import Definition, Time, walked
from engine.message import finding
from engine.time.calendars import split_place


def places_without_days(definition: Definition, known: Collection[str], file: str) -> list[Fault]:
    """A note for each place named by its code that is not among `known`: no case can count the
    period. Sides and holders of roles are not looked at, since each case says where they are.

    Args:
        known: the places that have a calendar in the registry.
        file: the name of the registry's file.
    """
    return [
        Fault(
            (*path, "calendar", number),
            finding("calendar.not_in_registry", place=name, file=file, entry=_entry_of(name)),
            word=name,
        )
        for path, node in walked(definition)
        if isinstance(node, Time)
        for number, name in enumerate(node.calendar)
        if name in node.places and name not in known
    ]


def _entry_of(place: str) -> str:
    """The entry under `countries` that gives a place its calendar."""
    country, part = split_place(place)
    return f"{country}: {{subdivisions: {{{part}: {{}}}}}}" if part else f"{country}: {{}}"

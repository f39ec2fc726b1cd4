"""Named clocks set by law that count days but name no calendar: a note, not a fault."""

from __future__ import annotations

from engine.checks.faults import Fault
from engine.definition import Definition, NamedTime, Time, walked
from engine.message import finding
from engine.phrases.syntax import Unit, moments_in


def unplaced_limits(definition: Definition) -> list[Fault]:
    """A note for each named clock, in a checked definition with several sides, that counts days,
    names no calendar, and is statutory or has a limitation counted from it.

    Its days would be counted in the country of the agency that is responsible when it begins, and
    that need not be the country whose law sets it.
    """
    if len(definition.sides) < 2:
        return []
    closing = _named_by_limits(definition)
    return [
        Fault(
            ("clocks", name),
            finding("clock.days_of_whom", clock=name, side=next(iter(definition.sides))),
            name=True,
        )
        for name, clock in definition.clocks.items()
        if (clock.kind == "statutory" or name in closing) and _has_days(definition, clock)
    ]


def _named_by_limits(definition: Definition) -> set[str]:
    """The moments and named clocks that some `limitation` is counted from; after a `limitation`, the
    law allows no action.
    """
    return {
        name
        for _, node in walked(definition)
        if isinstance(node, Time) and node.kind == "limitation"
        for name in node.anchors
    }


def _has_days(definition: Definition, clock: NamedTime) -> bool:
    """Whether a clock is counted in days without saying whose calendar applies."""
    if clock.calendar:
        return False
    dated = {name for name, field in definition.data.items() if field.type == "date"}
    return any(
        leaf.on is not None
        or (leaf.anchor in dated and leaf.duration is None)
        or (leaf.duration is not None and leaf.duration.unit is not Unit.HOURS)
        for leaf in moments_in(clock.time)
    )

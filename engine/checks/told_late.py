"""Long or statutory periods that lose days when what they count from is reported late: notes."""

from __future__ import annotations

from engine.checks.faults import Fault
from engine.definition import Definition, Time, walked
from engine.message import finding
from engine.phrases.syntax import MEASURES, Moment, moments_in

_OF_TURNS = frozenset(
    {"opened", "entered", "ended", "returned", "stopped", "lapsed", "silent", "offered", "expired"}
)
"""Moments that no report makes: they come in a turn or as time passes."""


def moved_by_late_reports(definition: Definition) -> list[Fault]:
    """A note for each `due`, statutory or counted in months or years, of which the day depends on
    when its anchor was reported: work is due by a period that runs from the recording, and the law
    may count from the event itself.
    """
    return [
        Fault((*path, "time"), finding("due.moves_with_the_report", anchor=moment.anchor))
        for path, time in walked(definition)
        if isinstance(time, Time) and path[-1] == "due" and not time.closes
        for moment in moments_in(time.time)
        if _is_long(time, moment) and _may_be_told_late(definition, moment)
    ]


def _is_long(time: Time, moment: Moment) -> bool:
    if moment.duration is None or moment.before:
        return False
    return time.kind == "statutory" or bool(MEASURES[moment.duration.unit].months)


def _may_be_told_late(definition: Definition, moment: Moment) -> bool:
    """Whether somebody reports what the period counts from. A date is what it says, whenever it is
    answered, and a named clock counts from what happened itself.
    """
    anchor = moment.anchor or ""
    name, _, word = anchor.rpartition(".")
    if not name or name == "case" or word in _OF_TURNS:
        return False
    risen = definition.interrupts.get(anchor.removeprefix("interrupt."))
    return risen is None or bool(risen.raised_by)

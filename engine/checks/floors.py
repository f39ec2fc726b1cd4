"""Due moments that come before the earliest moment at which their step may begin."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.checks.spans import is_no_shorter
from engine.definition import Step, Time
from engine.message import finding
from engine.phrases.syntax import ClockExpression, Earliest, Latest, Moment, Roll, Unit


def check_floor(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    """Check that a step is due after its `not_before`. The step does not open before `not_before`,
    so otherwise it would always be overdue.
    """
    due, floor = step.due, step.not_before
    if due is None or floor is None or not _stays(due, floor):
        return
    floors = [*_floors(names, floor.time)]
    if found := _behind(names, due.time, floors):
        yield Fault(
            (*path, "due", "time"), finding("due.before_floor", step=path[-1], floor=str(found))
        )


def _stays(due: Time, floor: Time) -> bool:
    """Whether nothing can make the due moment later or the floor earlier. Also False if the two
    name different calendars, because their days cannot be compared.
    """
    later = due.extend or due.restarted_by or due.roll is Roll.NEXT
    return not (later or _comes_nearer(floor)) and due.calendar == floor.calendar


def _comes_nearer(time: Time) -> bool:
    return time.shorten is not None or time.roll is Roll.PREVIOUS


def _floors(names: Names, expression: ClockExpression) -> Iterator[Moment]:
    """Moments that have certainly passed when the step opens, including those of named clocks."""
    match expression:
        case Moment():
            if expression.optional:
                return
            yield expression
            clock = names.d.clocks.get(expression.anchor or "")
            if (
                clock
                and expression == Moment(anchor=expression.anchor)
                and not _comes_nearer(clock)
            ):
                yield from _floors(names, clock.time)
        case Latest(of=parts):
            for part in parts:
                yield from _floors(names, part)


def _behind(names: Names, due: ClockExpression, floors: list[Moment]) -> Moment | None:
    """A floor at or before which the due moment certainly lies; None if there is no such floor."""
    if isinstance(due, Moment):
        return next((each for each in floors if _is_no_later(names, due, each)), None)
    parts = [_behind(names, part, floors) for part in due.of]
    if isinstance(due, Earliest):
        return next((each for each in parts if each), None)
    return parts[0] if all(parts) else None


def _is_no_later(names: Names, due: Moment, floor: Moment) -> bool:
    if due.anchor is None or (due.anchor, due.birthday) != (floor.anchor, floor.birthday):
        return False
    if due.on != floor.on:  # a calendar day never comes before the moment it is taken from
        return due.on is None and due.before and not floor.before
    if due.before and due.duration:
        same_way = floor.before and floor.duration
        return not same_way or is_no_shorter(due.duration, same_way)
    if floor.before or floor.duration is None:
        return False
    if due.duration:
        return is_no_shorter(floor.duration, due.duration)
    is_day = due.on is not None or due.anchor in names.fields("date")
    return not (is_day and floor.duration.unit is Unit.HOURS)

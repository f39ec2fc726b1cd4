"""A count in words: one line a step, and under it the days that counted and those that did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.explaining.counts import Count, Counting
from engine.explaining.days import Run, runs_of
from engine.phrases.syntax import Roll, Unit
from engine.plural import counted
from engine.time.reckoning import Begun, Chosen, Kept, Paused, Ran, Rolled, Shortened, Step, Stood


def told(count: Count) -> Iterator[str]:
    """The lines of a count; the days under a step are indented."""
    zone = ZoneInfo(count.zone or "UTC")
    source = f" [{count.source}]" if count.source else " [assumed]" if count.assumed else ""
    kind = f"named {count.key.partition('.')[2]}" if count.kind == "named" else count.kind
    yield f"{kind}: {count.phrase or 'not shown'}{source} -> {moment(count.at, zone)}"
    if count.editions:
        yield f"  calendar {', '.join(count.editions)} ({count.zone}), {count.whose}"
    for each in count.steps:
        yield f"  {_step(each, zone, count)}"
        for run in runs_of(each.days):
            yield f"    {_run(run)}"
    if count.phrase and not count.steps:
        yield "  the calendar or the words are not there any more by which it was counted"
    if count.paused_at:
        yield f"  stands still since {moment(count.paused_at, zone)}: what is left then remains"


def moment(at: date, zone: ZoneInfo) -> str:
    """`Mon 2026-03-02 09:00 GMT`; a day without its time."""
    if not isinstance(at, datetime):
        return f"{at:%a %Y-%m-%d}"
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def _step(each: Counting, zone: ZoneInfo, count: Count) -> str:
    step = each.step
    said = _counted(step, zone) if isinstance(step, Ran | Stood) else _moved(step, zone, count)
    return f"{said} -> {moment(step.at, zone)}{_clamped(step, zone)}"


def _counted(step: Ran | Stood, zone: ZoneInfo) -> str:
    start = moment(step.start, zone)
    if isinstance(step, Stood):
        return f"{step.phrase}, born {start}" if step.birthday else f"{step.phrase}: {start}"
    return f"{step.phrase}, from {start}" if step.phrase else f"extended by {step.by} from {start}"


def _moved(
    step: Rolled | Paused | Kept | Begun | Shortened | Chosen, zone: ZoneInfo, count: Count
) -> str:
    match step:
        case Rolled():
            to = "the next" if step.rule is Roll.NEXT else "the previous"
            return f"{moment(step.was, zone)} is not worked: to {to} day that is"
        case Paused():
            left = f", {step.left} left" if step.left else ""
            since, until = moment(step.since, zone), moment(step.until, zone)
            return f"stood still from {since} to {until}{left}"
        case Kept():
            return "that would be earlier, so it stays"
        case Begun():
            return f"begun anew ({counted(count.restarts, 'time')})"
        case Shortened():
            to = f"to {step.to} from its start" if step.to else "at once"
            return f"shortened {moment(step.on, zone)} {to}, it was {moment(step.was, zone)}"
        case Chosen():
            unknown = "not known" if step.word == "earliest" else "not known, not waited for"
            parts = [
                f"{name} ({moment(found, zone) if found else unknown})"
                for name, found in step.among
            ]
            return f"the {step.word} of {', '.join(parts)}"


def _clamped(step: Step, zone: ZoneInfo) -> str:
    """The end of a short month is the end."""
    if isinstance(step, Stood) and step.lacks:
        return f" (that month has no day {step.lacks})"
    if not isinstance(step, Ran) or step.by.unit not in (Unit.MONTHS, Unit.YEARS):
        return ""
    start = step.start.astimezone(zone) if isinstance(step.start, datetime) else step.start
    last = step.at.astimezone(zone)
    return "" if last.day == start.day else f" (that month has no day {start.day})"


def _run(run: Run) -> str:
    first, last = run.first, run.last
    days = f"{first.day:%a %Y-%m-%d}"
    if first != last:
        days += f" to {last.day:%a %Y-%m-%d}"
    if not first.number:
        return f"{days}: {first.why}"
    numbers = f"{first.number} to {last.number}" if first != last else f"{first.number}"
    return f"{days}: day{'s' if first != last else ''} {numbers}"

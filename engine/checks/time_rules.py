"""Periods and moments: their anchors, whose days count, and what may move them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.checks.faults import Fault, Path, unknown, unknown_moment
from engine.checks.names import Names
from engine.countries import fault_of_country, is_country
from engine.definition import Extension, Shortening, Time
from engine.message import finding
from engine.phrases.expressions import And, Condition, Name, Not, Or
from engine.phrases.syntax import (
    ClockExpression,
    Duration,
    Latest,
    Length,
    Moment,
    Unit,
    is_period,
    moments_in,
)
from engine.state import RESPONSIBLE
from engine.time.calendars import split_place
from engine.time.holiday_source import subdivisions_of


def check_time(
    names: Names,
    time: Time,
    path: Path,
    *,
    anchored: bool = False,
    paused: bool = True,
    may_close: bool = False,
) -> Iterator[Fault]:
    """The faults of one period or moment; `path` leads to it.

    Args:
        anchored: whether the period must name its anchor, because it belongs to no step or stage
            from whose opening it would otherwise be counted.
        paused: whether the period belongs to a stage that may pause.
        may_close: whether the period may be of a kind after which it is too late to act.
    """
    yield from _kind(time, path, may_close)
    for moment in moments_in(time.time):
        if moment.anchor is not None:
            yield from _anchor(names, moment, moment.anchor, (*path, "time"))
        elif anchored:
            what = finding("clock.counted_from_what")
            if moment.on:
                named = str(replace(moment, anchor="NAME"))
                what = finding("clock.day_after_what", named=named)
            yield Fault((*path, "time"), what)
    for anchor in sorted(set(_awaited_anyway(time.time)) - {"case.opened"}):
        yield Fault((*path, "time"), finding("moment.awaited_anyway", anchor=anchor))
    yield from check_plain_days(names, time, path)
    yield from _standstill(names, time, path, paused)
    yield from _restarts(names, time, path)
    if time.extend:
        yield from _extension(names, time, time.extend, (*path, "extend"))
    if time.shorten:
        yield from _shortening(names, time, time.shorten, (*path, "shorten"))


def _kind(time: Time, path: Path, may_close: bool) -> Iterator[Fault]:
    if time.closes and not may_close:
        yield Fault((*path, "kind"), finding("due.kind_elsewhere", kind=time.kind))
    if time.assumed and time.kind in ("statutory", "limitation"):
        yield Fault((*path, "kind"), finding("period.assumed_law", kind=time.kind))
    if time.kind == "clinical":
        for word in ("roll", "paused_while", "extend"):
            if getattr(time, word):
                yield Fault((*path, word), finding("period.clinical"))


def _anchor(names: Names, moment: Moment, anchor: str, path: Path) -> Iterator[Fault]:
    if anchor in names.protected_dates:
        yield Fault(path, finding("moment.protected", anchor=anchor), word=anchor)
    elif moment.birthday and anchor not in names.fields("date"):
        yield unknown("date_of_birth", anchor, names.fields("date"), path)
    elif anchor not in names.moments:
        yield unknown_moment(anchor, names.moments, path)
    elif moment.optional and anchor == "case.opened":
        yield Fault(path, finding("moment.always_known", anchor=anchor), word=anchor)
    elif anchor == "case.opened" and moment.before and not moment.on:
        yield Fault(path, finding("moment.before_opening"), word=anchor)


def _awaited_anyway(expression: ClockExpression) -> Iterator[str]:
    """The anchors in a `latest of` that are marked as optional (`?`), although the latest moment is
    not known without them.
    """
    if isinstance(expression, Moment):
        return
    if isinstance(expression, Latest):
        perhaps = (each for each in expression.of if isinstance(each, Moment) and each.optional)
        yield from {each.anchor or "" for each in perhaps} & _awaited(expression)
    for part in expression.of:
        yield from _awaited_anyway(part)


def _awaited(expression: ClockExpression) -> set[str]:
    """The moments that must be known before the moment of the expression is known."""
    if isinstance(expression, Moment):
        return {expression.anchor} if expression.anchor and not expression.optional else set()
    parts = [_awaited(each) for each in expression.of]
    return set.union(*parts) if isinstance(expression, Latest) else set.intersection(*parts)


def check_review(names: Names, path: Path) -> Iterator[Fault]:
    """Check that the review recurs whatever happens in the case."""
    review = names.d.review
    if review.time != Moment(duration=getattr(review.time, "duration", None)):
        yield Fault(path, finding("review.once"))
    yield from check_plain_days(names, review, path)
    for word in ("paused_while", "restarted_by", "extend", "shorten"):
        if getattr(review, word):
            yield Fault((*path, word), finding("review.stands_still", word=word))


def check_named(names: Names) -> Iterator[Fault]:
    """Check the named clocks, and that `extend NAME` and `shorten NAME` can mean only one period."""
    for name, time in names.d.clocks.items():
        path: Path = ("clocks", name)
        yield from check_time(names, time, path, anchored=True, paused=False)
        if name in names.d.data:
            yield Fault(path, finding("name.of_field", name=name), name=True)
        if time.when:
            yield from names.expression(time.when, (*path, "when"))
        if _waits_for_itself(names, name):
            yield Fault(
                (*path, "paused_while"), finding("clock.stands_still_by_itself", clock=name)
            )
    yield from _ambiguous(names)


def check_plain_days(names: Names, time: Time, path: Path) -> Iterator[Fault]:
    """Check that the calendar is named correctly, that there are days to count, and that the last
    day may roll.
    """
    for number, name in enumerate(time.calendar):
        yield from _whose(names, name, (*path, "calendar", number))
    dated = {name for name, field in names.d.data.items() if field.type == "date"}
    leaves = moments_in(time.time)
    counted = [leaf for leaf in leaves if leaf.duration or leaf.on or leaf.anchor in dated]
    days = [each for each in counted if each.on or not _is_elapsed(each)]
    if time.calendar and not (days or time.roll or time.extend):
        yield Fault((*path, "calendar"), finding("calendar.without_days"))
    rolling = [each for each in counted if each.duration or each.on or not each.birthday]
    if time.roll and not rolling:
        yield Fault((*path, "roll"), finding("roll.of_what_happens"))
    elif time.roll and all(map(_is_worked, rolling)):
        yield Fault((*path, "roll"), finding("roll.of_working_days"))


def _whose(names: Names, name: str, path: Path) -> Iterator[Fault]:
    """Check whose days count: a side's, a role holder's, or those of an existing place."""
    country, part = split_place(name)
    if name[0].isupper() and not is_country(country):
        yield Fault(path, fault_of_country(country))
    elif name[0].isupper():
        parts = subdivisions_of(country)
        if part and parts and part not in parts:  # else only the registry knows them
            known = (f"{country}-{each}" for each in parts)
            yield unknown("part_of_a_country", name, known, path)
    elif name in names.d.sides and name in names.d.roles:
        yield Fault(path, finding("name.of_side_and_role", name=name))
    elif name not in (*names.d.sides, *names.d.roles, RESPONSIBLE):
        yield unknown("side_or_role", name, {*names.d.sides, *names.d.roles}, path)


def _is_elapsed(leaf: Moment) -> bool:
    return leaf.duration is not None and leaf.duration.unit is Unit.HOURS


def _is_worked(leaf: Moment) -> bool:
    return leaf.duration is not None and leaf.duration.unit is Unit.WORKING_DAYS


def _standstill(names: Names, time: Time, path: Path, paused: bool) -> Iterator[Fault]:
    if time.standstill is not None:
        yield from names.expression(time.standstill, (*path, "paused_while"))
    elif time.never_pauses and not paused:
        yield Fault((*path, "paused_while"), finding("clock.never_paused"))


def _waits_for_itself(names: Names, name: str) -> bool:
    """Whether the pause of a clock depends on whether the clock itself is running, directly or
    through the pauses of other clocks.
    """
    seen: set[str] = set()
    todo = [name]
    while todo:
        time = names.d.clocks.get(todo.pop())
        if time is None or time.standstill is None:
            continue
        new = [each for each in _running_in(time.standstill) if each not in seen]
        seen.update(new)
        todo += new
    return name in seen


def _running_in(condition: Condition, *, turned: bool = False) -> Iterator[str]:
    """The clocks that a condition names as running (`clock.NAME.running`) or as not yet over."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _running_in(part, turned=turned)
        case Not(part):
            yield from _running_in(part, turned=not turned)
        case Name(text):
            room, _, rest = text.partition(".")
            name, _, word = rest.partition(".")
            if room == "clock" and word == ("reached" if turned else "running"):
                yield name


def _restarts(names: Names, time: Time, path: Path) -> Iterator[Fault]:
    where: Path = (*path, "restarted_by")
    for number, name in enumerate(time.restarted_by):
        if name in names.moments - names.happenings:
            yield Fault((*where, number), finding("restarted_by.field", field=name))
        elif name not in names.moments:
            yield unknown_moment(name, names.moments, (*where, number))
        elif len(path) == 2 and path[0] == "clocks" and name == path[1]:
            yield Fault((*where, number), finding("restarted_by.itself", name=name))
    if time.restarted_by and not any(map(is_period, moments_in(time.time))):
        what = finding("restarted_by.day" if _is_a_day(time) else "restarted_by.no_period")
        yield Fault(where, what)


def _is_a_day(time: Time) -> bool:
    return any(leaf.on for leaf in moments_in(time.time))


def _extension(names: Names, time: Time, extend: Extension, path: Path) -> Iterator[Fault]:
    if bool(extend.role) == (extend.when is not None):
        yield Fault(path, finding("extend.how"))
    if extend.when is not None:
        yield from names.expression(extend.when, (*path, "when"))
        if extend.at_most is not None:
            yield Fault((*path, "at_most"), finding("extend.at_most"))
    for number, role in enumerate(extend.role):
        yield from names.holder(role, (*path, "role", number))
    yield from _answered(names, extend.by, (*path, "by"))
    if not any(map(is_period, moments_in(time.time))):
        what = finding("extend.day" if _is_a_day(time) else "extend.no_period")
        yield Fault(path, what)


def _answered(names: Names, length: Length, path: Path) -> Iterator[Fault]:
    """Check that the field a length is taken from is a single number and not protected."""
    if isinstance(length, Duration):
        return
    field = names.d.data.get(length.field)
    if field is None:
        yield unknown("field_of_numbers", length.field, names.fields("number"), path)
    elif length.field not in names.fields("number"):
        yield Fault(path, finding("length.of_field", field=length.field, unit=str(length.unit)))


def _shortening(names: Names, time: Time, shorten: Shortening, path: Path) -> Iterator[Fault]:
    for number, role in enumerate(shorten.role):
        yield from names.holder(role, (*path, "role", number))
    if shorten.to is None:
        return
    whole, to = time.time, shorten.to
    most = to.amount if isinstance(to, Duration) else to.at_most
    yield from _answered(names, to, (*path, "to"))
    if not (isinstance(whole, Moment) and is_period(whole) and whole.duration):
        yield Fault((*path, "to"), finding("shorten.to_period"))
    elif whole.duration.unit is to.unit and whole.duration.amount <= most:
        yield Fault(
            (*path, "to"), finding("shorten.no_shorter", to=str(to), whole=str(whole.duration))
        )


def _ambiguous(names: Names) -> Iterator[Fault]:
    """Faults for names by which `extend NAME` or `shorten NAME` could mean more than one period."""
    found: set[tuple[str, str]] = set()
    for name, path, time in _all(names):
        for word in _acts_on(time):
            if (name, word) in found:
                yield Fault((*path, word), finding("period.ambiguous", word=word, name=name))
            found.add((name, word))


def _acts_on(time: Time) -> Iterator[str]:
    if time.extend and time.extend.role:
        yield "extend"
    if time.shorten:
        yield "shorten"


def _all(names: Names) -> Iterator[tuple[str, Path, Time]]:
    """Every period that `extend NAME` or `shorten NAME` could mean, with its name and place."""
    for name, time in names.d.clocks.items():
        yield name, ("clocks", name), time
    for name, (stage, step) in names.steps.items():
        path: Path = ("stages", stage, "steps", name)
        for word in ("due", "not_before", "seen", "answer", "wait_list", "feedback"):
            own: Time | None = getattr(step, word)
            if own:
                yield name, (*path, word), own
        if step.arrival:
            yield name, (*path, "arrival", "within"), step.arrival.within
    for name, interrupt in names.d.interrupts.items():
        if interrupt.review:
            yield name, ("interrupts", name, "review"), interrupt.review

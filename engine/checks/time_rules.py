"""Periods and moments: what they are counted from, whose days count, what may move them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.checks.faults import Fault, Path, unknown, unknown_moment
from engine.checks.names import Names
from engine.countries import fault_of_country, is_country
from engine.definition import Extension, Shortening, Time
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
    """What is wrong with one entry.

    Args:
        anchored: Whether it opens with nothing, so that it must say what it is counted from.
        paused: Whether it belongs to a stage that may rest.
        may_close: Whether it may be of a kind after which nothing can be done.
    """
    yield from _kind(time, path, may_close)
    for moment in moments_in(time.time):
        if moment.anchor is not None:
            yield from _anchor(names, moment, moment.anchor, (*path, "time"))
        elif anchored:
            named = moment.on and f"write `{replace(moment, anchor='NAME')}`"
            yield Fault((*path, "time"), "counted from what?", named or "say `after` and a moment")
    for anchor in sorted(set(_awaited_anyway(time.time)) - {"case.opened"}):
        what = f"`{anchor}` stands beside `{anchor}?`: it is waited for anyway"
        yield Fault((*path, "time"), what, "leave the `?` out, or one of the two")
    yield from _days(names, time, path)
    yield from _standstill(names, time, path, paused)
    yield from _restarts(names, time, path)
    if time.extend:
        yield from _extension(names, time, time.extend, (*path, "extend"))
    if time.shorten:
        yield from _shortening(names, time, time.shorten, (*path, "shorten"))


def _kind(time: Time, path: Path, may_close: bool) -> Iterator[Fault]:
    if time.closes and not may_close:
        what = f"only a `due` is of kind `{time.kind}`"
        yield Fault((*path, "kind"), what, "leave `kind` out")
    if time.assumed and time.kind in ("statutory", "limitation"):
        what = f"a period of kind `{time.kind}` is set by the law, not assumed"
        yield Fault((*path, "kind"), what, "name its `source`, or leave `kind` out")
    if time.kind == "clinical":
        for word in ("roll", "paused_while", "extend"):
            if getattr(time, word):
                what = "the body knows no pause, no extension and no weekend"
                yield Fault((*path, word), what, "leave it out")


def _anchor(names: Names, moment: Moment, anchor: str, path: Path) -> Iterator[Fault]:
    if anchor in names.protected_dates:
        yield Fault(
            path,
            f"`{anchor}` is protected: no clock can read it",
            "leave `protected` out of it: the state of the case, where it then stands, is sealed",
            word=anchor,
        )
    elif moment.birthday and anchor not in names.fields("date"):
        yield unknown("date of birth", anchor, names.fields("date"), path)
    elif anchor not in names.moments:
        yield unknown_moment(anchor, names.moments, path)
    elif moment.optional and anchor == "case.opened":
        yield Fault(path, f"`{anchor}` is always known", "leave the `?` out", word=anchor)
    elif anchor == "case.opened" and moment.before and not moment.on:
        what = "before a case is opened nothing of it is awaited"
        yield Fault(path, what, "count with `after`, or write the period alone", word=anchor)


def _awaited_anyway(expression: ClockExpression) -> Iterator[str]:
    """What stands behind a `?` in a `latest of` that is not known without it."""
    if isinstance(expression, Moment):
        return
    if isinstance(expression, Latest):
        perhaps = (each for each in expression.of if isinstance(each, Moment) and each.optional)
        yield from {each.anchor or "" for each in perhaps} & _awaited(expression)
    for part in expression.of:
        yield from _awaited_anyway(part)


def _awaited(expression: ClockExpression) -> set[str]:
    """The moments without which it is not known."""
    if isinstance(expression, Moment):
        return {expression.anchor} if expression.anchor and not expression.optional else set()
    parts = [_awaited(each) for each in expression.of]
    return set.union(*parts) if isinstance(expression, Latest) else set.intersection(*parts)


def check_review(names: Names, path: Path) -> Iterator[Fault]:
    """A case is looked at again and again, whatever happens in it."""
    review = names.d.review
    if review.time != Moment(duration=getattr(review.time, "duration", None)):
        yield Fault(path, "a review comes again and again", "write a period alone")
    yield from _days(names, review, path)
    for word in ("paused_while", "restarted_by", "extend", "shorten"):
        if getattr(review, word):
            what = f"the review of a case knows no `{word}`: somebody must always look at it"
            yield Fault((*path, word), what, "leave it out")


def check_named(names: Names) -> Iterator[Fault]:
    """The clocks of the head, and what no two periods may have at once."""
    for name, time in names.d.clocks.items():
        path: Path = ("clocks", name)
        yield from check_time(names, time, path, anchored=True, paused=False)
        if name in names.d.data:
            yield Fault(path, f"`{name}` is a field too", "give each its own name", name=True)
        if time.when:
            yield from names.expression(time.when, (*path, "when"))
        if _waits_for_itself(names, name):
            what = f"`{name}` would stand still because of itself, for ever"
            yield Fault((*path, "paused_while"), what, "name what it waits for")
    yield from _ambiguous(names)


def _days(names: Names, time: Time, path: Path) -> Iterator[Fault]:
    for number, name in enumerate(time.calendar):
        yield from _whose(names, name, (*path, "calendar", number))
    dated = {name for name, field in names.d.data.items() if field.type == "date"}
    leaves = moments_in(time.time)
    counted = [leaf for leaf in leaves if leaf.duration or leaf.on or leaf.anchor in dated]
    days = [each for each in counted if each.on or not _is_elapsed(each)]
    if time.calendar and not (days or time.roll or time.extend):
        what = "hours and moments need no calendar"
        yield Fault((*path, "calendar"), what, "leave it out, or count in days")
    rolling = [each for each in counted if each.duration or each.on or not each.birthday]
    if time.roll and not rolling:
        yield Fault((*path, "roll"), "what happens does not roll", "leave it out")
    elif time.roll and all(map(_is_worked, rolling)):
        what = "`roll` does nothing here: working days end on a working day"
        yield Fault((*path, "roll"), what, "leave `roll` out, or count in days")


def _whose(names: Names, name: str, path: Path) -> Iterator[Fault]:
    """Whose days count: a side's, those of who holds a role, or of a place that there is."""
    country, _, part = name.partition("-")
    if name[0].isupper() and not is_country(country):
        message, remedy = fault_of_country(country)
        yield Fault(path, message, remedy)
    elif name[0].isupper():
        parts = subdivisions_of(country)
        if part and parts and part not in parts:  # of the others only the registry knows
            known = (f"{country}-{each}" for each in parts)
            yield unknown("part of a country", name, known, path)
    elif name in names.d.sides and name in names.d.roles:
        yield Fault(path, f"`{name}` is a side and a role", "give the role another name")
    elif name not in (*names.d.sides, *names.d.roles, RESPONSIBLE):
        yield unknown("side or role", name, {*names.d.sides, *names.d.roles}, path)


def _is_elapsed(leaf: Moment) -> bool:
    return leaf.duration is not None and leaf.duration.unit is Unit.HOURS


def _is_worked(leaf: Moment) -> bool:
    return leaf.duration is not None and leaf.duration.unit is Unit.WORKING_DAYS


def _standstill(names: Names, time: Time, path: Path, paused: bool) -> Iterator[Fault]:
    if time.standstill is not None:
        yield from names.expression(time.standstill, (*path, "paused_while"))
    elif time.never_pauses and not paused:
        what = "no stage holds this clock, so nothing pauses it"
        yield Fault((*path, "paused_while"), what, "leave it out")


def _waits_for_itself(names: Names, name: str) -> bool:
    """It stands still while a clock runs that, in the end, stands still while it runs."""
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
    """The clocks of which a condition asks that they run, or that they are not over yet."""
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
            what = f"`{name}` is a field: it is known, it does not happen"
            yield Fault((*where, number), what, "name a moment, such as `interview.done`")
        elif name not in names.moments:
            yield unknown_moment(name, names.moments, (*where, number))
        elif len(path) == 2 and path[0] == "clocks" and name == path[1]:
            what = f"`{name}` would start again when it is over"
            yield Fault((*where, number), what, "name another moment")
    if time.restarted_by and not any(map(is_period, moments_in(time.time))):
        yield Fault(where, "only a period can start again", _a_period(time))


def _a_period(time: Time) -> str:
    if any(leaf.on for leaf in moments_in(time.time)):
        return "count from an end: `15 days after end of the month of NAME`"
    return "write one, as in `3 months`"


def _extension(names: Names, time: Time, extend: Extension, path: Path) -> Iterator[Fault]:
    if bool(extend.role) == (extend.when is not None):
        what = "a period becomes longer either by itself or by somebody's act"
        yield Fault(path, what, "write `when:` and a condition, or `role:` and a role")
    if extend.when is not None:
        yield from names.expression(extend.when, (*path, "when"))
        if extend.at_most is not None:
            what = "by itself a period becomes longer once"
            yield Fault((*path, "at_most"), what, "leave it out")
    for number, role in enumerate(extend.role):
        yield from names.holder(role, (*path, "role", number))
    yield from _answered(names, extend.by, (*path, "by"))
    if not any(map(is_period, moments_in(time.time))):
        yield Fault(path, "only a period can become longer", _a_period(time))


def _answered(names: Names, length: Length, path: Path) -> Iterator[Fault]:
    """A length that is answered is a number that the engine may read."""
    if isinstance(length, Duration):
        return
    field = names.d.data.get(length.field)
    if field is None:
        yield unknown("field of numbers", length.field, names.fields("number"), path)
    elif length.field not in names.fields("number"):
        what = f"`{length.field}` does not say how many {length.unit}"
        yield Fault(path, what, "name a field that is a `number`, one and not protected")


def _shortening(names: Names, time: Time, shorten: Shortening, path: Path) -> Iterator[Fault]:
    for number, role in enumerate(shorten.role):
        yield from names.holder(role, (*path, "role", number))
    if shorten.to is None:
        return
    whole, to = time.time, shorten.to
    most = to.amount if isinstance(to, Duration) else to.at_most
    yield from _answered(names, to, (*path, "to"))
    if not (isinstance(whole, Moment) and is_period(whole) and whole.duration):
        what = "only a single period can be as if it were another"
        yield Fault((*path, "to"), what, "leave it out: the period ends at once then")
    elif whole.duration.unit is to.unit and whole.duration.amount <= most:
        yield Fault((*path, "to"), f"`{to}` is no shorter than {whole.duration}", "write less")


def _ambiguous(names: Names) -> Iterator[Fault]:
    """`extend NAME` and `shorten NAME` must mean one period."""
    found: set[tuple[str, str]] = set()
    for name, path, time in _all(names):
        for word in _acts_on(time):
            if (name, word) in found:
                what = f"`{word} {name}` would mean two periods"
                yield Fault((*path, word), what, "let an act do it to one of them")
            found.add((name, word))


def _acts_on(time: Time) -> Iterator[str]:
    if time.extend and time.extend.role:
        yield "extend"
    if time.shorten:
        yield "shorten"


def _all(names: Names) -> Iterator[tuple[str, Path, Time]]:
    """Every period that has a name to which something may be done."""
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

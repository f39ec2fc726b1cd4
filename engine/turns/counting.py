"""What a clock's moment is: it follows from the definition and from what the clock carries.

First the period, then its extensions, each with the pauses in which it stood still. Nothing here
moves a clock; `timing` does, whenever one is to be counted again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from engine.calendars import Calendar, together
from engine.clocks import Anchors, Counted, add, birthday, count, first_moment, resume, roll
from engine.definition import Series, Time
from engine.expressions import parse_clock
from engine.questions import lookup
from engine.state import Clock, Kept, Pause, Task, TaskKind
from engine.syntax import ClockExpression, Duration, Moment, Roll, Unit, is_period, moments_in
from engine.turns.turn import Turn, moment_of

Kind = Literal[
    "due", "rung", "floor", "series", "seen", "answer", "waiting", "expiry", "named", "review"
]


class Rule(msgspec.Struct, frozen=True):
    """What the definition says of a clock: its expression, and the words beside it if it has any."""

    expression: ClockExpression
    time: Time | None = None


def rule_of(turn: Turn, clock: Clock) -> Rule | None:
    """What a clock is counted by; None where the definition has nothing for it any more."""
    time = time_of(turn, clock) if clock.kind not in ("series", "expiry", "rung") else None
    if clock.kept:
        return _kept_rule(clock.kept, time)
    about = clock.about
    if clock.kind == "series":
        series = turn.pathway.steps[about].step.series
        number = int(clock.key.rpartition(":")[2])
        return Rule(Moment(period_of(series, number), series.after)) if series else None
    if clock.kind == "expiry":
        valid = turn.pathway.consent(about.removeprefix("consent.")).valid
        return Rule(Moment(valid)) if valid else None
    if clock.kind == "rung":
        rung = turn.pathway.steps[about.partition(".")[0]].step.late[clock.rung]
        return Rule(Moment(rung.offset, before=rung.before))
    return Rule(time.time, time) if time else None


def _kept_rule(kept: Kept, time: Time | None) -> Rule:
    """Only how long it is goes by what was kept; what else may move it, by the definition."""
    expression = parse_clock(kept.time)
    if time is None:
        return Rule(expression)
    roll = Roll(kept.roll) if kept.roll else None
    changed = {"time": expression, "calendar": kept.calendar, "roll": roll}
    return Rule(expression, time.model_copy(update=changed))


def period_of(series: Series, number: int) -> Duration:
    """The period to its moment of that number, from 1: as they are listed, or so many times."""
    if series.every is None:
        return series.at[number - 1]
    return replace(series.every, amount=number * series.every.amount)


def time_of(turn: Turn, clock: Clock) -> Time | None:
    """The entry of the definition whose words hold for a clock; for a rung that of its due moment."""
    about, task = clock.about, turn.state.tasks.get(clock.about)
    if task:
        return time_of_task(turn, task)
    match clock.kind:
        case "named":
            return turn.pathway.definition.clocks.get(about)
        case "review":
            return turn.pathway.definition.review
        case "floor":
            return turn.pathway.steps[about].step.not_before
        case "seen":
            return turn.pathway.steps[turn.state.hand_overs[about].step].step.seen
        case "answer" | "rung":
            return turn.pathway.steps[turn.state.hand_overs[about].step].step.answer
        case "waiting":
            return turn.pathway.steps[turn.state.hand_overs[about].step].step.wait_list
    return None


def time_of_task(turn: Turn, task: Task) -> Time | None:
    """By when a task is due, as the definition says it."""
    if task.kind is TaskKind.RESOLVE:
        return turn.pathway.interrupt(task.step).review
    if task.kind is TaskKind.REVIEW:
        return turn.pathway.definition.review
    if task.kind in (TaskKind.CLOSING, TaskKind.APPROVAL):
        return None
    step = turn.pathway.steps[task.step].step
    match task.kind:
        case TaskKind.ARRIVAL:
            return step.arrival.within if step.arrival else None
        case TaskKind.FEEDBACK:
            return step.feedback
        case TaskKind.CHASE:
            return step.seen or step.answer
    return step.due


def begin(
    turn: Turn,
    kind: Kind,
    key: str,
    about: str,
    by: Time | Moment,
    agency: str,
    *,
    start: datetime | None = None,
) -> Clock | None:
    """A clock with its first moment, not set yet; None while the moment cannot be known.

    A period without an anchor is counted from the recording: nobody starts in the past.

    Args:
        agency: Whose calendar counts where the definition names none.
        start: What a period without an anchor is counted from, if not from now.
    """
    seed = Clock(
        key=key, kind=kind, about=about, at=turn.now, start=start or turn.now, agency=agency
    )
    rule = Rule(by) if isinstance(by, Moment) else Rule(by.time, by)
    clock = count_by(turn, seed, rule)
    if clock is None or rule.time is None:
        return clock
    if rule.time.extend and extends_itself(turn, clock, rule.time):
        more = replace(clock, extensions=(rule.time.extend.by,))
        clock = count_by(turn, more, rule) or clock
    return replace(clock, paused_at=turn.now) if stands_still(turn, clock, rule.time) else clock


def count_again(turn: Turn, clock: Clock) -> Clock | None:
    """The clock as it would be counted now, from what it carries; None if that cannot be said."""
    rule = rule_of(turn, clock)
    return count_by(turn, clock, rule) if rule and clock.start else None


def count_by(turn: Turn, clock: Clock, rule: Rule) -> Clock | None:
    """The clock with the moment, the editions and the anchors by which a rule counts it.

    None while that is not known; the responsible agency is told where a calendar ends before.
    """
    return turn.if_covered(lambda: _count_by(turn, clock, rule))


def _count_by(turn: Turn, clock: Clock, rule: Rule) -> Clock | None:
    calendar = calendar_of(turn, clock.agency, rule.time)
    if calendar is None:
        return None
    others = changed(turn, clock)
    if others:
        kept = {name: at for name, at in clock.anchors.items() if name not in others}
        clock = replace(clock, anchors=kept)
    found: dict[str, str] = {}

    def anchor(name: str | None) -> date | None:
        if name is None:
            return clock.start
        if name in clock.anchors:
            return moment_of(clock.anchors[name])
        if clock.paused_at is not None:  # what becomes known in a pause counts when it is over
            return None
        moment = turn.foreseen(name)
        if moment is not None:
            found[name] = moment.isoformat()
        return moment

    counted = _moment(clock, rule, anchor, calendar)
    if counted is None:
        return None
    if not found:
        return replace(clock, at=counted.at, editions=counted.editions)
    late = dict.fromkeys(found, len(clock.pauses)) if clock.pauses else {}
    return replace(
        clock,
        at=counted.at,
        editions=counted.editions,
        anchors=clock.anchors | found,
        known_after=clock.known_after | late,
    )


def changed(turn: Turn, clock: Clock) -> set[str]:
    """Of what it was counted from: dates and named clocks that say something else by now.

    What is foreseen may change, a date by a new answer, a named clock by all that moves one. What
    has happened stays.
    """
    head = turn.pathway.definition
    return {
        name
        for name, known in clock.anchors.items()
        if (name in head.data or name in head.clocks)
        and (moment := turn.foreseen(name))
        and moment.isoformat() != known
    }


def calendar_of(turn: Turn, agency: str, time: Time | None) -> Calendar | None:
    """Whose days count; None while a side that is needed for it is not known."""
    if time is None or not time.calendar:
        return turn.edition(agency)
    countries = [turn.state.sides.get(side) for side in time.calendar]
    known = [country for country in countries if country]
    if len(known) < len(countries):
        return None
    return together(turn.calendars.edition(country) for country in known)


def _moment(clock: Clock, rule: Rule, anchor: Anchors, calendar: Calendar) -> Counted | None:
    """The one place where a moment comes to be."""
    expression, time = rule.expression, rule.time
    if clock.restarts and clock.start:
        expression = _anew(expression, clock.start, anchor, calendar)
    if not (clock.pauses or clock.extensions or clock.shortened_at or (time and time.roll)):
        return count(expression, anchor, calendar, floor=clock.kind == "floor")
    whole = _count_changed(clock, rule, expression, clock.extensions, anchor, calendar)
    to = time.shorten.to if time and time.shorten else None
    if whole is None or to is None or clock.shortened_at is None:
        return whole
    short = _count_changed(clock, rule, _as_long_as(to, expression), (), anchor, calendar)
    if short is None:
        return whole
    return Counted(min(whole.at, max(short.at, clock.shortened_at)), whole.editions)


def _as_long_as(to: Duration, expression: ClockExpression) -> ClockExpression:
    """A single period, or one that was kept from a version before: as if it had been so long."""
    if isinstance(expression, Moment):
        return replace(expression, duration=to) if is_period(expression) else expression
    return replace(expression, of=tuple(_as_long_as(to, each) for each in expression.of))


def _count_changed(
    clock: Clock,
    rule: Rule,
    expression: ClockExpression,
    extensions: tuple[Duration, ...],
    anchor: Anchors,
    calendar: Calendar,
) -> Counted | None:
    """An expression, each moment of it with all that has moved the clock since it began."""

    def each(leaf: Moment, found: Counted) -> Counted:
        more = extensions if is_period(leaf) or leaf is expression else ()
        leaf_rule = Rule(leaf, rule.time)
        return _changed(clock, leaf_rule, found, more, anchor(leaf.anchor), calendar)

    return count(expression, anchor, calendar, floor=clock.kind == "floor", each=each)


def _changed(
    clock: Clock,
    rule: Rule,
    found: Counted,
    extensions: tuple[Duration, ...],
    start: date | None,
    calendar: Calendar,
) -> Counted:
    """A single moment: its period, then its extensions, each with the pauses that began in it.

    So an extension never brings a moment nearer, whatever units the two are counted in.
    """
    leaf, way = rule.expression, rule.time.roll if rule.time else None
    assert isinstance(leaf, Moment)
    if start is None or (leaf.birthday and not leaf.duration):  # nothing puts off a birthday
        return found
    forward, is_day = is_period(leaf), not isinstance(start, datetime)
    first = _first(leaf, start, calendar)
    unit = leaf.duration.unit if leaf.duration else Unit.DAYS if is_day else Unit.HOURS
    rolls = way is not None and (leaf.duration is not None or is_day)
    pauses = _pauses_of(clock, leaf, first)

    def rolled(at: datetime) -> datetime:
        """What happens does not roll, only what is counted."""
        if way is None or not rolls:
            return at
        floor, since = clock.kind == "floor", first if forward else None
        return roll(at, way, calendar, floor=floor, since=since)

    def put_off(at: datetime, whole: datetime, unit: Unit) -> datetime:
        """The end of one part; `whole` is where it ends before it rolls."""
        while pauses and pauses[0].since < at:
            pause = pauses.pop(0)
            last = at if whole <= pause.since else whole  # only the days to a worked day remained
            whole = resume(last, unit, pause.since, pause.until, calendar, before=leaf.before)
            at = max(at, rolled(whole))
        return at

    at = put_off(rolled(found.at), found.at, unit)
    for by in extensions:  # from where the period has ended, as BGB section 190 has it
        whole = add(at, by, calendar)
        at = put_off(max(at, rolled(whole)), whole, by.unit)
    by_day = rolls or {unit, *(by.unit for by in extensions)} != {Unit.HOURS}
    return Counted(at, calendar.ids if by_day else found.editions)


def _pauses_of(clock: Clock, leaf: Moment, first: datetime) -> list[Pause]:
    """What puts off a single moment: for a period, what was left of the pauses when it began."""
    if not is_period(leaf):
        return [*clock.pauses[_over_before(clock, leaf) :]]
    return [
        replace(each, since=max(each.since, first)) for each in clock.pauses if each.until > first
    ]


def _over_before(clock: Clock, leaf: Moment) -> int:
    """How many pauses were over when its anchor became known: what happens is not put off."""
    if leaf.anchor is None:
        return 0
    late = leaf.anchor not in clock.anchors
    return len(clock.pauses) if late else clock.known_after.get(leaf.anchor, 0)


def _anew(
    expression: ClockExpression, start: datetime, anchor: Anchors, calendar: Calendar
) -> ClockExpression:
    """The same with its periods counted from a new start, as far as they had begun by then."""
    if not isinstance(expression, Moment):
        of = tuple(_anew(each, start, anchor, calendar) for each in expression.of)
        return replace(expression, of=of)
    known = anchor(expression.anchor) if is_period(expression) else None
    has_begun = known is not None and _first(expression, known, calendar) <= start
    return replace(expression, anchor=None, birthday=None) if has_begun else expression


def began(turn: Turn, clock: Clock, rule: Rule) -> datetime | None:
    """When the periods of a clock began: at the last of their anchors, or at its own start."""
    calendar = calendar_of(turn, clock.agency, rule.time)
    if clock.restarts or calendar is None:
        return clock.start
    periods = [leaf for leaf in moments_in(rule.expression) if is_period(leaf)]
    found = [
        _first(leaf, start, calendar)
        for leaf in periods
        if leaf.anchor in clock.anchors and (start := moment_of(clock.anchors[leaf.anchor]))
    ]
    if clock.start and not (found and all(leaf.anchor for leaf in periods)):
        found.append(clock.start)
    return max(found, default=None)


def _first(leaf: Moment, start: date, calendar: Calendar) -> datetime:
    """The moment from which a period runs: its anchor, or the birthday that is counted from it."""
    zone = calendar.timezone
    if leaf.birthday:
        day = start.astimezone(zone).date() if isinstance(start, datetime) else start
        return first_moment(birthday(day, leaf.birthday), zone)
    return start if isinstance(start, datetime) else first_moment(start, zone)


def stands_still(turn: Turn, clock: Clock, time: Time | None) -> bool:
    """Whether its stage rests or its condition holds, unless it never stands still."""
    if time and time.never_pauses:
        return False
    if _rests(turn, clock.about) or _waits_with_another(turn, clock):
        return True
    still = time.standstill if time else None
    return still is not None and turn.pathway.test(still)(lookup(turn.state)) is True


def _waits_with_another(turn: Turn, clock: Clock) -> bool:
    """A named clock that it is counted from stands still, so nobody knows where that one ends."""
    found = (turn.state.clocks.get(f"clock.{name}") for name in clock.anchors)
    return any(each is not None and each.paused_at is not None for each in found)


def _rests(turn: Turn, about: str) -> bool:
    """A suspended task, or a step or a request of a suspended stage."""
    state = turn.state
    task, asked = state.tasks.get(about), state.hand_overs.get(about)
    if task:
        return task.status == "suspended"
    plan = turn.pathway.steps.get(asked.step if asked else about)
    return plan is not None and state.stages.get(plan.stage) == "suspended"


def extends_itself(turn: Turn, clock: Clock, time: Time) -> bool:
    """Whether it is time for the extension that needs nobody's act."""
    own = time.extend.when if time.extend else None
    if own is None or clock.extensions:
        return False
    return turn.pathway.test(own)(lookup(turn.state)) is True

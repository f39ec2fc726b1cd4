"""By what a clock is counted: its rule in the definition, its calendar, and what it carries.

`arithmetic` says what moment follows. Nothing here moves a clock; `timing` does, whenever one is to
be counted again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec.structs import replace

from engine.definition import Series, Time
from engine.phrases.expressions import parse_clock
from engine.phrases.syntax import Duration, Moment, Roll, is_period, moments_in
from engine.questions import lookup
from engine.state import Clock, KeptTiming, Task, TaskKind
from engine.statuses import StageStatus, TaskStatus
from engine.time.calendars import Calendar, together
from engine.turns import hindsight
from engine.turns.arithmetic import TimingRule, first_of, reckon
from engine.turns.lengths import own_extension
from engine.view import View, moment_of

Kind = Literal[
    "due", "rung", "floor", "series", "seen", "answer", "waiting", "expiry", "named", "review"
]
_OWED: tuple[Kind, ...] = ("due", "seen", "answer", "waiting")
"""By which an agency is to do something."""


def rule_of(view: View, clock: Clock) -> TimingRule | None:
    """What a clock is counted by; None where the definition has nothing for it any more."""
    time = time_of(view, clock) if clock.kind not in ("series", "expiry", "rung") else None
    if clock.kept:
        return _kept_rule(clock.kept, time)
    about = clock.about
    if clock.kind == "series":
        series = view.pathway.steps[about].step.series
        number = int(clock.key.rpartition(":")[2])
        return TimingRule(Moment(period_of(series, number), series.after)) if series else None
    if clock.kind == "expiry":
        valid = view.pathway.consent(about.removeprefix("consent.")).valid
        return TimingRule(Moment(valid)) if valid else None
    if clock.kind == "rung":
        rung = view.pathway.steps[about.partition(".")[0]].step.late[clock.rung]
        return TimingRule(Moment(rung.offset, before=rung.before))
    return TimingRule(time.time, time) if time else None


def _kept_rule(kept: KeptTiming, time: Time | None) -> TimingRule:
    """Only how long it is goes by what was kept; what else may move it, by the definition."""
    expression = parse_clock(kept.time)
    if time is None:
        return TimingRule(expression)
    roll = Roll(kept.roll) if kept.roll else None
    changed = {"time": expression, "calendar": kept.calendar, "roll": roll}
    return TimingRule(expression, time.model_copy(update=changed))


def period_of(series: Series, number: int) -> Duration:
    """The period to its moment of that number, from 1: as they are listed, or so many times."""
    if series.every is None:
        return series.at[number - 1]
    return replace(series.every, amount=number * series.every.amount)


def time_of(view: View, clock: Clock) -> Time | None:
    """The entry of the definition whose words hold for a clock; for a rung that of its due moment."""
    about, task = clock.about, view.state.tasks.get(clock.about)
    if task:
        return time_of_task(view, task)
    match clock.kind:
        case "named":
            return view.pathway.definition.clocks.get(about)
        case "review":
            return view.pathway.definition.review
        case "floor":
            return view.pathway.steps[about].step.not_before
        case "seen":
            return view.pathway.steps[view.state.hand_overs[about].step].step.seen
        case "answer" | "rung":
            return view.pathway.steps[view.state.hand_overs[about].step].step.answer
        case "waiting":
            return view.pathway.steps[view.state.hand_overs[about].step].step.wait_list
    return None


def time_of_task(view: View, task: Task) -> Time | None:
    """By when a task is due, as the definition says it."""
    if task.kind is TaskKind.RESOLVE:
        return view.pathway.interrupt(task.step).review
    if task.kind is TaskKind.REVIEW:
        return view.pathway.definition.review
    if task.kind in (TaskKind.CLOSING, TaskKind.APPROVAL):
        return None
    step = view.pathway.steps[task.step].step
    match task.kind:
        case TaskKind.ARRIVAL:
            return step.arrival.within if step.arrival else None
        case TaskKind.FEEDBACK:
            return step.feedback
        case TaskKind.CHASE:
            return step.seen or step.answer
    return step.due


def begin(
    view: View,
    kind: Kind,
    key: str,
    about: str,
    by: Time | Moment,
    agency: str,
    *,
    start: datetime | None = None,
) -> Clock | None:
    """A clock with its first moment, not set yet; None while the moment cannot be known.

    A period without an anchor is counted from the moment that has brought it about, however late
    somebody looks; if it would be over by now, from now: nobody is overdue on arrival.

    Args:
        agency: Whose calendar counts where the definition names none.
        start: What a period without an anchor is counted from, if that is known.
    """
    first = start or view.as_of
    seed = Clock(key=key, kind=kind, about=about, at=first, start=first, agency=agency)
    rule = TimingRule(by) if isinstance(by, Moment) else TimingRule(by.time, by)
    if kind == "named" and not _has_begun(view, rule):
        return None
    clock = count_by(view, seed, rule)
    if clock and start is None and _is_over_on_arrival(view, clock, rule):
        clock = count_by(view, replace(seed, start=view.now), rule)
    if clock is None or rule.time is None:
        return clock
    if more := own_extension(view, clock, rule.time):
        clock = count_by(view, replace(clock, extensions=(more,)), rule) or clock
    return replace(clock, paused_at=view.as_of) if stands_still(view, clock, rule.time) else clock


def _has_begun(view: View, rule: TimingRule) -> bool:
    """One of its periods has; what only ends it before its time begins nothing."""
    periods = [leaf for leaf in moments_in(rule.expression) if is_period(leaf)]
    starts = (leaf.anchor is None or view.foreseen(leaf.anchor) for leaf in periods)
    return not periods or any(starts)


def _is_over_on_arrival(view: View, clock: Clock, rule: TimingRule) -> bool:
    """What somebody is to do was due while nobody looked. What closes an option closes it all the same."""
    owed = clock.kind == "review" or (clock.kind == "due" and _is_owed(clock, rule))
    return owed and clock.at <= view.now and not stands_still(view, clock, rule.time)


def _is_owed(clock: Clock, rule: TimingRule) -> bool:
    """An agency is to do something by it; what closes an option is no agency's time."""
    return clock.kind in _OWED and not (rule.time and rule.time.closes)


def count_again(view: View, clock: Clock) -> Clock | None:
    """The clock as it would be counted now, from what it carries; None if that cannot be said."""
    rule = rule_of(view, clock)
    return count_by(view, clock, rule) if rule and clock.start else None


def count_by(view: View, clock: Clock, rule: TimingRule) -> Clock | None:
    """The clock with the moment, the editions and the anchors by which a rule counts it.

    None while that is not known; the responsible agency is told where a calendar ends before.
    """
    return view.if_covered(lambda: _count_by(view, clock, rule))


def _count_by(view: View, clock: Clock, rule: TimingRule) -> Clock | None:
    calendar = calendar_of(view, clock.agency, rule.time)
    if calendar is None:
        return None
    others = changed(view, clock)
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
        moment = _foreseen(view, clock, rule, name)
        if moment is not None:
            found[name] = moment.isoformat()
        return moment

    counted = reckon(clock, rule, anchor, calendar)
    if counted is None:
        return None
    if not found:
        return replace(clock, at=counted.at, editions=counted.editions)
    return replace(clock, at=counted.at, editions=counted.editions, anchors=clock.anchors | found)


def _foreseen(view: View, clock: Clock, rule: TimingRule, name: str) -> date | None:
    """What a period is counted from: for what an agency owes, never before it was told of that."""
    moment = view.foreseen(name)
    return hindsight.told(view, name, moment) if moment and _is_owed(clock, rule) else moment


def changed(view: View, clock: Clock) -> set[str]:
    """Of what it was counted from: dates and named clocks that say something else by now.

    What is foreseen may change, a date by a new answer, a named clock by all that moves one. What
    has happened stays.
    """
    head = view.pathway.definition
    return {
        name
        for name, known in clock.anchors.items()
        if (name in head.data or name in head.clocks)
        and (moment := view.foreseen(name))
        and moment.isoformat() != known
    }


def calendar_of(view: View, agency: str, time: Time | None) -> Calendar | None:
    """Whose days count; None while a side or the holder of a role is not known that is needed."""
    if time is None or not time.calendar:
        return view.edition(agency)
    found = [view.calendar(name) for name in time.calendar]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return together(edition for each in known for edition in each.editions)


def began(view: View, clock: Clock, rule: TimingRule) -> datetime | None:
    """When the periods of a clock began: at the last of their anchors, or at its own start."""
    calendar = calendar_of(view, clock.agency, rule.time)
    if clock.restarts or calendar is None:
        return clock.start
    periods = [leaf for leaf in moments_in(rule.expression) if is_period(leaf)]
    found = [
        first_of(leaf, start, calendar)
        for leaf in periods
        if leaf.anchor in clock.anchors and (start := moment_of(clock.anchors[leaf.anchor]))
    ]
    if clock.start and not (found and all(leaf.anchor for leaf in periods)):
        found.append(clock.start)
    return max(found, default=None)


def stands_still(view: View, clock: Clock, time: Time | None) -> bool:
    """Whether its stage rests or its condition holds, unless it never stands still."""
    if time and time.never_pauses:
        return False
    if _rests(view, clock.about) or (clock.anchors and _waits_with_another(view, clock)):
        return True
    still = time.standstill if time else None
    return still is not None and view.pathway.test(still)(lookup(view.state)) is True


def _waits_with_another(view: View, clock: Clock) -> bool:
    """A named clock that it is counted from stands still, so nobody knows where that one ends."""
    found = (view.state.clocks.get(f"clock.{name}") for name in clock.anchors)
    return any(each is not None and each.paused_at is not None for each in found)


def _rests(view: View, about: str) -> bool:
    """A suspended task, or a step or a request of a suspended stage."""
    state = view.state
    task, asked = state.tasks.get(about), state.hand_overs.get(about)
    if task:
        return task.status == TaskStatus.SUSPENDED
    plan = view.pathway.steps.get(asked.step if asked else about)
    return plan is not None and state.stages.get(plan.stage) == StageStatus.SUSPENDED

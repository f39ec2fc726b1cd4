"""What a clock is counted by: its rule in the definition, its calendar, and its own data.

`arithmetic` computes the moment. Nothing here moves a clock; `timing` does, when one must be
recounted.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from engine.clock import Clock, ClockKind, KeptTiming
from engine.definition import Series, Time
from engine.phrases.expressions import parse_clock
from engine.phrases.syntax import Duration, Moment, Roll, is_period, moments_in
from engine.questions import lookup
from engine.state import Task
from engine.statuses import StageStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.time.calendars import Calendar
from engine.turns import hindsight
from engine.turns.arithmetic import TimingRule, first_of, reckon
from engine.turns.lengths import own_extension
from engine.view import View, moment_of

_OWED: tuple[ClockKind, ...] = ("due", "seen", "answer", "waiting")
"""Clocks by which an agency must do something."""
_OF_NO_TIME = frozenset({"series", "expiry", "rung", "stop"})
"""Clocks that are counted by a plain period rather than by a `Time` entry."""


def rule_of(view: View, clock: Clock) -> TimingRule | None:
    """The rule a clock is counted by: the rule that the clock keeps or, if it keeps none, the
    definition's. None if there is neither.
    """
    time = time_of(view, clock) if clock.kind not in _OF_NO_TIME else None
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
    if clock.kind == "stop":
        return TimingRule(Moment(view.pathway.definition.stop.time))
    if clock.kind == "rung":
        rung = view.pathway.steps[about.partition(".")[0]].step.late[clock.rung]
        return TimingRule(Moment(rung.offset, before=rung.before))
    return TimingRule(time.time, time) if time else None


def _kept_rule(kept: KeptTiming, time: Time | None) -> TimingRule:
    """The rule that a clock keeps. Only its expression, calendar and roll are kept; anything else
    that may move the clock comes from the definition.
    """
    expression = parse_clock(kept.time)
    if time is None:
        return TimingRule(expression)
    roll = Roll(kept.roll) if kept.roll else None
    changed = {"time": expression, "calendar": kept.calendar, "roll": roll}
    return TimingRule(expression, time.model_copy(update=changed))


def period_of(series: Series, number: int) -> Duration:
    """The period from the anchor to moment `number` of a series, counted from 1. It is listed in
    `at`, or is a multiple of `every`.
    """
    if series.every is None:
        return series.at[number - 1]
    return replace(series.every, amount=number * series.every.amount)


def time_of(view: View, clock: Clock) -> Time | None:
    """The definition's entry for a clock; None if there is none. For a rung, the entry for the
    moment that the rung comes before or after.
    """
    about, task = clock.about, view.state.tasks.get(clock.about)
    if task:
        return time_of_task(view, task)
    match clock.kind:
        case "named":
            return view.pathway.definition.clocks.get(about)
        case "review":
            return view.pathway.definition.review
        case "proposal":
            theirs = {each.about for each in view.state.proposals.values() if each.agency}
            return None if about in theirs else view.pathway.definition.links.answer
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
    """The definition's entry for when a task is due; None if there is none."""
    pathway = view.pathway
    match task.kind:
        case TaskKind.RESOLVE:
            return pathway.interrupt(task.step).review
        case TaskKind.REVIEW:
            return pathway.definition.review
        case TaskKind.CLOSING | TaskKind.APPROVAL | TaskKind.STOP:
            return None
        case TaskKind.ARRIVAL:
            arrival = pathway.steps[task.step].step.arrival
            return arrival.within if arrival else None
        case TaskKind.FEEDBACK:
            return pathway.steps[task.step].step.feedback
        case TaskKind.CHASE:
            step = pathway.steps[task.step].step
            return step.seen or step.answer
        case TaskKind.WORK | TaskKind.DECISION | TaskKind.VOTE | TaskKind.CONSENT | TaskKind.OFFER:
            return pathway.steps[task.step].step.due


def begin(
    view: View,
    kind: ClockKind,
    key: str,
    about: str,
    by: Time | Moment,
    agency: str,
    *,
    start: datetime | None = None,
) -> Clock | None:
    """A new clock with its first moment, for the caller to set. If an automatic extension is due,
    the clock has it already; if the clock stands still now, it is paused. Returns None while the
    moment is not known and, for a named clock, while none of its periods has begun.

    A period without an anchor counts from the moment that triggered it, however late it is noticed.
    If work would then be overdue as soon as it opens, its period counts from now instead.

    Args:
        agency: the agency whose calendar is used if the definition names none.
        start: the start of a period without an anchor, if known; it is kept even if work is then
            overdue as soon as it opens.
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
    """Whether one of a rule's periods has begun, or the rule has no period; a moment that only ends
    the clock early begins nothing.
    """
    periods = [leaf for leaf in moments_in(rule.expression) if is_period(leaf)]
    starts = (leaf.anchor is None or view.foreseen(leaf.anchor) for leaf in periods)
    return not periods or any(starts)


def _is_over_on_arrival(view: View, clock: Clock, rule: TimingRule) -> bool:
    """Whether work would be overdue before anybody could see it. False for a moment that closes an
    option: the option closes even if nobody could see it before.
    """
    owed = clock.kind in ("review", "proposal") or (clock.kind == "due" and _is_owed(clock, rule))
    return owed and clock.at <= view.now and not stands_still(view, clock, rule.time)


def _is_owed(clock: Clock, rule: TimingRule) -> bool:
    """Whether an agency must act by a clock's moment; a moment that closes an option is no such
    deadline.
    """
    return clock.kind in _OWED and not (rule.time and rule.time.closes)


def count_again(view: View, clock: Clock) -> Clock | None:
    """The clock recounted from its own data; None if it has no rule or no start, or if its moment
    is not known.
    """
    rule = rule_of(view, clock)
    return count_by(view, clock, rule) if rule and clock.start else None


def count_by(view: View, clock: Clock, rule: TimingRule) -> Clock | None:
    """The clock recounted by a rule, with its moment, editions and anchors.

    None while its moment is not known, or if a calendar ends too early (see `if_covered`).
    """
    return view.if_covered(lambda: _count_by(view, clock, rule))


def _count_by(view: View, clock: Clock, rule: TimingRule) -> Clock | None:
    calendar = calendar_of(view, clock.agency, rule.time)
    if calendar is None or _is_awaited(view, clock, rule):
        return None
    if others := changed(view, clock):
        clock = _without(clock, others)
    found: dict[str, date] = {}

    def anchor(name: str | None) -> date | None:
        if name is None:
            return clock.start
        if name in clock.anchors:
            return moment_of(clock.anchors[name])
        if clock.paused_at is not None:  # what becomes known during a pause counts only after it
            return None
        moment = view.foreseen(name)
        if moment is None:
            return None
        found[name] = moment
        return _known(view, clock, rule, name, moment)

    counted = reckon(clock, rule, anchor, calendar)
    if counted is None:
        return None
    clock = replace(clock, at=counted.at, editions=counted.editions)
    return _with(view, clock, rule, found) if found else clock


def _with(view: View, clock: Clock, rule: TimingRule, found: dict[str, date]) -> Clock:
    """The clock with further anchors that it was counted from."""
    known = {name: _known(view, clock, rule, name, moment) for name, moment in found.items()}
    reported = {name: at.isoformat() for name, at in found.items() if at != known[name]}
    return replace(
        clock,
        anchors=clock.anchors | {name: at.isoformat() for name, at in known.items()},
        reported=clock.reported | reported,
    )


def _without(clock: Clock, names: set[str]) -> Clock:
    """The clock without the stored values of some of its anchors."""
    anchors = {name: at for name, at in clock.anchors.items() if name not in names}
    reported = {name: at for name, at in clock.reported.items() if name not in names}
    return replace(clock, anchors=anchors, reported=reported)


def _is_awaited(view: View, clock: Clock, rule: TimingRule) -> bool:
    """Whether a clock counts from a single moment that has not come yet. A quick check, since that
    is true of most clocks tried in a turn.
    """
    by = rule.expression
    if not isinstance(by, Moment) or by.anchor is None or by.anchor in clock.anchors:
        return False
    return not clock.restarts and view.foreseen(by.anchor) is None


def _known(view: View, clock: Clock, rule: TimingRule, name: str, happened: date) -> date:
    """The value of an anchor: `happened` or, if an agency must act by the clock's moment, what
    `hindsight.told` makes of it.
    """
    return hindsight.told(view, name, happened) if _is_owed(clock, rule) else happened


def changed(view: View, clock: Clock) -> set[str]:
    """The dates and named clocks among a clock's anchors that have changed since it was counted.

    A date may change with a new answer, a named clock with anything that moves it. Past events do
    not change.
    """
    head = view.pathway.definition
    return {
        name
        for name, known in clock.anchors.items()
        if (name in head.data or name in head.clocks)
        and (moment := view.foreseen(name))
        and moment.isoformat() != clock.reported.get(name, known)
    }


def calendar_of(view: View, agency: str, time: Time | None) -> Calendar | None:
    """The calendar to count by; None while a side or role holder it depends on is not known."""
    if time is None or not time.calendar:
        return view.edition(agency)
    found = [view.calendar(name) for name in time.calendar]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return view.calendars.together(tuple(each.place for each in known))


def began(view: View, clock: Clock, rule: TimingRule) -> datetime | None:
    """When the last of a clock's periods began. A period begins at its anchor or, without one, at
    the clock's own start. If the clock was restarted or no anchor is known, returns the clock's
    start, which may be None.
    """
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
    """Whether a clock pauses now: its task or stage is suspended, a named clock that it counts from
    is paused, or its `standstill` holds. Never if it has `never_pauses`.
    """
    if time and time.never_pauses:
        return False
    if _rests(view, clock.about) or (clock.anchors and _waits_with_another(view, clock)):
        return True
    still = time.standstill if time else None
    return still is not None and view.pathway.test(still)(lookup(view.state)) is True


def _waits_with_another(view: View, clock: Clock) -> bool:
    """Whether a clock counts from a named clock that is paused, so that its start is not known."""
    found = (view.state.clocks.get(f"clock.{name}") for name in clock.anchors)
    return any(each is not None and each.paused_at is not None for each in found)


def _rests(view: View, about: str) -> bool:
    """Whether the subject of a clock rests: a task that is suspended, or a step or request of a
    suspended stage.
    """
    state = view.state
    task, asked = state.tasks.get(about), state.hand_overs.get(about)
    if task:
        return task.status == TaskStatus.SUSPENDED
    plan = view.pathway.steps.get(asked.step if asked else about)
    return plan is not None and state.stages.get(plan.stage) == StageStatus.SUSPENDED

"""Clocks of a moved case: recounted by the new version from the same anchors.

What a transitional rule keeps from the old version is stored in the clock itself (`KeptTiming`), so
that it can be recounted at any time.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from msgspec.structs import replace

from engine import facts as f
from engine.clock import MOVED, SAID, Clock, KeptTiming
from engine.definition import Running
from engine.phrases.syntax import ClockExpression, Earliest, Latest, Moment, is_period
from engine.turns import asking, counting, ladders, task_lifecycle, timing
from engine.turns.arithmetic import TimingRule
from engine.turns.turn import Turn
from engine.versions.renames import Renames
from engine.versions.renaming import renamed, renamed_clock, renamed_expression
from engine.view import View

OWED = ("due", "seen", "answer", "waiting")
"""Kinds of clocks that are deadlines."""
_RECOUNT = Running()


def follow(turn: Turn, old: Turn, names: Renames) -> None:
    """Recount deadlines and periods by the rules of the new version, and start those that it adds
    to open work. Rungs and series are carried over elsewhere.

    Args:
        turn: the case in the new version.
        old: the case at the same moment, in the old version.
        names: from the old names to the new ones.
    """
    after = renamed(old.state, names).clocks
    for before, key in zip(old.state.clocks.values(), after, strict=True):
        clock = turn.state.clocks.get(key)
        if clock is None or clock.kind in ("rung", "registry", "series", "stop"):
            continue
        rule = counting.rule_of(old, before)
        if rule is not None:
            _follow(turn, clock, _renamed(rule, names))
    _hold_what_was_told(turn)
    _start_new_ones(turn)
    timing.keep_pace(turn)


def _hold_what_was_told(turn: Turn) -> None:
    """Keep due dates that the move would put in the past. They belong to work that is due when a
    named period ends: if that period is over under the new version, there is nothing to count from
    the move.
    """
    for clock in list(turn.state.clocks.values()):
        if clock.kind not in OWED or clock.paused_at or not counting.changed(turn, clock):
            continue
        again = counting.count_again(turn, clock)
        if again and again.at <= turn.now < clock.at:
            kept = KeptTiming(time=SAID, extended=len(clock.extensions))
            turn.set_clock(replace(clock, kept=kept, anchors={SAID: clock.at.isoformat()}))


def _renamed(rule: TimingRule, names: Renames) -> TimingRule:
    """The timing rule with new names for its moments and for the roles whose calendars count."""
    expression, time = renamed_expression(rule.expression, names), rule.time
    if time and time.calendar and names.roles:
        calendar = tuple(names.roles.get(each, each) for each in time.calendar)
        time = time.model_copy(update={"calendar": calendar})
    return TimingRule(expression, time)


def _follow(turn: Turn, clock: Clock, old: TimingRule) -> None:
    new = counting.rule_of(turn, replace(clock, kept=None))
    if clock.kind == "expiry":  # what the person was told about its end stands
        same = new is not None and new.expression == old.expression
        _put(turn, clock, replace(clock, kept=None if same else _kept(old.expression, old)))
    elif new is None and clock.kind in ("answer", "waiting"):  # somebody must always own a silence
        _put(turn, clock, replace(clock, kept=_kept(old.expression, old)))
    elif new is None:
        lift(turn, clock)
    elif _is_same(old, new):
        _put(turn, clock, replace(clock, kept=None))
    else:
        _put(turn, clock, _counted(turn, clock, old, new))


def _is_same(old: TimingRule, new: TimingRule) -> bool:
    return (old.expression, *_days(old)) == (new.expression, *_days(new))


def _days(rule: TimingRule) -> tuple[tuple[str, ...], str]:
    """Whose calendars count, and where the last day moves if it is not a working day."""
    time = rule.time
    return (time.calendar, time.roll or "") if time else ((), "")


def _kept(expression: ClockExpression, rule: TimingRule, extended: int = 0) -> KeptTiming:
    calendar, roll = _days(rule)
    return KeptTiming(time=str(expression), calendar=calendar, roll=roll, extended=extended)


def lift(turn: Turn, clock: Clock) -> None:
    """Remove a period that the new version does not have."""
    if clock.kind in OWED:
        turn.say(f.DeadlineLifted(key=clock.key))
    else:
        turn.stop_clocks_named(clock.key, "migrated")


def _put(turn: Turn, before: Clock, after: Clock) -> None:
    """Update a clock, and record a move if its moment changed."""
    if after.at != before.at:
        timing.move(turn, after, before.at, "migrated")
    elif after != before:
        turn.set_clock(after)


def _counted(turn: Turn, clock: Clock, old: TimingRule, new: TimingRule) -> Clock:
    """Count by the new version's transitional rule, or by the old rule while the new one has no
    moment yet.
    """
    by_old = _as_it_was(clock, old)
    by_new = _count(turn, replace(clock, kept=None), new)
    running = new.time.running if new.time else None
    if by_new is None:
        return by_old
    if running is None or not _began_before(turn, clock, old):
        running = _RECOUNT
    if running.rule == "keep":
        return by_old
    chosen = _chosen(old, new, running)
    if by_new.at < clock.at and running.at_least:
        least = Moment(running.at_least, MOVED)
        return _from_now(turn, by_new, Latest((chosen, least)), old, new, by_old)
    if clock.kind in OWED and running.rule != "longer" and by_new.at <= turn.now < clock.at:
        # Nobody is late on first hearing of a period: one that has already passed is counted from
        # the move.
        return _from_now(turn, by_new, _from_the_move(new.expression), old, new, by_old)
    if chosen == new.expression:
        return by_new
    combined = replace(by_new, kept=_kept(chosen, new, _extended(clock)))
    rule = counting.rule_of(turn, combined)
    return (rule and _count(turn, combined, rule)) or by_old


def _as_it_was(clock: Clock, rule: TimingRule) -> Clock:
    return replace(clock, kept=_kept(rule.expression, rule, _extended(clock)))


def _extended(clock: Clock) -> int:
    """How often a clock had been extended when an earlier move kept its rule; 0 if none did."""
    return clock.kept.extended if clock.kept else 0


def _from_now(
    turn: Turn,
    clock: Clock,
    chosen: ClockExpression,
    old: TimingRule,
    new: TimingRule,
    by_old: Clock,
) -> Clock:
    """Count by the chosen rule from the move, but end no later than by the old rule. If that gives
    no moment, or one that has passed, use the old rule alone.
    """
    kept = _kept(Earliest((old.expression, chosen)), new, len(clock.extensions))
    anchors = by_old.anchors | clock.anchors | {MOVED: turn.now.isoformat()}
    combined = replace(clock, kept=kept, anchors=anchors)
    rule = counting.rule_of(turn, combined)
    counted = rule and _count(turn, combined, rule)
    # A period that the old rule counts from an earlier move keeps its end; it does not start again.
    return counted if counted and turn.now < counted.at <= by_old.at else by_old


def put_off(turn: Turn, old: Turn, names: Renames) -> None:
    """After a revert, count from now every period that has already passed, so that nobody is late
    on first hearing of it. No period ends later than it did under the reverted version.

    Args:
        old: the case at the same moment, in the reverted version.
        names: from the names of the reverted version to those of the restored one.
    """
    before = {renamed_clock(each, names).key: each for each in old.state.clocks.values()}
    for clock in list(turn.state.clocks.values()):
        if clock.kind not in OWED or clock.paused_at or clock.at > turn.now:
            continue
        there = before.get(clock.key)
        by_there = counting.rule_of(old, there) if there else None
        if there is None or by_there is None:
            after, said = _later(turn, clock), clock.at
        else:
            kept = renamed_clock(there, names)
            after = _not_late(turn, clock, kept, _renamed(by_there, names))
            said = there.at
        if after.at == said:
            turn.set_clock(after)
        else:
            turn.say(f.ClockMoved(clock=after, before=said, because="migrated"))
        ladders.place(turn, after, and_new=False)


def _not_late(turn: Turn, clock: Clock, there: Clock, by_there: TimingRule) -> Clock:
    kept, rule = _as_it_was(there, by_there), counting.rule_of(turn, clock)
    if rule is None:
        return kept
    return _from_now(turn, clock, _from_the_move(rule.expression), by_there, rule, kept)


def _chosen(old: TimingRule, new: TimingRule, running: Running) -> ClockExpression:
    both = (old.expression, new.expression)
    if running.rule == "shorter":
        return Earliest(both)
    return Latest(both) if running.rule == "longer" else new.expression


def _from_the_move(expression: ClockExpression) -> ClockExpression:
    if isinstance(expression, Moment):
        if not is_period(expression) or expression.optional:  # its moment need not have come
            return expression
        return Moment(expression.duration, MOVED)
    return replace(expression, of=tuple(map(_from_the_move, expression.of)))


def _began_before(view: View, clock: Clock, old: TimingRule) -> bool:
    """Whether a clock's period began before the new version took effect; True as well if it is not
    known when the period began.
    """
    effective = datetime.combine(view.pathway.definition.effective, time(), UTC)
    first = counting.began(view, clock, old)
    return first is None or first < effective


def _count(turn: Turn, clock: Clock, rule: TimingRule) -> Clock | None:
    """Count a clock by a rule; a paused clock is counted as if it were running."""
    counted = counting.count_by(turn, replace(clock, paused_at=None), rule)
    return counted and replace(counted, paused_at=clock.paused_at)


def _start_new_ones(turn: Turn) -> None:
    """Start the new version's periods for open work that had none."""
    for task in list(turn.state.tasks.values()):
        if task.is_under_way and not (task.due_at or task.overdue):
            task_lifecycle.set_due(turn, task)
            clock = turn.state.clocks.get(f"{task.id}:due")
            if clock and clock.at <= turn.now:
                _put(turn, clock, _later(turn, clock))
    for asked in turn.state.open_hand_overs():
        if asked.step in turn.pathway.steps:
            asking.start_late_clocks(turn, asked)


def _later(turn: Turn, clock: Clock) -> Clock:
    """Count from the move a period that has already passed. The clock is unchanged if that gives no
    moment.
    """
    rule = counting.rule_of(turn, clock)
    if rule is None:
        return clock
    kept = _kept(_from_the_move(rule.expression), rule, len(clock.extensions))
    moved = replace(clock, kept=kept, anchors=clock.anchors | {MOVED: turn.now.isoformat()})
    again = counting.rule_of(turn, moved)
    return (again and _count(turn, moved, again)) or clock

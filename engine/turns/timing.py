"""Changes to clocks: moved, paused, extended, shortened, restarted, recounted.

Every change adds data to the clock, and `counting` computes the new moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from msgspec.structs import replace

from engine import facts as f
from engine.clock import Clock, Pause
from engine.phrases.syntax import Duration, hears_more
from engine.state import Task
from engine.statuses import StageStatus
from engine.time.calendars import ChangedDay
from engine.turns import ladders, reaching
from engine.turns.arithmetic import TimingRule
from engine.turns.counting import (
    began,
    changed,
    count_again,
    count_by,
    rule_of,
    stands_still,
    time_of,
    time_of_task,
)
from engine.turns.lengths import own_extension
from engine.turns.turn import Turn
from engine.view import View

_SUSPENDED = StageStatus.SUSPENDED
Because = Literal["extended", "shortened", "restarted", "calendar", "followed", "migrated"]


def move(
    turn: Turn,
    clock: Clock,
    before: datetime,
    because: Because,
    days: tuple[ChangedDay, ...] = (),
) -> None:
    """Give a clock a new moment, and move its ladder with it.

    If the new moment is earlier, but has not come yet, the agencies that owe something by it are
    told. After an extension, a restart or a changed anchor, used rungs that now lie ahead are set
    again; after any other change, they are not.

    Args:
        days: the changed calendar days that caused the move.
    """
    turn.say(f.ClockMoved(clock=clock, before=before, because=because, days=days))
    ladders.place(turn, clock, and_new=because in ("extended", "restarted", "followed"))
    if turn.now < clock.at < before:
        tell_owners(turn, clock)


def tell_owners(turn: Turn, clock: Clock) -> None:
    """Tell the agencies that owe something by a clock, or may do what is owed, its new moment."""
    asked = turn.state.hand_overs.get(clock.about)
    label = turn.pathway.label(clock.about.partition(".")[0])
    consent = ladders.needed(turn, asked) if asked else ""
    for agency in owners_of(turn, clock):
        turn.tell(agency, "attention", clock.about, label, due_at=clock.at, consent=consent)


def owners_of(view: View, clock: Clock) -> tuple[str, ...]:
    """The agencies that owe something by a clock, or may do what is owed."""
    task, asked = view.state.tasks.get(clock.about), view.state.hand_overs.get(clock.about)
    if task:
        return task.agencies if clock.kind == "due" else ()
    return (asked.agency,) if asked else ()


def watch(turn: Turn) -> None:
    """Update each clock that something in the case may move."""
    for key in list(turn.state.clocks):
        clock = turn.state.clocks.get(key)
        if clock is None or _is_steady(turn, clock):
            continue
        rule = rule_of(turn, clock)
        if rule is None or _is_spent(clock):
            continue
        if clock.paused_at is None and changed(turn, clock):
            clock = _moved(turn, clock, count_by(turn, clock, rule), "followed")
            if _lets_go(turn, clock):
                continue
        if rule.time and rule.time.restarted_by:
            clock = _restarted(turn, clock, rule)
        if rule.time and (more := own_extension(turn, clock, rule.time)):
            clock = _extended(turn, clock, (more,))
        if hears_more(rule.expression) and clock.paused_at is None:
            _hear(turn, clock, rule)
    keep_pace(turn)


def keeps_any(view: View) -> bool:
    """Whether any clock is counted by a rule kept from another version, and so has to be watched
    even if no clock of this version has to.
    """
    return any(clock.kept for clock in view.state.clocks.values())


def _is_steady(view: View, clock: Clock) -> bool:
    """Whether a clock moves only through an act or a pause of its stage."""
    about = clock.about.partition(".")[0]
    return clock.kind != "named" and not clock.kept and about in view.pathway.steady


def _lets_go(turn: Turn, clock: Clock) -> bool:
    """Whether a `not_before` has come, and so holds nothing back any more; if so, it is recorded as
    reached.
    """
    passed = clock.kind == "floor" and clock.at <= turn.as_of
    if passed:
        reaching.reach(turn, clock)
    return passed


def _is_spent(clock: Clock) -> bool:
    """Whether a clock had run out before it was paused, so that nothing moves it any more."""
    return clock.paused_at is not None and clock.at <= clock.paused_at


def _hear(turn: Turn, clock: Clock, rule: TimingRule) -> None:
    """Move a clock earlier or later when one more of the several moments on which it depends
    becomes known.
    """
    again = count_by(turn, clock, rule)
    if again is None or again.anchors == clock.anchors:
        return
    if again.at < clock.at:
        turn.set_clock(again)
        ladders.place(turn, again, and_new=False)
    elif again.at > clock.at:
        move(turn, again, clock.at, "followed")


def _restarted(turn: Turn, clock: Clock, rule: TimingRule) -> Clock:
    """The clock, restarted if one of its restart moments has come since it began."""
    names = rule.time.restarted_by if rule.time else ()
    latest = max((at for name in names if (at := turn.happened(name))), default=None)
    first = began(turn, clock, rule)
    if latest is None or first is None or latest <= first:
        return clock
    restarted = replace(clock, start=latest, restarts=clock.restarts + 1)
    return _moved(turn, clock, count_by(turn, restarted, rule), "restarted")


def _moved(turn: Turn, clock: Clock, counted: Clock | None, because: Because) -> Clock:
    if counted is None:
        return clock
    move(turn, counted, clock.at, because)
    return counted


def extend(turn: Turn, clock: Clock, by: Duration) -> Clock:
    """Extend a running clock once more."""
    return _extended(turn, clock, (*clock.extensions, by))


def _extended(turn: Turn, clock: Clock, extensions: tuple[Duration, ...]) -> Clock:
    more = replace(clock, extensions=extensions)
    return _moved(turn, clock, count_again(turn, more), "extended")


def shorten(turn: Turn, clock: Clock, to: Duration | None) -> Clock:
    """End a running clock now or, if `to` is set, when a period of that length would end; never
    later than it would end anyway.
    """
    short = replace(clock, shortened_at=turn.now, shortened_to=to)
    counted = count_again(turn, short) if to else short
    if counted and (to is None or counted.at <= turn.now):  # it ends even though it is paused
        counted = replace(counted, at=min(clock.at, turn.now), paused_at=None)
    return _moved(turn, clock, counted, "shortened")


def keep_pace(turn: Turn) -> None:
    """Pause the clocks that must stand still now (see `stands_still`), and resume paused ones that
    need not.
    """
    something_rests = _SUSPENDED in turn.state.stages.values()
    for key in list(turn.state.clocks):
        clock = turn.state.clocks.get(key)
        if clock is None:
            continue
        if clock.paused_at is None and not something_rests and _is_steady(turn, clock):
            continue
        still = stands_still(turn, clock, time_of(turn, clock))
        if still and clock.paused_at is None:
            turn.set_clock(replace(clock, paused_at=turn.as_of))
        elif not still and clock.paused_at is not None:
            _go_on(turn, clock, clock.paused_at)


def _go_on(turn: Turn, clock: Clock, paused_at: datetime) -> None:
    """Resume a clock with the time that was left when it was paused."""
    running = replace(clock, paused_at=None)
    if turn.as_of > paused_at:
        pauses = (*clock.pauses, Pause(since=paused_at, until=turn.as_of))
        running = count_again(turn, replace(running, pauses=pauses)) or running
    turn.set_clock(running)
    if not _lets_go(turn, running):
        ladders.place(turn, running, and_new=False)


def never_rests(view: View, task: Task) -> bool:
    """Whether a task goes on although its stage is suspended, because its clock never pauses."""
    time = time_of_task(view, task)
    return time is not None and time.never_pauses


def recount(turn: Turn, days: Sequence[ChangedDay]) -> None:
    """Recount clocks, and move those to which a new edition of a calendar gives another moment.

    A clock that has run out is not moved, even if it was paused later.

    Args:
        days: the changed days of the calendars.
    """
    for key in list(turn.state.clocks):
        clock = turn.state.clocks.get(key)
        if clock is None or not clock.editions or _is_spent(clock):
            continue
        again = count_again(turn, clock)
        if again and again.editions != clock.editions and again.at != clock.at:
            move(turn, again, clock.at, "calendar", _between(days, clock, again))


def _between(days: Sequence[ChangedDay], before: Clock, after: Clock) -> tuple[ChangedDay, ...]:
    """The changed days within a clock's period, in the calendars it was counted by."""
    moments = [each for each in (before.at, after.at, after.start) if each is not None]
    known = [each.date() for each in moments]
    known += [date.fromisoformat(each[:10]) for each in after.anchors.values()]
    return tuple(
        day
        for day in days
        if day.edition in before.editions and min(known) <= day.day <= max(known)
    )

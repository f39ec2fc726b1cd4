"""Moves a case to another version."""

from __future__ import annotations

import msgspec

from engine import facts as f
from engine.agencies.registry import Registry
from engine.clock import Clock
from engine.commands import Command, Migrate
from engine.decide import Decision, afterwards
from engine.errors import Refusal
from engine.loads import NO_LOADS, Loads
from engine.message import message
from engine.migrating import clocks, ladders
from engine.migrating.hindrances import clashes, hindrances
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import State
from engine.statuses import CasePhase, StepStatus
from engine.time.calendars import CalendarError, Calendars
from engine.turns import counting, series, timing
from engine.turns.deriving import derive
from engine.turns.turn import Turn
from engine.versions.renames import Renames
from engine.versions.renaming import renamed


class MoveTarget(msgspec.Struct, frozen=True):
    """The version to which a case moves."""

    pathway: Pathway
    names: Renames = Renames()
    """From the names of the case's current version to the names of the target version."""


class Surroundings(msgspec.Struct, frozen=True):
    """What decisions are based on, apart from the pathway and the case."""

    registry: Registry
    calendars: Calendars
    loads: Loads = NO_LOADS


def move(
    old: Pathway, onto: MoveTarget, state: State, command: Command, known: Surroundings
) -> Decision:
    """Move an open case to another version, from where it is.

    Clocks are recounted from their anchors; requests, consents, tasks and the responsible agency
    stay the same. A version that moves cases by its own rule applies from the act's `in_force`,
    even if the move is recorded later: whatever fell due since then is due under the new version.
    At `until`, an even newer version takes over.

    Raises:
        Refusal: `closed`; `due`, if something is due that must be settled first; `cannot_move`,
            with every reason; `not_counted`, if a calendar is missing or ends too early.
    """
    before = turn_before(old, state, command, known)
    after = renamed(state, onto.names)
    reasons = clashes(state, onto.names) or hindrances(old, onto.pathway, after, onto.names)
    if reasons:
        raise Refusal("cannot_move", reasons=reasons)
    turn = Turn(onto.pathway, state, before.now, known.registry, known.calendars, loads=known.loads)
    turn.as_of = turn.occurred_at = before.as_of
    if isinstance(command.act, Migrate) and command.act.until is not None:
        turn.until = min(turn.now, command.act.until)
    try:
        turn.say(
            f.CaseMigrated(
                before=old.version,
                version=onto.pathway.version,
                names=onto.names,
                by=command.person,
                in_full=True,
            )
        )
        taken = ladders.take_down(turn, before, onto.names)
        clocks.follow(turn, before, onto.names)
        _follow_series(turn, before, onto.names.steps)
        ladders.put_up(turn, taken)
        derive(turn)
        return afterwards(turn)
    except CalendarError as error:
        raise Refusal("not_counted.calendar", why=error.message) from None


def turn_before(old: Pathway, state: State, command: Command, known: Surroundings) -> Turn:
    """The case as it is, on its current version.

    Raises:
        Refusal: `closed`; `due`, if something is due that must be settled first.
    """
    now = command.recorded_at
    if state.status != CasePhase.OPEN:
        raise Refusal("closed.case", status=message(f"status.case.{state.status}"))
    act = command.act
    since = act.in_force if isinstance(act, Migrate) and act.in_force else now
    if state.is_due(since):
        raise Refusal("due.first")
    turn = Turn(old, state, now, known.registry, known.calendars, loads=known.loads)
    turn.as_of = turn.occurred_at = since
    return turn


def _follow_series(turn: Turn, old: Turn, steps: dict[str, str]) -> None:
    """Give each open series the moments of the new version: move those that lie ahead, add new ones,
    and stop those that are gone.

    Moments are matched by number; one that has come does not come again.
    """
    for name, plan in old.pathway.steps.items():
        now = turn.pathway.steps.get(steps.get(name, name))
        if now is None or turn.state.steps.get(now.name) != StepStatus.OPEN:
            continue
        before, after = plan.step.series, now.step.series
        if after and before and str(before) != str(after):
            _recount_series(turn, now, series.moments(old, plan, before) or [])


def _recount_series(turn: Turn, plan: StepPlan, before: list[Clock]) -> None:
    assert plan.step.series is not None
    counted = series.moments(turn, plan, plan.step.series)
    if counted is None:
        return
    known, wanted = {_number(each) for each in before}, {each.key: each for each in counted}
    for clock in list(turn.state.clocks.values()):
        if clock.kind != "series" or clock.about != plan.name:
            continue
        if wanted.pop(clock.key, None) is None:
            turn.stop_clocks_named(clock.key, "migrated")
        elif (again := counting.count_again(turn, clock)) and again.at != clock.at:
            timing.move(turn, again, clock.at, "migrated")
    for clock in wanted.values():
        if _number(clock) not in known and clock.at > turn.now:
            turn.set_clock(clock)
    if series.is_over(turn, plan):
        turn.say(f.StepMoved(step=plan.name, status=StepStatus.DONE))
        turn.note(f"{plan.name}.done")


def _number(clock: Clock) -> str:
    return clock.key.rpartition(":")[2]

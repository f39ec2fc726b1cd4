"""Settles the clocks that are due, in order, and sees to it that no case rests unseen."""

from __future__ import annotations

from contextlib import suppress

from engine import facts as f
from engine.clock import Clock
from engine.statuses import CasePhase
from engine.task_kinds import TaskKind
from engine.turns import (
    arrivals,
    consenting,
    ladders,
    lapsing,
    leaving,
    progress,
    proposing,
    reaching,
    series,
    silence,
    stop_tasks,
    task_lifecycle,
)
from engine.turns.resting import (
    ONLY_TELL,
    Rest,
    has_open_review,
    is_quiet,
    is_under_review,
    next_clock,
    open_review,
    watch,
)
from engine.turns.turn import Turn
from engine.view import View

_NEVER_IN_ONE_TURN = 10_000
"""More clocks than a case can have; a guard against a clock that resets itself for ever."""
_LEAD_NOWHERE = ONLY_TELL - {"registry", "proposal"}
"""Clocks after which nothing need be looked at again."""


def catch_up(turn: Turn) -> None:
    """Settle everything that is due by `turn.until`, as if each clock had been settled when it was
    due.
    """
    first = turn.state.next_clock()
    if first is not None and first.at <= turn.until:
        turn.as_of = min(turn.as_of, first.at)
        settle(turn)
    else:
        turn.as_of = turn.occurred_at = turn.until


def settle(turn: Turn) -> None:
    """Settle every clock due by `turn.until`, dating what follows by the clock's own moment.

    If the turn has already passed that moment, what follows is dated by the turn's own time:
    nothing is dated before its cause.
    """
    for _ in range(_NEVER_IN_ONE_TURN):
        _never_rest(turn)
        clock = turn.state.next_clock()
        if clock is None or clock.at > turn.until:
            turn.as_of = turn.occurred_at = turn.until
            return
        turn.as_of = turn.occurred_at = max(turn.as_of, clock.at)
        reach(turn, clock)
        if clock.kind not in _LEAD_NOWHERE:
            progress.advance(turn)
    raise RuntimeError("a clock of this case is due again at once")


def _never_rest(turn: Turn) -> None:
    """Give the responsible agency a review if the case has come to a rest without return."""
    if not is_under_review(turn.state) and rest_of(turn):
        open_review(turn)


def rest_of(view: View) -> Rest | None:
    """The rest that a case has come to; None if somebody has something to do, or gets it as time
    passes.
    """
    for _ in range(_NEVER_IN_ONE_TURN):
        if not is_quiet(view.state):
            return None
        clock = next_clock(view.pathway, view.state)
        if clock is None:
            return Rest(until=None, left=view.state)
        view = passed(view, clock)
        if view.state.status != CasePhase.OPEN:
            return Rest(until=clock, left=view.state)
    return None


def passed(view: View, clock: Clock) -> Turn:
    """The case as it would be once a clock has run out, and all that is due by then, if nobody does
    anything before. A task that is over at the moment at which it opens is nobody's.
    """
    at = max(clock.at, view.as_of)
    turn = Turn(view.pathway, view.state, at, view.registry, view.calendars, loads=view.loads)
    due: Clock | None = clock
    while due is not None and due.at <= at:
        reach(turn, due)
        with suppress(progress.EndlessTurn):  # told of when that moment comes
            progress.advance(turn)
        due = next_clock(turn.pathway, turn.state)
    return turn


def reach(turn: Turn, clock: Clock) -> None:
    """Handle a clock that has run out."""
    reaching.reach(turn, clock)
    _RULES[clock.kind](turn, clock)


def _due(turn: Turn, clock: Clock) -> None:
    task = turn.state.tasks[clock.about]
    turn.say(f.TaskOverdue(task=task.id))
    plan = turn.pathway.steps.get(task.step)
    if task.kind is TaskKind.ARRIVAL:
        arrivals.missed(turn, task)
    elif task.kind is TaskKind.VOTE:
        task_lifecycle.vacate(turn, task, "not_voted")
    elif plan and lapsing.closes(plan, task):
        lapsing.lapse(turn, plan, task)
    elif not ladders.of_task(plan, task):
        ladders.remember(turn, task.agency, "reminder", task.id)


def _floor(view: View, clock: Clock) -> None:
    """Do nothing: `progress` checks next whether the step may open now."""


def _series(turn: Turn, clock: Clock) -> None:
    plan = turn.pathway.steps[clock.about]
    if series.opens_task(turn, plan):
        progress.open_run(turn, plan)


def _seen(turn: Turn, clock: Clock) -> None:
    asked = turn.state.hand_overs[clock.about]
    turn.say(f.HandOverLate(hand_over=asked.id, at=turn.as_of))
    ladders.remember(turn, turn.sender_of(asked), "attention", asked.id)
    ladders.remember(turn, asked.agency, "reminder", asked.id)


def _answer(turn: Turn, clock: Clock) -> None:
    turn.stop_clocks_named(f"{clock.about}:seen", "silent")
    silence.silence(turn, clock.about)


def _expiry(turn: Turn, clock: Clock) -> None:
    consenting.expire(turn, clock.about.removeprefix("consent."))


def keep_review(turn: Turn) -> None:
    """Set the review if it could not be counted before."""
    if turn.state.status == CasePhase.OPEN and "case:review" not in turn.state.clocks:
        watch(turn)


def _review(turn: Turn, clock: Clock) -> None:
    """Have the responsible agency look at the case: in a rest without return by a task."""
    if rest_of(turn) and not has_open_review(turn.state):
        open_review(turn)
    else:
        turn.tell(turn.state.responsible, "attention", "case", "Case review")
    watch(turn)


def _proposal(turn: Turn, clock: Clock) -> None:
    proposals = turn.state.proposals.items()
    case, proposal = next(each for each in proposals if each[1].about == clock.about)
    proposing.silence(turn, case, proposal)


def _registry(turn: Turn, clock: Clock) -> None:
    """Pass on the work of an agency whose last day is over. If its leave is over instead,
    `progress` looks next at what waits for the agency.
    """
    leaving.pass_on(turn)


_RULES = {
    "due": _due,
    "rung": ladders.use,
    "floor": _floor,
    "series": _series,
    "seen": _seen,
    "answer": _answer,
    "waiting": _answer,
    "expiry": _expiry,
    "named": progress.note_reached,
    "review": _review,
    "registry": _registry,
    "stop": stop_tasks.reach,
    "proposal": _proposal,
}

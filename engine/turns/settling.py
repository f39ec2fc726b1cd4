"""Time has passed: the clocks that are due, in their order."""

from __future__ import annotations

from engine import facts as f
from engine.state import OPEN_TASK, Clock, TaskKind
from engine.turns import arrivals, consents, counting, progress, silence
from engine.turns.turn import Turn

_NEVER_IN_ONE_TURN = 10_000
"""More clocks than a case can hold: a guard against a clock that sets itself again at once."""


def settle(turn: Turn) -> None:
    """Settle every clock that is due at `turn.now`; what follows is dated now."""
    for _ in range(_NEVER_IN_ONE_TURN):
        clock = turn.state.next_clock() if turn.state.status == "open" else None
        if clock is None or clock.at > turn.now:
            turn.until = turn.now
            return
        turn.until = clock.at
        reach(turn, clock)
        progress.advance(turn)
    raise RuntimeError("a clock of this case is due again at once")


def reach(turn: Turn, clock: Clock) -> None:
    """A clock has run out."""
    turn.say(f.ClockReached(key=clock.key, due=clock.at))
    _RULES[clock.kind](turn, clock)


def remind(turn: Turn) -> None:
    """Send the reminders of this turn, one an addressee and subject, for what is still open."""
    for notice in turn.reminders.values():
        task = turn.state.tasks.get(notice.about)
        if turn.state.status == "open" and task and task.status in OPEN_TASK:
            # It may have changed hands since, and only who owes it is reminded.
            agency = task.agency if notice.kind == "reminder" else notice.agency
            turn.tell(agency, notice.kind, notice.about, notice.label, due_at=notice.due_at)


def _remind(turn: Turn, agency: str, kind: str, about: str) -> None:
    task = turn.state.tasks[about]
    turn.reminders[(agency, about)] = f.NoticeOwed(
        number=0,
        agency=agency,
        kind=kind,
        about=about,
        label=turn.pathway.label(task.step),
        due_at=task.due_at,
    )


def _due(turn: Turn, clock: Clock) -> None:
    task = turn.state.tasks[clock.about]
    turn.say(f.TaskOverdue(task=task.id))
    plan = turn.pathway.steps.get(task.step)
    if task.kind is TaskKind.ARRIVAL:
        arrivals.missed(turn, task)
    elif plan is None or not plan.step.late:
        _remind(turn, task.agency, "reminder", task.id)


def _rung(turn: Turn, clock: Clock) -> None:
    task = turn.state.tasks[clock.about]
    rung = turn.pathway.steps[task.step].step.late[clock.rung]
    if rung.verb == "remind":
        _remind(turn, task.agency, "reminder", task.id)
    else:
        _remind(turn, turn.holder(rung.role), "overdue", task.id)


def _floor(turn: Turn, clock: Clock) -> None:
    """The step may open now, if it still may: `progress` looks at it again."""


def _series(turn: Turn, clock: Clock) -> None:
    progress.open_run(turn, turn.pathway.steps[clock.about])


def _seen(turn: Turn, clock: Clock) -> None:
    asked = turn.state.hand_overs[clock.about]
    turn.say(f.HandOverLate(hand_over=asked.id))
    plan = turn.pathway.steps[asked.step]
    needed = next(iter(plan.needs), "")
    turn.tell(asked.agency, "reminder", asked.id, plan.label, consent=needed)
    turn.tell(asked.sender, "attention", asked.id, plan.label)


def _answer(turn: Turn, clock: Clock) -> None:
    turn.stop_clocks(clock.about)
    silence.silence(turn, clock.about)


def _expiry(turn: Turn, clock: Clock) -> None:
    consents.expire(turn, clock.about.removeprefix("consent."))


def review(turn: Turn) -> None:
    """Set the moment at which the responsible agency is asked to look at the case again."""
    period, agency = turn.pathway.definition.review, turn.state.responsible
    clock = counting.begin(turn, "review", "case:review", "case", period, agency)
    if clock:
        turn.set_clock(clock)


def _review(turn: Turn, clock: Clock) -> None:
    turn.tell(turn.state.responsible, "attention", "case", "Case review")
    review(turn)


_RULES = {
    "due": _due,
    "rung": _rung,
    "floor": _floor,
    "series": _series,
    "seen": _seen,
    "answer": _answer,
    "waiting": _answer,
    "expiry": _expiry,
    "named": progress.note_reached,
    "review": _review,
}

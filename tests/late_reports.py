"""What holds of every turn in which something is reported late."""

from __future__ import annotations

from datetime import datetime

from engine import commands as c
from engine import facts as f
from engine.clock import Clock
from engine.decide import Decision
from engine.pathway import Pathway
from engine.state import State


def look_at_late_report(trial: Pathway, before: State, command: c.Command, done: Decision) -> None:
    """Nobody's time runs before they were told; what time has brought meanwhile stays."""
    now = command.recorded_at
    if command.occurred_at == now or before.is_due(now):
        return
    if any(isinstance(fact, f.BegunAgain) for fact in done.facts):  # it forgets what had come
        return
    for fact in done.facts:
        if isinstance(fact, f.ClockSet | f.ClockMoved) and _is_owed(trial, fact.clock):
            for name, at in fact.clock.anchors.items():
                noted = name if name in done.state.moments else f"clock.{name}"
                is_news = before.moments.get(noted) != done.state.moments.get(noted)
                assert not is_news or datetime.fromisoformat(at) >= now, fact
    over = {each for each in before.moments.items() if each[0].startswith("clock.")}
    assert done.state.moments.items() >= over
    lapsed = [name for name, status in before.steps.items() if status == "lapsed"]
    assert all(done.state.steps[name] in ("lapsed", "open") for name in lapsed), "or opened by hand"


def _is_owed(trial: Pathway, clock: Clock) -> bool:
    plan = trial.steps.get(clock.about.partition(".")[0])
    closes = plan is not None and plan.step.due is not None and plan.step.due.closes
    return clock.kind in ("due", "seen", "answer", "waiting") and not closes

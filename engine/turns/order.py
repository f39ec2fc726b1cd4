"""What comes before what, as far as a case has come."""

from __future__ import annotations

from engine.pathway import StepPlan
from engine.syntax import After
from engine.turns.turn import Turn

DONE = frozenset({"done", "ended"})
SETTLED = DONE | {"skipped"}


def settled(turn: Turn, name: str) -> bool:
    """Nothing is to be done any more in the step or stage."""
    return _status(turn, name) in SETTLED


def comes_now(turn: Turn, after: After) -> bool:
    """What must come first has come.

    Of `2 of (a, b, c)` two must be done; what was passed over does not count, but where too few
    are left, nothing is waited for once all are settled.
    """
    if all(settled(turn, each) for each in after.names):
        return True
    done = sum(_status(turn, each) in DONE for each in after.names)
    return 0 < after.least <= done


def is_due_after(turn: Turn, plan: StepPlan) -> bool:
    """Everything that the step comes after has come."""
    return comes_now(turn, plan.step.after)


def _status(turn: Turn, name: str) -> str:
    return turn.state.steps.get(name) or turn.state.stages.get(name) or ""

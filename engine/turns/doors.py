"""Doors: the gates that a step must pass, by the way in which it comes to be opened.

A door is a list of gates, in order. The main doors:

- `OPENING`: for a step that opens by itself, tried whenever something has happened. Leaves out the
  gates of its stage, which are checked before, and the gates about earlier runs of the step.
- `STARTING`: for whoever starts a manual step. Leaves out `manual`, and what a started step may
  still wait for (`BEGUN`).
- `OVERRIDING`: for whoever opens a step against the rules. Leaves out whether its stage was
  entered, `manual`, `at_most`, `after`, `when` and its moment.

`choices` offers to start a step if `STARTING` lets it through, and `explain` reports on the same
gates in the same order.
"""

from __future__ import annotations

from engine.plans import StepPlan
from engine.turns.gates import (
    AFTER,
    AT_WORK,
    BY_ITSELF,
    CONFIRMED,
    COUNTED,
    ENTERED_STAGE,
    GOES_ON,
    IN_TIME,
    KEPT,
    MOMENT,
    MOMENT_KNOWN,
    NOT_BEGUN,
    NOT_LAPSED,
    NOT_OPEN,
    ONCE_MORE,
    OPEN,
    PERMITTED,
    POSSIBLE,
    STAGE_STOPS,
    STOPS,
    WHEN,
    Gate,
)
from engine.turns.turn import Turn
from engine.view import View

OF_STAGE = (ENTERED_STAGE, GOES_ON, AT_WORK)
"""What must hold for a stage before anything in it opens or is started."""
OPENING = (AFTER, BY_ITSELF, STOPS, WHEN, POSSIBLE, CONFIRMED, PERMITTED, COUNTED, MOMENT, IN_TIME)
"""The gates for a step that opens by itself, after those of `OF_STAGE`, which are checked once for
all steps of a stage.
"""
REPEATING = (CONFIRMED, PERMITTED)
"""The gates for a step that is repeated: everything it first waited for has already come."""
STARTING = (
    *OF_STAGE,
    ONCE_MORE,
    NOT_BEGUN,
    WHEN,
    STOPS,
    AFTER,
    POSSIBLE,
    PERMITTED,
    COUNTED,
    MOMENT_KNOWN,
    NOT_LAPSED,
)
"""The gates for starting a manual step, which is refused unless each of them lets it through."""
BEGUN = (MOMENT, CONFIRMED, IN_TIME)
"""The gates that a started manual step may still wait for; then it opens by itself."""
OVERRIDING = (
    NOT_OPEN,
    GOES_ON,
    AT_WORK,
    STOPS,
    STAGE_STOPS,
    POSSIBLE,
    CONFIRMED,
    PERMITTED,
    COUNTED,
    KEPT,
)
"""The gates for opening a step against the rules: whatever its order, its condition and its moment
say, but not after its option has closed, unless it was used before. The person's protection cannot be overruled; nor can a step be opened that nobody could do.
"""


def lets_through(view: View, plan: StepPlan, door: tuple[Gate, ...]) -> bool:
    """Whether each gate lets the step through."""
    return all(gate.asks(view, plan) is OPEN for gate in door)


def require(view: View, plan: StepPlan, door: tuple[Gate, ...]) -> None:
    """Raises the Refusal of the first gate that does not let the step through."""
    for gate in door:
        if gate.asks(view, plan) is not OPEN:
            raise gate.refusal(view, plan)


def passes(turn: Turn, plan: StepPlan, door: tuple[Gate, ...]) -> bool:
    """Whether each gate lets the step through; the effect of the first that does not is applied."""
    for gate in door:
        verdict = gate.asks(turn, plan)
        if verdict is not OPEN:
            gate.follows(turn, plan, verdict)
            return False
    return True

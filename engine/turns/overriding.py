"""Overrides: skips or opens a step against the pathway's rules, with a reason; each override stays
flagged for good.

The person's protection cannot be overridden: consents still apply, and barred sides and roles are
never asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine import facts as f
from engine.acts.reason_lists import OVERRIDE_REASONS
from engine.errors import Refusal
from engine.message import message
from engine.plans import StepPlan
from engine.state import Override
from engine.statuses import StepStatus
from engine.turns import doors, order, progress, resting, rights, stopping
from engine.turns.turn import Turn

if TYPE_CHECKING:
    from engine.acts.steps import OpenStep, Skip


def skip(turn: Turn, act: Skip, agency: str, person: str) -> None:
    """Skip the step and withdraw its work. Nothing follows from its conditions or outcomes.

    Raises:
        Refusal: `not_allowed`, `unknown_reason` or `not_found`; as in `order.require_not_over`;
            `not_open` for a manual step that nobody has begun; `under_way` during a journey.
    """
    plan = _find(turn, act.step, agency, act.reason)
    order.require_not_over(turn.pathway, turn.state, act.step)
    if plan.step.manual and act.step not in turn.state.steps:
        raise Refusal("not_open.manual", step=act.step)
    if stopping.is_travelling(turn, act.step):
        raise Refusal("under_way")
    _flag(turn, plan, "skipped", agency, person, act.reason)
    stopping.withdraw_work(turn, plan)
    turn.say(f.StepMoved(step=act.step, status=StepStatus.SKIPPED))


def open_step(turn: Turn, act: OpenStep, agency: str, person: str) -> None:
    """Open the step now, whatever its order, its condition and its moment say, even if it was
    already settled. It must still pass `doors.OVERRIDING`. If the step had lapsed although it was
    done in time, nothing of what followed is undone: the responsible agency gets a review of it.

    Raises:
        Refusal: `not_allowed`, `unknown_reason` or `not_found`; or that of the first gate that does
            not let the step through.
    """
    plan = _find(turn, act.step, agency, act.reason)
    doors.require(turn, plan, doors.OVERRIDING)
    _flag(turn, plan, "opened", agency, person, act.reason)
    turn.stop_clocks(act.step, "opened")
    has_lapsed = turn.state.steps.get(act.step) == StepStatus.LAPSED
    progress.override(turn, plan)
    if has_lapsed:
        resting.open_review(turn, act.step)


def _find(turn: Turn, step: str, agency: str, reason: str) -> StepPlan:
    roles = turn.pathway.definition.overrides
    if not roles:
        raise Refusal("not_allowed.no_overrides")
    rights.require(turn, agency, roles, message("refused.right.override", roles=roles))
    if reason not in OVERRIDE_REASONS:
        raise Refusal("unknown_reason", reasons=OVERRIDE_REASONS)
    plan = turn.pathway.steps.get(step)
    if plan is None:
        raise Refusal("not_found.step", step=step)
    return plan


def _flag(
    turn: Turn,
    plan: StepPlan,
    how: Literal["skipped", "opened"],
    agency: str,
    person: str,
    reason: str,
) -> None:
    turn.say(
        f.Overridden(
            override=Override(
                step=plan.name, how=how, agency=agency, reason=reason, at=turn.occurred_at
            ),
            by=person,
        )
    )
    if agency != turn.state.responsible:
        turn.tell(turn.state.responsible, "attention", plan.name, plan.label)

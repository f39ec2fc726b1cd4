"""The order of steps and stages, given how far a case has come."""

from __future__ import annotations

from engine.errors import Refusal
from engine.message import message
from engine.pathway import Pathway
from engine.phrases.syntax import After
from engine.plans import StagePlan, StepPlan
from engine.state import State
from engine.statuses import DONE, PASSED_OVER, SETTLED, CasePhase, StageStatus, StepStatus
from engine.turns import hindsight
from engine.view import View


def settled(view: View, name: str) -> bool:
    """Whether nothing more is to be done in the step or stage."""
    state = view.state
    is_settled = (state.steps.get(name) or state.stages.get(name)) in SETTLED
    return is_settled or _comes_no_more(view, name)


def _comes_no_more(view: View, name: str) -> bool:
    """Whether an unsettled step or stage can no longer be done, because the case has its end or
    because the step never opened in a stage that was passed over.
    """
    state, plan = view.state, view.pathway.steps.get(name)
    if not view.pathway.goes_on(state, plan.stage if plan else name):
        return True  # The case has its end.
    # Never opened, in a stage that was passed over.
    return plan is not None and state.stages.get(plan.stage) in PASSED_OVER


def closed(pathway: Pathway, state: State) -> Refusal:
    """The refusal of whatever needs an open case; it names `reopen` where that is possible."""
    may_reopen = state.status == CasePhase.ENDED and state.end in pathway.reopens_from
    status = message(f"status.case.{state.status}")
    return Refusal("closed.reopens" if may_reopen else "closed.case", status=status)


def require_not_over(pathway: Pathway, state: State, step: str) -> None:
    """Raises Refusal if nothing can be done in a step any more: `closed`, `stopped` or
    `settled`.
    """
    if state.status != CasePhase.OPEN:
        raise closed(pathway, state)
    plan, status = pathway.steps.get(step), state.steps.get(step)
    stage = state.stages.get(plan.stage) if plan else None
    if status == StepStatus.STOPPED or (stage == StageStatus.STOPPED and status not in SETTLED):
        raise Refusal("stopped.before", step=step)
    if status in SETTLED or stage == StageStatus.SKIPPED:
        raise Refusal("settled.step", step=step)
    if plan and not pathway.goes_on(state, plan.stage):
        raise Refusal("closed.stage", stage=plan.stage)


def may_go_back(state: State, stage: str, at_most: int) -> bool:
    """Whether a case that goes back to this stage begins it again."""
    has_begun = stage in state.stages and not state.ending
    return has_begun and state.returns.get(stage, 0) < at_most


def comes_now(view: View, after: After) -> bool:
    """Whether everything that must come first is settled, or will not come any more.

    For `2 of (a, b, c)`, it is enough that two are done; skipped ones do not count as done.
    """
    steps, stages = view.state.steps, view.state.stages
    for name in after.names:
        if (steps.get(name) or stages.get(name)) not in SETTLED and not _comes_no_more(view, name):
            break
    else:
        return True
    if not after.least:
        return False
    done = sum(_status(view, each) in DONE for each in after.names)
    return after.least <= done


def verdict(view: View, plan: StepPlan | StagePlan) -> bool | None:
    """Whether the `when` of a step or stage holds; in a choice (`one_of`), whether this option is
    the first whose `when` holds. None while that is not known.
    """
    if is_another_taken(view, plan.name):
        return False
    if any(not _status(view, each) for each in view.pathway.preferred.get(plan.name, ())):
        return None
    return hindsight.begins(view, plan)


def is_another_taken(view: View, name: str) -> bool:
    """Whether an earlier option of the same choice has any status other than skipped."""
    before = view.pathway.preferred.get(name, ())
    return any(_status(view, each) not in ("", StepStatus.SKIPPED) for each in before)


def _status(view: View, name: str) -> str:
    return view.state.steps.get(name) or view.state.stages.get(name) or ""

"""Which step asks for a consent, where several do: the options of a choice, or one step that asks
once more later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.statuses import TaskStatus

if TYPE_CHECKING:
    from engine.pathway import Pathway
    from engine.phrases.syntax import Reaction
    from engine.plans import StepPlan
    from engine.state import State


def step_for(pathway: Pathway, state: State, consent: str) -> StepPlan:
    """The step that asked for a consent last in the current round; before any has, the first in the
    pathway. Steps of stages that do not go on count only if there are no others.
    """
    asking = pathway.consent_steps[consent]
    going_on = [plan for plan in asking if pathway.goes_on(state, plan.stage)] or asking
    steps = {plan.name: plan for plan in going_on}
    asked = (
        steps[task.step]
        for task in reversed(state.tasks.values())
        if task.step in steps and task.status != TaskStatus.WITHDRAWN and state.is_of_now(task.id)
    )
    return next(asked, going_on[0])


def withdrawal(pathway: Pathway, state: State, consent: str) -> Reaction | None:
    """What follows when a consent is withdrawn: the reaction to that, or else the reaction to the
    person refusing it. None if the pathway names neither.
    """
    asked = pathway.consent(consent)
    return asked.withdrawn or step_for(pathway, state, consent).step.refused

"""Why a step is where it is: open with whom, done, or what it still waits for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.conditions import Name, atoms_in
from engine.errors import Refusal
from engine.pathway import Pathway, StepPlan
from engine.questions import lookup
from engine.scenarios.expectations import shown
from engine.state import State
from engine.turns.order import SETTLED


def why(pathway: Pathway, state: State, step: str) -> list[str]:
    """Lines that say where a step is and why.

    Raises:
        Refusal: there is no such step.
    """
    plan = pathway.steps.get(step)
    if plan is None:
        known = ", ".join(pathway.steps)
        raise Refusal("not_found", f"there is no step {step}; there are: {known}")
    status = state.steps.get(step)
    opened = state.moments.get(f"{step}.opened")
    since = f" since {shown(opened)}" if opened else ""
    if status == "open":
        return [f"{step} is open{since}", *_with_whom(state, step)]
    if status == "waiting":
        clock = state.clocks.get(f"{step}:floor")
        until = f" before {shown(clock.at)}" if clock else ""
        return [f"{step} may not begin{until}: `not_before` {_written(plan)}"]
    if status is not None:
        return [f"{step} is {status}", *_condition(plan, state)]
    return [f"{step} has not opened", *_waits_for(pathway, plan, state)]


def _written(plan: StepPlan) -> str:
    floor = plan.step.not_before
    return str(floor.time) if floor else ""


def _with_whom(state: State, step: str) -> Iterator[str]:
    for task in state.open_tasks():
        if task.step == step:
            due = f", due {shown(task.due_at)}" if task.due_at else ""
            yield f"  {task.agency} has {task.id} ({task.kind}){due}"
    for asked in state.open_hand_overs():
        if asked.step == step:
            by = f", answer by {shown(asked.answer_by)}" if asked.answer_by else ""
            yield f"  {asked.agency} was asked and is {asked.status}{by}"


def _waits_for(pathway: Pathway, plan: StepPlan, state: State) -> Iterator[str]:
    """Each thing that keeps it from opening."""
    if state.status != "open":
        yield f"  the case is {state.status}"
        return
    stage = pathway.stages[plan.stage]
    if state.stages.get(plan.stage) not in ("open", "ended"):
        yield f"  its stage {plan.stage} is {state.stages.get(plan.stage) or 'not entered'}"
        yield from _comes_after(stage.stage.after.names, state)
        if stage.stage.when is not None:
            yield f"  the stage is entered when `{stage.stage.when}`"
    if plan.step.manual:
        yield f"  it is manual: somebody must begin it, `start {plan.name}`"
    yield from _comes_after(plan.step.after.names, state)
    yield from _condition(plan, state)
    for need in (*plan.needs, *plan.reconfirm):
        consent = state.consents.get(need)
        yield f"  it needs the consent {need}, which is {consent.status if consent else 'not asked'}"


def _comes_after(names: tuple[str, ...], state: State) -> Iterator[str]:
    for name in names:
        status = state.steps.get(name) or state.stages.get(name) or "not opened"
        if status not in SETTLED:
            yield f"  it comes after {name}, which is {status}"


def _condition(plan: StepPlan, state: State) -> Iterator[str]:
    """The condition, and what each of its names says now."""
    if plan.step.when is None:
        return
    says = plan.when(lookup(state)) if plan.when else True
    said = "is not known yet" if says is None else "holds" if says else "does not hold"
    yield f"  `when: {plan.step.when}` {said}"
    for atom in atoms_in(plan.step.when):
        name = atom.text if isinstance(atom, Name) else atom.left.text
        yield f"    {name}: {_in_words(lookup(state)(name))}"


def _in_words(value: object) -> str:
    if value is None:
        return "not answered"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

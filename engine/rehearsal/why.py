"""Why a step is where it is: open with whom, done, or what it still waits for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from engine.conditions import Name, atoms_in
from engine.errors import Refusal
from engine.pathway import Pathway, StagePlan, StepPlan
from engine.questions import lookup
from engine.scenarios.expectations import shown
from engine.state import State
from engine.turns.order import SETTLED


def why(pathway: Pathway, state: State, name: str) -> list[str]:
    """Lines that say where a step or a stage is and why.

    Raises:
        Refusal: there is no such step or stage.
    """
    if name in pathway.steps:
        return _of_step(pathway, state, pathway.steps[name])
    if name in pathway.stages:
        stage = pathway.stages[name]
        return [
            f"{name} is {state.stages.get(name) or 'not entered'}",
            *_comes_after(stage.stage.after.names, state),
            *_condition(stage, state),
        ]
    known = [*pathway.steps, *pathway.stages]
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
    raise Refusal("not_found", f"there is no step {name}; {remedy}")


def _of_step(pathway: Pathway, state: State, plan: StepPlan) -> list[str]:
    step = plan.name
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
        yield from _condition(stage, state)
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


def _condition(plan: StepPlan | StagePlan, state: State) -> Iterator[str]:
    """The condition, and what each of its names says now."""
    written = plan.step.when if isinstance(plan, StepPlan) else plan.stage.when
    if written is None:
        return
    says = plan.when(lookup(state)) if plan.when else True
    said = "is not known yet" if says is None else "holds" if says else "does not hold"
    yield f"  `when: {written}` {said}"
    for atom in atoms_in(written):
        name = atom.text if isinstance(atom, Name) else atom.left.text
        yield f"    {name}: {_in_words(lookup(state)(name))}"


def _in_words(value: object) -> str:
    if value is None:
        return "not answered"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

"""Finds what keeps a case from moving: anything open or answered in it that has no place in the new
version, and new names that the case has used already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.four_eyes import seat_of
from engine.message import Message, message
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import RESPONSIBLE, Answer, HandOver, State, Task
from engine.statuses import (
    ENTERED,
    OVER_FOR_SENDER,
    STAGE_UNDER_WAY,
    STEP_UNDER_WAY,
    StageStatus,
    StepStatus,
    TaskStatus,
)
from engine.task_kinds import DOES, FROM_STEP, TaskKind
from engine.versions.renames import NOUNS, Renames


def hindrances(old: Pathway, new: Pathway, state: State, names: Renames) -> tuple[Message, ...]:
    """Every reason against the move, except name clashes, which `clashes` finds.

    Args:
        state: in the names of the new version.
        names: from the old names to the new ones.
    """
    found = [
        *_of_sides(new, state),
        *_of_stages(old, new, state, names),
        *_of_steps(old, new, state, names),
        *_of_names(new, state),
        *_of_data(old, new, state, names),
    ]
    for task in state.tasks.values():
        if task.is_under_way:
            found += _of_task(new, state, task)
    for asked in state.hand_overs.values():
        if asked.status not in OVER_FOR_SENDER:
            found += _of_request(new, asked)
    return tuple({str(each): each for each in found}.values())


def clashes(state: State, names: Renames) -> tuple[Message, ...]:
    """Name clashes: several things that the case has used would get the same name.

    Args:
        state: in the old names.
    """
    used: dict[str, Iterable[str]] = {
        "roles": state.roles,
        "data": (*state.data, *state.protected),
        "consents": state.consents,
        "clocks": [each.about for each in state.clocks.values() if each.kind == "named"],
        "stages": state.stages,
        "steps": state.steps,
        "interrupts": state.interrupts,
    }
    return tuple(
        message("hinders.name_taken", kind=NOUNS[section], name=new, was=tuple(sorted(was)))
        for section, there in used.items()
        for new, was in _by_new_name(there, names.of(section)).items()
        if len(was) > 1
    )


def _by_new_name(used: Iterable[str], names: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for old in used:
        found.setdefault(names.get(old, old), set()).add(old)
    return found


def _of_sides(new: Pathway, state: State) -> Iterator[Message]:
    for side in state.sides:
        if side not in new.definition.sides:
            yield message("hinders.side_gone", side=side)
    first = next(iter(state.sides), new.first_side)
    if first != new.first_side:
        yield message("hinders.other_first_side", side=first, now=new.first_side)


def _of_stages(old: Pathway, new: Pathway, state: State, names: Renames) -> Iterator[Message]:
    for name, status in state.stages.items():
        if status in STAGE_UNDER_WAY and name not in new.stages:
            yield message("hinders.stage_gone", stage=name, status=status)
        resumed = any(name in new.suspended_by(each) for each in _raised(new, state))
        if status == StageStatus.SUSPENDED and not resumed:
            yield message("hinders.not_resumed", stage=name)
    if not state.ending:
        return
    goes_on = {names.stages.get(name, name): plan.stage for name, plan in old.stages.items()}
    for name, plan in new.stages.items():
        was = goes_on.get(name)
        ends = names.back().ends
        before = was is not None and was.outlives(ends.get(state.ending, state.ending))
        if state.stages.get(name) in STAGE_UNDER_WAY and before != plan.stage.outlives(
            state.ending
        ):
            yield message("hinders.goes_on_otherwise", stage=name)


def _of_steps(old: Pathway, new: Pathway, state: State, names: Renames) -> Iterator[Message]:
    before = {names.steps.get(name, name): plan for name, plan in old.steps.items()}
    for name, status in state.steps.items():
        if status not in STEP_UNDER_WAY:
            continue
        plan = new.steps.get(name)
        if plan is None:
            yield message("hinders.step_gone", step=name, status=status)
            continue
        stage = state.stages.get(plan.stage)
        was_in = names.stages.get(before[name].stage, before[name].stage)
        if stage == StageStatus.CLOSED and plan.stage == was_in:
            continue  # its stage was closed over it, as the case is about to end
        if stage not in ENTERED:
            yield message("hinders.step_alone", step=name, status=status, stage=plan.stage)
        elif status == StepStatus.OPEN and bool(before[name].step.series) != bool(plan.step.series):
            yield message("hinders.series_changed", step=name)


def _raised(new: Pathway, state: State) -> list[str]:
    return [name for name in state.interrupts if name in new.definition.interrupts]


def _of_names(new: Pathway, state: State) -> Iterator[Message]:
    d = new.definition
    needed = {
        "consents": state.consents,
        "interrupts": state.interrupts,
        "roles": state.barred_roles,
        "ends": filter(None, (state.end, state.closing)),
    }
    for section, used in needed.items():
        for name in used:
            if name not in getattr(d, section):
                yield message("hinders.name_gone", kind=NOUNS[section], name=name)
    for name in state.consents:
        if name in d.consents and name not in new.consent_steps:
            yield message("hinders.nothing_asks", consent=name)


def _of_data(old: Pathway, new: Pathway, state: State, names: Renames) -> Iterator[Message]:
    for name in state.protected:
        field = new.definition.data.get(name)
        if field is not None and not field.is_protected:
            yield message("hinders.open_now", field=name)
    before = {names.data.get(name, name): field for name, field in old.definition.data.items()}
    for name, answer in state.data.items():
        field, was = new.definition.data.get(name), before.get(name)
        if field is None or was is None:
            continue
        if field.is_protected:
            yield message("hinders.protected_now", field=name)
        elif (field.type, field.many) != (was.type, was.many):
            yield message("hinders.other_type", field=name)
        elif field.words and _is_lost(field.words, answer):
            # To name the word would reveal the answer to operators, who read this.
            yield message("hinders.words_gone", field=name)


def _is_lost(words: tuple[str, ...], answer: Answer) -> bool:
    found = answer if isinstance(answer, tuple) else (answer,)
    return any(isinstance(each, str) and each not in words for each in found)


def _of_task(new: Pathway, state: State, task: Task) -> Iterator[Message]:
    if task.role and task.role != RESPONSIBLE and task.role not in new.roles:
        yield message("hinders.role_of_task_gone", task=task.id, role=task.role)
    for role in task.also:
        if role != RESPONSIBLE and role not in new.roles:
            yield message("hinders.other_role_gone", task=task.id, role=role)
    if task.kind is TaskKind.REVIEW:
        return
    if task.kind is TaskKind.RESOLVE:
        interrupt = new.definition.interrupts.get(task.step)
        if interrupt is None or not interrupt.is_looked_after:
            yield message("hinders.not_to_resolve", task=task.id, interrupt=task.step)
        return
    if task.kind in (TaskKind.CLOSING, TaskKind.APPROVAL):
        end = new.ends.get(task.step)
        is_approval = task.kind is TaskKind.APPROVAL
        if not end or not (end.approved_by if is_approval else end.takes_closing):
            yield message("hinders.no_closing", task=task.id, end=task.step)
        return
    plan = new.steps.get(task.step)
    if plan is None:
        yield message("hinders.step_of_task_gone", task=task.id, step=task.step)
    else:
        yield from _of_step(state, task, plan)


def _of_step(state: State, task: Task, plan: StepPlan) -> Iterator[Message]:
    stage = state.stages.get(plan.stage)
    if stage not in ENTERED:
        yield message("hinders.task_alone", task=task.id, stage=plan.stage)
    elif task.status == TaskStatus.SUSPENDED and stage != StageStatus.SUSPENDED:
        yield message("hinders.task_rests_alone", task=task.id, stage=plan.stage)
    if task.kind in FROM_STEP:
        if DOES[task.kind] != plan.step.does or (task.kind is TaskKind.VOTE) != bool(
            plan.step.panel
        ):
            yield message("hinders.other_work", task=task.id, step=plan.name)
        members = (plan.step.panel or _NO_PANEL).members
        if task.kind is TaskKind.VOTE and seat_of(task) not in members:
            yield message("hinders.no_member", task=task.id, seat=seat_of(task))
    elif task.kind is TaskKind.ARRIVAL and not plan.step.arrival:
        yield message("hinders.nobody_arrives", task=task.id, step=plan.name)
    elif task.kind is TaskKind.FEEDBACK and not plan.step.feedback:
        yield message("hinders.no_feedback", task=task.id, step=plan.name)


class _NoPanel:
    members: tuple[str, ...] = ()


_NO_PANEL = _NoPanel()


def _of_request(new: Pathway, asked: HandOver) -> Iterator[Message]:
    plan, request, status = new.steps.get(asked.step), asked.id, asked.status
    if plan is None or not plan.step.hand_over:
        yield message("hinders.asks_nobody", request=request, status=status, step=asked.step)
        return
    role = asked.role
    if role not in new.roles:
        yield message("hinders.role_of_request_gone", request=request, status=status, role=role)
    elif role not in plan.receivers:
        yield message("hinders.other_receivers", request=request, status=status, role=role)
    if (plan.step.kind or "request") != asked.kind:
        yield message("hinders.other_kind", request=request, kind=asked.kind, step=asked.step)
    if more := tuple(sorted(set(plan.needs) - set(asked.consents))):
        yield message("hinders.without_consent", request=request, consents=more)

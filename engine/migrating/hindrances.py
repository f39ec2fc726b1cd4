"""Why a case cannot be moved: what is open in it, or was answered, has no place in the new version."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.four_eyes import seat_of
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import FROM_STEP, RESPONSIBLE, HandOver, State, Task, TaskKind
from engine.versions.renames import NOUNS, Renames

_OVER = frozenset({"declined", "revoked", "closed"})
"""What became of a request about which nothing more can come."""


def hindrances(old: Pathway, new: Pathway, state: State, names: Renames) -> list[str]:
    """Everything that stands against it, in words; the case can be moved if there is nothing.

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
        if task.is_open or task.status == "suspended":
            found += _of_task(new, state, task)
    for asked in state.hand_overs.values():
        if asked.status not in _OVER:
            found += _of_request(new, asked)
    return list(dict.fromkeys(found))


def clashes(state: State, names: Renames) -> list[str]:
    """Where two things of a case would have one name: what was called so is called otherwise now, or
    again, and something new has its name.

    Args:
        state: in the old names.
    """
    used: dict[str, Collection[str]] = {
        "roles": state.roles,
        "data": (*state.data, *state.protected),
        "consents": state.consents,
        "clocks": [each.about for each in state.clocks.values() if each.kind == "named"],
        "stages": state.stages,
        "steps": state.steps,
        "interrupts": state.interrupts,
    }
    return [
        f"{NOUNS[section]} {new} has been used in it, and is what {old} is called there"
        for section, there in used.items()
        for old, new in names.of(section).items()
        if old in there and new in there
    ]


def _of_sides(new: Pathway, state: State) -> Iterator[str]:
    for side in state.sides:
        if side not in new.definition.sides:
            yield f"side {side} is bound, and there is none of that name any more"
    first = next(iter(state.sides), new.first_side)
    if first != new.first_side:
        yield f"it was opened on side {first}, and cases open on {new.first_side} now"


def _of_stages(old: Pathway, new: Pathway, state: State, names: Renames) -> Iterator[str]:
    for name, status in state.stages.items():
        if status in ("open", "suspended") and name not in new.stages:
            yield f"stage {name} is {status}, and is gone"
        resumed = any(name in new.suspended_by(each) for each in _raised(new, state))
        if status == "suspended" and not resumed:
            yield f"stage {name} is suspended, and nothing that was raised would resume it"
    if not state.ending:
        return
    goes_on = {names.stages.get(name, name): plan.stage for name, plan in old.stages.items()}
    for name, plan in new.stages.items():
        was = goes_on.get(name)
        ends = names.back().ends
        before = was is not None and was.outlives(ends.get(state.ending, state.ending))
        if state.stages.get(name) in ("open", "suspended") and before != plan.stage.outlives(
            state.ending
        ):
            yield f"the case has its end, and stage {name} would no longer go on as it does"


def _of_steps(old: Pathway, new: Pathway, state: State, names: Renames) -> Iterator[str]:
    before = {names.steps.get(name, name): plan.step for name, plan in old.steps.items()}
    for name, status in state.steps.items():
        if status not in ("open", "waiting"):
            continue
        plan = new.steps.get(name)
        if plan is None:
            yield f"step {name} is {status}, and is gone"
        elif state.stages.get(plan.stage) not in ("open", "suspended", "ended"):
            yield f"step {name} is {status}, and stage {plan.stage}, to which it belongs now, is not"
        elif status == "open" and bool(before[name].series) != bool(plan.step.series):
            yield f"step {name} is open, and whether it is a series has changed"


def _raised(new: Pathway, state: State) -> list[str]:
    return [name for name in state.interrupts if name in new.definition.interrupts]


def _of_names(new: Pathway, state: State) -> Iterator[str]:
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
                yield f"{NOUNS[section]} {name} has been used in it, and is gone"
    for name in state.consents:
        if name in d.consents and name not in new.consent_steps:
            yield f"nothing asks for consent {name} any more"


def _of_data(old: Pathway, new: Pathway, state: State, names: Renames) -> Iterator[str]:
    for name in state.protected:
        field = new.definition.data.get(name)
        if field is not None and not field.is_protected:
            yield f"field {name} was answered as protected, and is open now"
    before = {names.data.get(name, name): field for name, field in old.definition.data.items()}
    for name, answer in state.data.items():
        field, was = new.definition.data.get(name), before.get(name)
        if field is None or was is None:
            continue
        if field.is_protected:
            yield f"field {name} was answered openly, and is protected now"
        elif (field.type, field.many) != (was.type, was.many):
            yield f"field {name} is answered, and is of another type now"
        elif field.words and (
            lost := {answer} - set(field.words)
            if isinstance(answer, str)
            else _lost(field.words, answer)
        ):
            yield f"field {name} is answered with {', '.join(map(str, sorted(lost)))}, which is gone"


def _lost(words: tuple[str, ...], answer: object) -> set[str]:
    return (
        {str(each) for each in answer if each not in words} if isinstance(answer, tuple) else set()
    )


def _of_task(new: Pathway, state: State, task: Task) -> Iterator[str]:
    if task.role and task.role != RESPONSIBLE and task.role not in new.roles:
        yield f"task {task.id} is open for role {task.role}, which is gone"
    for role in task.also:
        if role != RESPONSIBLE and role not in new.roles:
            yield f"task {task.id} is open for role {role} too, which is gone"
    if task.kind is TaskKind.REVIEW:
        return
    if task.kind is TaskKind.RESOLVE:
        interrupt = new.definition.interrupts.get(task.step)
        if interrupt is None or not interrupt.is_looked_after:
            yield f"task {task.id} is open, and interrupt {task.step} is not to be resolved any more"
        return
    if task.kind in (TaskKind.CLOSING, TaskKind.APPROVAL):
        end = new.ends.get(task.step)
        if end is None or not end.takes_closing:
            yield f"task {task.id} is open, and end {task.step} takes no closing any more"
        return
    plan = new.steps.get(task.step)
    if plan is None:
        yield f"task {task.id} is open, and step {task.step} is gone"
    else:
        yield from _of_step(state, task, plan)


_DOES = {
    TaskKind.WORK: "work",
    TaskKind.DECISION: "decision",
    TaskKind.VOTE: "decision",
    TaskKind.CONSENT: "consent",
    TaskKind.OFFER: "hand_over",
}


def _of_step(state: State, task: Task, plan: StepPlan) -> Iterator[str]:
    stage = state.stages.get(plan.stage)
    if stage not in ("open", "suspended", "ended"):
        yield f"task {task.id} is open, and stage {plan.stage}, to which it belongs now, is not"
    elif task.status == "suspended" and stage != "suspended":
        yield f"task {task.id} is suspended, and stage {plan.stage}, to which it belongs now, is not"
    if task.kind in FROM_STEP:
        if _DOES[task.kind] != plan.step.does or (task.kind is TaskKind.VOTE) != bool(
            plan.step.panel
        ):
            yield f"task {task.id} is open, and something else is done in step {plan.name} now"
        members = (plan.step.panel or _NO_PANEL).members
        if task.kind is TaskKind.VOTE and seat_of(task) not in members:
            yield f"task {task.id} is the vote of {seat_of(task)}, who is no member any more"
    elif task.kind is TaskKind.ARRIVAL and not plan.step.arrival:
        yield f"task {task.id} is open, and nobody arrives in step {plan.name} any more"
    elif task.kind is TaskKind.FEEDBACK and not plan.step.feedback:
        yield f"task {task.id} is open, and step {plan.name} asks for no feedback any more"


class _NoPanel:
    members: tuple[str, ...] = ()


_NO_PANEL = _NoPanel()


def _of_request(new: Pathway, asked: HandOver) -> Iterator[str]:
    plan = new.steps.get(asked.step)
    if plan is None or not plan.step.hand_over:
        yield f"request {asked.id} is {asked.status}, and step {asked.step} asks nobody any more"
        return
    if asked.role not in new.roles:
        yield f"request {asked.id} is {asked.status}, and role {asked.role} is gone"
    elif asked.role not in plan.receivers:
        yield f"request {asked.id} is {asked.status}, and is not for role {asked.role} any more"
    if (plan.step.kind or "request") != asked.kind:
        yield f"request {asked.id} is a {asked.kind}, and step {asked.step} sends another kind now"
    if set(asked.consents) < set(plan.needs):
        more = ", ".join(sorted(set(plan.needs) - set(asked.consents)))
        yield f"request {asked.id} was sent without consent {more}, which it needs now"

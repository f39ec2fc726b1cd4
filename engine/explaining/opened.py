"""Why a task, request, step or stage was opened, given the case at that time."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Stage, Step
from engine.explaining.after_lapse import what_followed
from engine.explaining.history import Then, moves_stage, moves_step
from engine.explaining.reasons import CaseHistory, Reason, is_about
from engine.facts import BegunAgain, InterruptRaised, StepMoved
from engine.message import message
from engine.plans import StagePlan, StepPlan
from engine.state import HandOver, Task
from engine.statuses import ConsentStatus, StageStatus, StepStatus
from engine.task_kinds import FROM_STEP, TaskKind
from engine.versions.renaming import renamed_expression


def of_task(known: CaseHistory, task: Task) -> Iterator[Reason]:
    """Why a task was opened."""
    if task.kind not in FROM_STEP:
        yield from _following(known, task)
        return
    yield from _of_step(known, task.step, _opening(known, task))
    number = known.state.runs.get(task.step, 1)
    if number > 1 and "." in task.id and known.sees_all:  # earlier runs may have been others'
        yield Reason(said=message("why.again.run", run=task.id.split(".")[1]))


def _following(known: CaseHistory, task: Task) -> Iterator[Reason]:
    follows = message(f"why.follows.{task.kind}")
    if task.kind is TaskKind.REVIEW and task.step != "review":
        yield Reason(said=message("why.follows.lapse"))
        yield from what_followed(known, task.step)
    elif task.kind is TaskKind.RESOLVE:
        raised = known.state.moments.get(f"interrupt.{task.step}")
        said = message("why.interrupt.follows", follows=follows, interrupt=task.step)
        yield Reason(said=said, at=raised)
    elif task.hand_over:
        yield Reason(said=message("why.request.follows", follows=follows, request=task.hand_over))
    else:
        yield Reason(said=follows)


def of_request(known: CaseHistory, asked: HandOver) -> Iterator[Reason]:
    """Why a request was made."""
    yield from _of_step(known, asked.step, _opening(known, asked))


def of_step(known: CaseHistory, name: str) -> Iterator[Reason]:
    """Why a step was last opened."""
    yield from _of_step(known, name, known.before(moves_step(name, StepStatus.OPEN)))


def _opening(known: CaseHistory, work: HandOver | Task) -> Then:
    """The case when the step opened for this task or request. The step may have opened again since,
    for another task or request, perhaps under another version.
    """
    is_opened, is_its = moves_step(work.step, StepStatus.OPEN), is_about(work)
    history = [*known.history()]
    first = next((place for place, then in reversed([*enumerate(history)]) if is_its(then)), 0)
    return next(filter(is_opened, history[first:]), known.before(is_opened))


def _of_step(known: CaseHistory, name: str, then: Then) -> Iterator[Reason]:
    plan = then.step(name) or known.view.pathway.steps.get(name)
    if plan is None:
        return
    was = known.state_at(then)
    yield from known.moved_since(then)
    forced = [each for each in was.overrides if each.step == plan.name and each.how == "opened"]
    if forced:
        said = message("why.act.opened", reason=forced[-1].reason)
        if known.sees_all:
            by = forced[-1].agency
            said = message("why.act.opened_by", reason=forced[-1].reason, agency=by)
        yield Reason(said=said, at=forced[-1].at)
        return
    if plan.step.manual:
        yield Reason(said=message("why.act.asked_for"))
    stage = then.name_now("stages", plan.stage)
    yield from _again(known, steps=name, stages=stage)
    if known.sees_all:
        entered = was.moments.get(f"{plan.stage}.entered")
        yield Reason(said=message("why.stage.entered", stage=stage), at=entered)
    yield from came_first(known, plan.step, then)
    yield from _held(known, plan, plan.step, _asked(known, name, then))
    for each in (*plan.needs, *plan.reconfirm):
        consent = then.name_now("consents", each)
        given, now = was.consents.get(each), known.state.consents.get(consent)
        if given is not None and given.status == ConsentStatus.GIVEN:
            said = message("why.consent.stands", consent=consent)
            if now is not None and now.status != ConsentStatus.GIVEN:
                status = message(f"status.consent.{now.status}")
                said = message("why.consent.stood", consent=consent, status=status)
            yield Reason(said=said, at=given.given_at)
    yield from _alarms(known, name)
    floor = plan.step.not_before
    if floor and f"{name}.opened" in known.state.moments:
        is_shown = known.sees_each(floor.anchors, then)
        came = message("why.floor.came", moment=str(renamed_expression(floor.time, then.names)))
        yield Reason(said=came if is_shown else message("why.floor.came_hidden"))


def of_stage(known: CaseHistory, name: str) -> Iterator[Reason]:
    """Why a stage was entered."""
    then = known.before(moves_stage(name, StageStatus.OPEN))
    plan = then.stage(name) or known.view.pathway.stages.get(name)
    if plan is None:
        return
    yield from known.moved_since(then)
    yield from _again(known, stages=name)
    yield from came_first(known, plan.stage, then)
    yield from _held(known, plan, plan.stage, then)


def came_first(known: CaseHistory, part: Step | Stage, then: Then) -> Iterator[Reason]:
    """The parts named in `after` that had a status by then, each with that status."""
    was = known.state_at(then)
    if not part.after.names:
        yield Reason(said=message("why.after.nothing"))
    for name in part.after.names:
        status, now = was.steps.get(name) or was.stages.get(name), then.part_now(name)
        if status and not known.sees_step(now):
            yield Reason(said=message("why.hidden.after"))
        elif status:
            ended = was.moments.get(f"{name}.done") or was.moments.get(f"{name}.ended")
            how = known.settled(name, then) or message(f"status.part.{status}")
            yield Reason(said=message("why.after.part", name=now, status=how), at=ended)


def _asked(known: CaseHistory, name: str, then: Then) -> Then:
    """The case when a step's `when` was read. That is when the step opened or, if a late report had
    made the step wait for its `not_before`, when the wait began.
    """
    is_asked_again = then.name_of("steps", name) in then.pathway.asked_again
    for each in () if is_asked_again else known.history():
        moved = isinstance(each.fact, StepMoved) and each.fact.step == each.name_of("steps", name)
        if moved and each.place < then.place:
            return each if each.read_at else then
    return then


def _held(
    known: CaseHistory, plan: StepPlan | StagePlan, part: Step | Stage, then: Then
) -> Iterator[Reason]:
    if part.when is not None:
        yield known.weigh(message("why.reads.held"), part.when, then)
    if part.one_of:
        before = then.pathway.preferred.get(plan.name, ())
        said = message("why.choice.first", choice=part.one_of)
        if part.when is None:
            said = message("why.choice.last", choice=part.one_of)
        elif before and known.sees_all:
            passed = tuple(map(then.part_now, before))
            said = message("why.choice.first_of", choice=part.one_of, passed=passed)
        yield Reason(said=said)


def _alarms(known: CaseHistory, step: str) -> Iterator[Reason]:
    """For a step that confirms or ends a basis of vital interest: why the alarm behind that basis
    was raised. Operators are not told.
    """
    if not known.agency:  # an operator reads nothing about the person
        return
    for name in (each for each, steps in known.view.pathway.alarms.items() if step in steps):
        raised = (
            then.fact.reason
            for then in known.history()
            if isinstance(then.fact, InterruptRaised)
            and then.name_now("interrupts", then.fact.name) == name
        )
        if reason := next(raised, ""):
            at = known.state.moments.get(f"interrupt.{name}")
            yield Reason(said=message("why.interrupt.alarm", interrupt=name, reason=reason), at=at)


def _again(known: CaseHistory, *, stages: str, steps: str = "") -> Iterator[Reason]:
    begun = sum(
        then.name_of("stages", stages) in then.fact.stages
        or then.name_of("steps", steps) in then.fact.steps
        for then in known.history()
        if isinstance(then.fact, BegunAgain)
    )
    if begun and known.sees_all:  # nobody learns how often others had to begin again
        yield Reason(said=message("why.again.begun", n=begun))

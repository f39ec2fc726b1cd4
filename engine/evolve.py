"""How a fact changes the state. Replaying facts needs nothing else: no registry, no calendars,
no decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from engine import facts as f
from engine.state import State
from engine.statuses import CasePhase, TaskStatus
from engine.versions.renaming import renamed

T = TypeVar("T")
_ASSIGNED, _CLAIMED = TaskStatus.ASSIGNED, TaskStatus.CLAIMED
_DONE, _WITHDRAWN = TaskStatus.DONE, TaskStatus.WITHDRAWN


def evolve(state: State, fact: f.AnyFact) -> State:
    """The state after a fact."""
    return RULES[type(fact)](state, fact)


def replay(facts: Iterable[f.AnyFact], state: State | None = None) -> State:
    """The state that a log leads to."""
    state = state or State()
    for fact in facts:
        state = evolve(state, fact)
    return state


def _with(entries: dict[str, T], key: str, value: T) -> dict[str, T]:
    return {**entries, key: value}


def _case_opened(state: State, fact: f.CaseOpened) -> State:
    return replace(
        state,
        code=fact.code,
        pathway=fact.pathway,
        version=fact.version,
        status=CasePhase.OPEN,
        opened_by=fact.agency,
        responsible=fact.agency,
    )


def _panel_called(state: State, fact: f.PanelCalled) -> State:
    return replace(state, runs=_with(state.runs, fact.step, state.runs.get(fact.step, 0) + 1))


def _begun_again(state: State, fact: f.BegunAgain) -> State:
    """Forget statuses, outcomes and moments; run numbers keep counting."""
    gone = {*fact.stages, *fact.steps}
    returns = state.returns
    if fact.back_to:
        returns = _with(returns, fact.back_to, returns.get(fact.back_to, 0) + 1)
    return replace(
        state,
        stages={name: each for name, each in state.stages.items() if name not in gone},
        steps={name: each for name, each in state.steps.items() if name not in gone},
        decisions={name: each for name, each in state.decisions.items() if name not in gone},
        moments={n: at for n, at in state.moments.items() if n.partition(".")[0] not in gone},
        runs_before=state.runs_before | {name: state.runs.get(name, 0) for name in fact.steps},
        rounds=state.rounds | fact.stages,
        returns=returns,
    )


def _clocks_forgotten(state: State, fact: f.ClocksForgotten) -> State:
    keys = {f"clock.{name}" for name in fact.names}
    return replace(
        state,
        clocks={key: clock for key, clock in state.clocks.items() if key not in keys},
        moments={name: at for name, at in state.moments.items() if name not in keys},
        over={name: why for name, why in state.over.items() if name not in fact.names},
    )


def _task_opened(state: State, fact: f.TaskOpened) -> State:
    task = fact.task
    runs = state.runs
    if task.id.count(".") == 1:  # a run of the step itself, not what follows from one
        runs = _with(runs, task.step, runs.get(task.step, 0) + 1)
    return replace(state, tasks=_with(state.tasks, task.id, task), runs=runs)


def _task_assigned(state: State, fact: f.TaskAssigned) -> State:
    task = replace(
        state.tasks[fact.task],
        role=fact.role or state.tasks[fact.task].role,
        agency=fact.agency,
        also=fact.also,
        status=_ASSIGNED,
        claimed_by="",
        declined_by=fact.declined_by,
    )
    return replace(state, tasks=_with(state.tasks, task.id, task))


def _task_shared(state: State, fact: f.TaskShared) -> State:
    task = replace(state.tasks[fact.task], also=fact.also, declined_by=fact.declined_by)
    return replace(state, tasks=_with(state.tasks, task.id, task))


def _task_declined(state: State, fact: f.TaskDeclined) -> State:
    task = state.tasks[fact.task]
    declined = (*task.declined_by, fact.agency)
    task = replace(task, status=TaskStatus.ASSIGNED, claimed_by="", declined_by=declined)
    return replace(state, tasks=_with(state.tasks, task.id, task))


def _task_moved(state: State, fact: f.TaskMoved) -> State:
    task = replace(state.tasks[fact.task], status=fact.status)
    if fact.status == _CLAIMED:
        task = replace(task, claimed_by=fact.by)
    elif fact.status == _DONE:
        task = replace(task, done_at=fact.at, done_by=fact.by, outcome=fact.outcome)
    elif fact.status == _WITHDRAWN:
        task = replace(task, also={})
    return replace(state, tasks=_with(state.tasks, task.id, task))


def _task_overdue(state: State, fact: f.TaskOverdue) -> State:
    task = replace(state.tasks[fact.task], overdue=True)
    return replace(state, tasks=_with(state.tasks, task.id, task))


def _task_in_time(state: State, fact: f.TaskInTime) -> State:
    task = replace(state.tasks[fact.task], overdue=False)
    return replace(state, tasks=_with(state.tasks, task.id, task))


def _form_recorded(state: State, fact: f.FormRecorded) -> State:
    known = tuple(dict.fromkeys((*state.protected, *fact.protected)))
    return replace(state, data={**state.data, **fact.answers}, protected=known)


def _hand_over_offered(state: State, fact: f.HandOverOffered) -> State:
    offered = fact.hand_over
    runs = _with(state.runs, offered.step, state.runs.get(offered.step, 0) + 1)
    return replace(state, hand_overs=_with(state.hand_overs, offered.id, offered), runs=runs)


def _hand_over_moved(state: State, fact: f.HandOverMoved) -> State:
    before = state.hand_overs[fact.hand_over]
    after = replace(
        before,
        status=fact.status,
        conditions=fact.conditions or before.conditions,
        reason=fact.reason or before.reason,
    )
    return replace(state, hand_overs=_with(state.hand_overs, after.id, after))


def _hand_over_late(state: State, fact: f.HandOverLate) -> State:
    late = replace(state.hand_overs[fact.hand_over], overdue=True)
    return replace(state, hand_overs=_with(state.hand_overs, late.id, late))


def _hand_over_in_time(state: State, fact: f.HandOverInTime) -> State:
    answered = replace(state.hand_overs[fact.hand_over], in_time=True)
    return replace(state, hand_overs=_with(state.hand_overs, answered.id, answered))


def _clock_set(state: State, fact: f.ClockSet | f.ClockMoved) -> State:
    clock = fact.clock
    state = replace(state, clocks=_with(state.clocks, clock.key, clock))
    if clock.kind == "due" and clock.about in state.tasks:
        task = replace(state.tasks[clock.about], due_at=clock.at)
        state = replace(state, tasks=_with(state.tasks, task.id, task))
    elif clock.kind in ("answer", "waiting"):
        asked = replace(state.hand_overs[clock.about], answer_by=clock.at)
        state = replace(state, hand_overs=_with(state.hand_overs, asked.id, asked))
    elif clock.kind == "expiry":
        name = clock.about.removeprefix("consent.")
        given = replace(state.consents[name], expires_at=clock.at)
        state = replace(state, consents=_with(state.consents, name, given))
    return state


def _clock_reached(state: State, fact: f.ClockReached) -> State:
    left = {key: clock for key, clock in state.clocks.items() if key != fact.key}
    clock, over = state.clocks[fact.key], state.over
    if clock.kind == "named" and fact.because:
        over = _with(over, clock.about, fact.because)
    return replace(state, clocks=left, over=over)


def _clocks_stopped(state: State, fact: f.ClocksStopped) -> State:
    left = {key: clock for key, clock in state.clocks.items() if key not in fact.keys}
    return replace(state, clocks=left)


def _person_known(state: State, fact: f.PersonKnown) -> State:
    known = tuple(dict.fromkeys((*state.protected, *fact.fields)))
    return replace(state, protected=known, from_before=fact.fields)


def _side_bound(state: State, fact: f.SideBound) -> State:
    return replace(state, sides=_with(state.sides, fact.side, fact.country))


def _side_barred(state: State, fact: f.SideBarred) -> State:
    return replace(state, barred=(*state.barred, fact.side))


def _agency_permitted(state: State, fact: f.AgencyPermitted) -> State:
    left = tuple(agency for agency in state.prohibited if agency != fact.agency)
    return replace(state, prohibited=left)


def _interrupt_resolved(state: State, fact: f.InterruptResolved) -> State:
    left = tuple(name for name in state.interrupts if name != fact.name)
    decisions = state.decisions
    if fact.outcome:
        decisions = _with(decisions, f"interrupt.{fact.name}", fact.outcome)
    return replace(state, interrupts=left, decisions=decisions)


def _ended(state: State, fact: f.CaseEnded) -> State:
    """Stop every clock when the case ends."""
    kept = {key: state.clocks[key] for key in fact.kept}
    return replace(
        state, status=CasePhase.ENDED, end=fact.end, closing="", clocks={}, kept_clocks=kept
    )


def _reopened(state: State, fact: f.CaseReopened) -> State:
    """Undo the end: interrupts are over, and named clocks resume."""
    moments = {name: at for name, at in state.moments.items() if name != "case.ended"}
    clocks = state.kept_clocks
    state = replace(state, status=fact.status, end="", interrupts=(), moments=moments)
    return replace(state, clocks=clocks, kept_clocks={})


def _lifted(state: State, fact: f.DeadlineLifted) -> State:
    clock = state.clocks[fact.key]
    left = {key: each for key, each in state.clocks.items() if key != fact.key}
    state = replace(state, clocks=left)
    if clock.kind == "due" and clock.about in state.tasks:
        task = replace(state.tasks[clock.about], due_at=None)
        return replace(state, tasks=_with(state.tasks, task.id, task))
    if clock.kind in ("answer", "waiting"):
        asked = replace(state.hand_overs[clock.about], answer_by=None)
        return replace(state, hand_overs=_with(state.hand_overs, asked.id, asked))
    return state


def _migrated(state: State, fact: f.CaseMigrated) -> State:
    return replace(renamed(state, fact.names), version=fact.version)


def _unchanged(state: State, fact: f.Fact) -> State:
    return state


RULES: dict[type[Any], Callable[[State, Any], State]] = {
    f.CaseOpened: _case_opened,
    f.SideBound: _side_bound,
    f.PersonKnown: _person_known,
    f.SideBarred: _side_barred,
    f.RoleBarred: lambda s, x: replace(s, barred_roles=(*s.barred_roles, x.role)),
    f.AgencyProhibited: lambda s, x: replace(s, prohibited=(*s.prohibited, x.agency)),
    f.AgencyPermitted: _agency_permitted,
    f.RoleBound: lambda s, x: replace(s, roles=_with(s.roles, x.role, x.agency)),
    f.ResponsibilityMoved: lambda s, x: replace(s, responsible=x.agency),
    f.StageMoved: lambda s, x: replace(s, stages=_with(s.stages, x.stage, x.status)),
    f.StepMoved: lambda s, x: replace(s, steps=_with(s.steps, x.step, x.status)),
    f.BegunAgain: _begun_again,
    f.ClocksForgotten: _clocks_forgotten,
    f.Overridden: lambda s, x: replace(s, overrides=(*s.overrides, x.override)),
    f.PanelCalled: _panel_called,
    f.TaskOpened: _task_opened,
    f.TaskAssigned: _task_assigned,
    f.TaskShared: _task_shared,
    f.TaskDeclined: _task_declined,
    f.TaskMoved: _task_moved,
    f.TaskOverdue: _task_overdue,
    f.TaskInTime: _task_in_time,
    f.FormRecorded: _form_recorded,
    f.DecisionMade: lambda s, x: replace(s, decisions=_with(s.decisions, x.step, x.outcome)),
    f.ConsentChanged: lambda s, x: replace(s, consents=_with(s.consents, x.name, x.consent)),
    f.HandOverOffered: _hand_over_offered,
    f.HandOverMoved: _hand_over_moved,
    f.HandOverLate: _hand_over_late,
    f.HandOverInTime: _hand_over_in_time,
    f.ClockSet: _clock_set,
    f.ClockMoved: _clock_set,
    f.ClockReached: _clock_reached,
    f.ClocksStopped: _clocks_stopped,
    f.MomentNoted: lambda s, x: replace(s, moments=_with(s.moments, x.name, x.at)),
    f.DataSet: lambda s, x: replace(s, data=_with(s.data, x.field, x.value)),
    f.InterruptRaised: lambda s, x: replace(s, interrupts=(*s.interrupts, x.name)),
    f.InterruptResolved: _interrupt_resolved,
    f.CaseLinked: lambda s, x: replace(s, links=_with(s.links, x.case, x.word)),
    f.CaseUnlinked: lambda s, x: replace(
        s, links={case: word for case, word in s.links.items() if case != x.case}
    ),
    f.AlertHeard: _unchanged,
    f.NoticeOwed: lambda s, x: replace(s, notices=x.number),
    f.NoticesCancelled: _unchanged,
    f.NoticeOnItsWay: _unchanged,
    f.DeadlineLifted: _lifted,
    f.CaseMigrated: _migrated,
    # Numbers of notices never come again: they are references.
    f.CaseReverted: lambda s, x: replace(x.state, notices=s.notices),
    f.CaseNotMoved: _unchanged,
    f.PeriodNotCounted: lambda s, x: replace(s, uncounted=(*s.uncounted, x.calendar)),
    f.IdentitySeen: _unchanged,
    f.EndKnown: lambda s, x: replace(s, end=x.end, closing=""),
    f.ClosingBegun: lambda s, x: replace(s, closing=x.end),
    f.CaseReopened: _reopened,
    f.CaseMerged: lambda s, x: replace(s, status=x.status, merged_into=x.into),
    f.CaseUnmerged: lambda s, x: replace(s, status=x.status, merged_into=""),
    f.CaseTakenIn: lambda s, x: replace(s, taken_in=(*s.taken_in, x.case)),
    f.CaseGivenBack: lambda s, x: replace(
        s, taken_in=tuple(code for code in s.taken_in if code != x.case)
    ),
    f.CaseEnded: _ended,
}
"""What each fact changes."""

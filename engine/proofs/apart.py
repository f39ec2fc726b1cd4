"""The keys by which a walk tells situations apart: the parts that can still affect the outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from engine.clock import Clock
from engine.declined import asked_for
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.proofs.readers import Readers
from engine.proofs.reads import NOTHING, Live, Read, joined
from engine.proofs.sidelines import sidelines_of, step_of
from engine.questions import lookup
from engine.state import ConsentState, State, Task
from engine.statuses import (
    AGREED,
    DENIED,
    OPEN_TASK,
    SETTLED,
    UNANSWERED,
    CasePhase,
    ConsentStatus,
    StageStatus,
    StepStatus,
)
from engine.task_kinds import TaskKind
from engine.turns import lapsing, panels

Key = tuple[object, ...]
_GIVEN = ConsentStatus.GIVEN
_OVER = frozenset({StageStatus.ENDED, StageStatus.CLOSED})


class _Progress(NamedTuple):
    """What follows from the status of stages and steps; shared by many situations."""

    live: Live
    stages: Key
    steps: Key
    over: frozenset[str]
    """Sides whose country can no longer affect the outcome."""
    to_do: tuple[str, ...]
    """Roles with something left to do whose agencies are not certain to know of the case."""


class Apart:
    """Computes the keys of situations for a pathway."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway, self.readers = pathway, Readers(pathway)
        self.sidelines = sidelines_of(pathway, self.readers)
        self._looked_at = {line: _looked_at(pathway, line) for line in self.sidelines.lines}
        self._elsewhere, self._of_sides = _elsewhere(pathway), _of_sides(pathway)
        self._main = [name for name in sorted(pathway.steps) if self.sidelines.is_main(name)]
        self._letting_in = [plan for plan in pathway.bases if not plan.is_always_in_force]
        self._progress: dict[Key, _Progress] = {}
        self._reads: dict[Key, Read] = {}
        self._lives: dict[Key, Live] = {}
        self._ready: dict[Read, Live] = {}

    def tells(self, state: State, clock: Clock) -> bool:
        if clock.paused_at is not None:
            return False
        if clock.kind == "due":
            return self._due_tells(state.tasks[clock.about])
        return clock.kind in _TELLING or (clock.kind == "seen" and self.readers.asks("late"))

    def _due_tells(self, task: Task) -> bool:
        """Whether the lateness of a task has an effect: an arrival is missed, a seat on a panel
        stays empty, the step closes, or a condition reads it.
        """
        plan = self.pathway.steps.get(task.step)
        is_asked = self.readers.reads(f"step.{task.step}.overdue")
        return task.kind in _MISSED or is_asked or lapsing.closes(plan, task)

    def key(self, state: State, left: str) -> Key:
        """Everything in a situation that can still affect the outcome, except when things happened.

        Args:
            left: the optional task or request that is left undone; empty if there is none.
        """
        if state.status != CasePhase.OPEN:
            return (state.status, state.end)
        progress = self._progress_of(state)
        return (
            (state.end, state.closing),
            unnumbered(left) if _is_open(state, left) else "",
            progress.stages,
            progress.steps,
            tuple([each for each in sorted(state.sides.items()) if each[0] not in progress.over]),
            (state.barred, state.barred_roles),
            self._told(state, progress.to_do),
            self._interrupts(state),
            *self._work(state, progress.live, self.sidelines.is_main),
        )

    def key_aside(self, state: State, line: frozenset[str]) -> Key:
        """The key of a situation on a sideline, which goes on beside the rest of the case."""
        if state.status != CasePhase.OPEN:
            return (state.status, state.end)
        to_come = self.readers.to_come(state)
        live = self._made_ready(joined(self.readers.of(state, name, to_come) for name in line))
        stages = {self.pathway.steps[name].stage for name in line}
        return (
            tuple((name, state.stages.get(name)) for name in sorted(stages)),
            self._steps(state, live, sorted(line)),
            tuple(sorted(state.sides.items())),
            self._to_come(state, sorted(line)),
            *self._work(state, live, line.__contains__),
        )

    def live(self, state: State, line: frozenset[str], doing: str) -> Live:
        """What the main steps and `line` (if empty, all sidelines) still read once `doing` is done."""
        doing = doing if doing in self.pathway.steps else ""
        standing = (line, *self._standing(state, doing))
        found = self._lives.get(standing)
        if found is None:
            to_come = self.readers.to_come(state, doing)
            beside = line or self.sidelines.steps
            # Answers given elsewhere may decide whether a sideline comes at all.
            aside = joined(self.readers.of(state, name, to_come) for name in beside)
            found = self._lives[standing] = self._made_ready(self._read(state, doing) | aside)
        return found

    def verdicts(self, state: State) -> Key:
        """The results of the comparisons that are still read."""
        return self.readers.verdicts(state, self._progress_of(state).live)

    def _made_ready(self, read: Read) -> Live:
        found = self._ready.get(read)
        if found is None:
            found = self._ready[read] = Live(self.pathway, read)
        return found

    def standing(self, state: State, line: frozenset[str]) -> Key:
        """A short key of a sideline, which is walked only once for situations with the same key."""
        steps, stages, consents = self._looked_at[line]
        return (
            tuple(map(state.steps.get, steps)),
            tuple(map(state.stages.get, stages)),
            tuple(each.status for name in consents if (each := state.consents.get(name))),
            self._to_come(state, steps),
        )

    def _to_come(self, state: State, steps: Iterable[str]) -> Key:
        """What holds back parts that have not opened: their predecessors, and their `when`."""
        plans = [self.pathway.steps[name] for name in steps if name not in state.steps]
        return tuple(
            (
                tuple(
                    state.steps.get(name, state.stages.get(name)) for name in plan.step.after.names
                ),
                plan.when(lookup(state)) if plan.when else None,
            )
            for plan in plans
        )

    def _progress_of(self, state: State) -> _Progress:
        stages = tuple(map(state.stages.get, self.pathway.stages))
        standing = (*stages, *map(state.steps.get, self.pathway.steps))
        found = self._progress.get(standing)
        if found is None:
            live = self._made_ready(self._read(state) | self._asked_aside(state))
            found = self._progress[standing] = _Progress(
                live=live,
                stages=stages,
                steps=self._steps(state, live, self._main),
                over=frozenset(
                    s for s, steps in self._of_sides.items() if self._over(state, steps)
                ),
                to_do=tuple(
                    role
                    for role, steps in self._elsewhere.items()
                    if any(self._goes_by_knowing(state, role, each) for each in steps)
                ),
            )
        return found

    def _asked_aside(self, state: State) -> Read:
        """What the opening of sidelines still to come depends on. Their predecessors may be settled
        only later, so these answers still matter.
        """
        found, to_come = NOTHING, self.readers.to_come(state)
        for name in self.sidelines.steps:
            if _STANDING.get(state.steps.get(name)) == "to come":
                still, before = self.readers.of(state, name, to_come), self.readers.before[name]
                found |= Read(
                    asked=still.asked & before.asked, consents=still.consents & before.consents
                )
        return found

    def _goes_by_knowing(self, state: State, role: str, step: str) -> bool:
        """Whether a role's step may turn out differently if its agency already knows of the case.
        It cannot if the step is over. Nor can it if the step is still to come and needs a consent
        that names the role: while that consent is in force, the agency may know of the case anyway.
        """
        named = {
            name
            for each in self.pathway.steps[step].needs
            for name in self.pathway.consent(each).to
        }
        is_to_come = _STANDING.get(state.steps.get(step)) is not None
        return not (self.readers.is_over(state, step) or (is_to_come and role in named))

    def _over(self, state: State, steps: Iterable[str]) -> bool:
        return all(self.readers.is_over(state, each) for each in steps)

    def _read(self, state: State, doing: str = "") -> Read:
        """Everything that may still be read."""
        standing = self._standing(state, doing)
        found = self._reads.get(standing)
        if found is None:
            found = self.readers.live(state, self.sidelines.steps, doing)
            self._reads[standing] = found
        return found

    def _standing(self, state: State, doing: str) -> Key:
        """What determines which names are still read; for a step, only whether it is pending, open
        or settled.
        """
        return (
            doing,
            *map(state.stages.get, self.pathway.stages),
            *map(_STANDING.get, map(state.steps.get, self.pathway.steps)),
        )

    def _work(self, state: State, live: Live, counts: Callable[[str], bool]) -> Key:
        """The status of the work of the steps that matter here, and everything it depends on."""
        clocks = sorted(
            (each.at, key)
            for key, each in state.clocks.items()
            if counts(step_of(each)) and self.tells(state, each)
        )
        return (
            self.readers.verdicts(state, live),
            self.readers.who(state, live),
            tuple(
                sorted(
                    (task.step, task.kind, task.status)
                    for task in state.open_tasks()
                    if counts(task.step)
                )
            ),
            self._requests(state, counts),
            self._votes(state, counts),
            tuple(
                (name, *_standing(consent))
                for name in live.consents
                if (consent := state.consents.get(name))
            ),
            frozenset(state.moments.keys() & live.anchors),
            tuple(unnumbered(key) for _, key in clocks),
        )

    def _interrupts(self, state: State) -> tuple[str, ...]:
        """The raised interrupts that somebody looks after, or that withdraw a stage or set a field."""
        head = self.pathway.definition.interrupts
        return tuple(
            name
            for name in state.interrupts
            if (each := head[name]).is_looked_after or each.withdraws or each.set
        )

    def _votes(self, state: State, counts: Callable[[str], bool]) -> tuple[object, ...]:
        """For each role on a deciding panel: its vote's status and outcome, and how often an open vote was declined."""
        return tuple(
            (role, task.status, task.outcome, len(task.declined_by) if task.is_open else 0)
            for plan in self.pathway.panels
            if state.steps.get(plan.name) == StepStatus.OPEN and counts(plan.name)
            for role, task in panels.votes(state, plan).items()
        )

    def _requests(self, state: State, counts: Callable[[str], bool]) -> tuple[object, ...]:
        """For each step whose requests still matter, the status of the last one."""
        last = {
            each.step: each.status
            for each in state.hand_overs.values()
            if counts(each.step) and (each.status in UNANSWERED or state.is_of_now(each.id))
        }
        return tuple(
            (step, status)
            for step, status in sorted(last.items())
            if state.steps.get(step) not in SETTLED
            or status in UNANSWERED
            or state.steps.get(self.pathway.arrival_steps.get(step, ""), "done") not in SETTLED
        )

    def _told(self, state: State, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Which of the roles may know of the case."""
        if not roles:
            return ()
        agreed = {
            role
            for each in state.hand_overs.values()
            if each.status in AGREED
            for role in asked_for(self.pathway, each)
        }
        given = [name for name, each in state.consents.items() if each.status == _GIVEN]
        agreed |= {role for name in given for role in self.pathway.consent(name).to}
        ask = lookup(state)
        in_force = (each for each in self._letting_in if each.is_in_force(ask))
        agreed |= {role for each in in_force for role in each.basis.to}
        return tuple([role for role in roles if role in agreed])

    def _steps(self, state: State, live: Live, steps: Iterable[str]) -> tuple[object, ...]:
        """The status of steps. A settled step that nothing counts is given only as settled, and is
        left out once its stage is over.
        """
        over = {stage for stage, how in state.stages.items() if how in _OVER}
        found = []
        for name in steps:
            status = state.steps.get(name)
            if status in SETTLED and name not in live.counted:
                if self.pathway.steps[name].stage not in over:
                    found.append((name, "settled"))
            elif status is not None:
                found.append((name, status))
        return tuple(found)


def _looked_at(pathway: Pathway, line: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The steps of a sideline, their stages and the consents they need."""
    plans = [pathway.steps[name] for name in sorted(line)]
    return (
        tuple(plan.name for plan in plans),
        tuple(dict.fromkeys(plan.stage for plan in plans)),
        tuple(sorted({name for plan in plans for name in plan.needs})),
    )


def roles_in(plan: StepPlan) -> tuple[str, ...]:
    """The roles that do, confirm or decide a step, without the receivers of its requests."""
    members = plan.step.panel.members if plan.step.panel else ()
    confirms = (plan.step.arrival.confirmed_by,) if plan.step.arrival else ()
    return tuple(dict.fromkeys((*plan.step.by, *confirms, *members)))


def _elsewhere(pathway: Pathway) -> dict[str, tuple[str, ...]]:
    """Roles that no basis lets know of the case at all times, with the steps they take part in or may start."""
    found: dict[str, tuple[str, ...]] = {}
    lasting = (each.basis for each in pathway.bases if not (each.when or each.until))
    known = {role for basis in lasting for role in basis.to}
    for plan in pathway.steps.values():
        for role in dict.fromkeys((*roles_in(plan), *plan.step.started_by)):
            if role in pathway.roles and role not in known:
                found[role] = (*found.get(role, ()), plan.name)
    return found


def _of_sides(pathway: Pathway) -> dict[str, tuple[str, ...]]:
    """Sides other than the first, with the steps for which their country matters."""
    found: dict[str, tuple[str, ...]] = {}
    for plan in pathway.steps.values():
        asked = pathway.consent(plan.step.consent).to if plan.step.consent else ()
        named = (*roles_in(plan), *plan.receivers, *asked)
        sides = {pathway.roles[role].side for role in named if role in pathway.roles}
        for side in sorted(sides - {pathway.first_side}):
            found[side] = (*found.get(side, ()), plan.name)
    return found


def _standing(consent: ConsentState) -> tuple[str, str]:
    """The status of a consent that is needed, and who gave it if it is in force; a refusal and a
    withdrawal count as the same, whoever made them.
    """
    if consent.status == ConsentStatus.GIVEN:
        return consent.status, consent.giver
    return ("denied" if consent.status in DENIED else consent.status), ""


_STANDING: dict[str | None, str] = {
    None: "to come",
    "waiting": "to come",
    **dict.fromkeys(SETTLED, "settled"),
}
"""What a step's status means for what is still read; a status not listed means under way."""
_MISSED = frozenset({TaskKind.ARRIVAL, TaskKind.VOTE})
"""Kinds of task whose lateness always does more than trigger a reminder."""
_TELLING = frozenset({"floor", "series", "answer", "expiry", "named", "waiting"})
"""Kinds of clock that always do more than remind."""


def _is_open(state: State, about: str) -> bool:
    task, asked = state.tasks.get(about), state.hand_overs.get(about)
    return bool((task and task.status in OPEN_TASK) or (asked and asked.status in UNANSWERED))


def unnumbered(key: str) -> str:
    """The id of a task, request or clock without its numbers."""
    return _NUMBER.sub("", key)


_NUMBER = re.compile(r"\.\d+")

"""The event loop: cases open, people become free, work gets done, time passes. Pure.

Nothing is stored or sent and no clock is read, so the same arguments give the same results.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import msgspec

from engine import commands as c
from engine import facts as f
from engine.agencies.registry import Registry
from engine.choices import PossibleAct
from engine.decide import decide
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.simulation.desks import Desk, Waiting
from engine.simulation.measures import Measures
from engine.simulation.openings import Plan, SimulatedOpening
from engine.simulation.people import People
from engine.simulation.rates import Rates
from engine.simulation.results import Results
from engine.simulation.sharing import Sharing
from engine.simulation.wake_times import Waking
from engine.state import HandOver, State, Task
from engine.statuses import (
    OPEN_TASK,
    UNANSWERED,
    CasePhase,
    ConsentStatus,
    RequestStatus,
    StageStatus,
)
from engine.time.calendars import Calendars
from engine.view import View

HORIZON = timedelta(days=4 * 365)
"""How long the simulation goes on once no more cases are opened; whatever is open at its end stays
open.
"""
_TRY_AGAIN = timedelta(days=7)
"""How long somebody waits before trying again to raise an interrupt, or to start a manual step, where
that was not possible.
"""


class SimulatedCase(msgspec.Struct, kw_only=True):
    """One case in progress."""

    number: int
    opened: datetime
    state: State
    doing: dict[str, Waiting]
    """By task or request: what somebody has to do, or is doing."""
    silent: set[str] = msgspec.field(default_factory=set)
    """Requests whose receivers have done nothing since their time to answer passed."""
    entered: set[str] = msgspec.field(default_factory=set)
    """Stages that were entered, once or more often."""
    wakes: datetime | None = None


class SimulatedWorld:
    """All cases, and the agencies they share.

    Args:
        progress: called with the number of finished cases, whenever one finishes.
    """

    def __init__(
        self,
        pathway: Pathway,
        registry: Registry,
        calendars: Calendars,
        people: People,
        desks: dict[str, Desk],
        measures: Measures,
        progress: Callable[[int], None],
    ) -> None:
        self._pathway, self._registry, self._calendars = pathway, registry, calendars
        self._people, self._desks, self._measures = people, desks, measures
        self._waking = Waking(pathway)
        self._sharing = Sharing(pathway, registry)
        self._progress = progress
        self._agenda: list[tuple[datetime, int, Callable[[datetime, Any], None], Any]] = []
        self._number = 0
        self._cases: dict[int, SimulatedCase] = {}
        self._following: dict[type, Callable[[SimulatedCase, Any, datetime], None]] = {
            f.TaskOpened: self._task_opened,
            f.TaskAssigned: self._task_moved,
            f.TaskMoved: self._task_moved,
            f.HandOverOffered: self._request_came,
            f.HandOverMoved: self._request_moved,
            f.ConsentChanged: self._consent_changed,
            f.StageMoved: self._stage_moved,
        }

    def run(self, openings: list[SimulatedOpening], until: datetime) -> None:
        """Open these cases and play them up to `until`. Record those that are still open then."""
        for opening in openings:
            self._at(opening.at, self._open, opening)
        while self._agenda and self._agenda[0][0] <= until:
            at, _, what, subject = heappop(self._agenda)
            what(at, subject)
        for case in self._cases.values():
            self._measures.left_open(case.state, case.silent, until)

    def _at(self, at: datetime, what: Callable[[datetime, Any], None], subject: Any) -> None:
        self._number += 1  # at one moment, things happen in the order planned
        heappush(self._agenda, (at, self._number, what, subject))

    # turns

    def _open(self, now: datetime, opening: SimulatedOpening) -> None:
        case = SimulatedCase(number=opening.number, opened=now, state=State(), doing={})
        self._cases[case.number] = case
        act = c.OpenCase(code=f"CASE-{case.number}", country=opening.country)
        self._turn(case, act, opening.agency, "", now)
        for at, name in self._people.interruptions(case.number, now):
            self._at(at, self._own_accord, (case, "raise", name))

    def _turn(
        self, case: SimulatedCase, act: c.AnyAct, agency: str, person: str, now: datetime
    ) -> None:
        """Apply a command. Raises Refusal."""
        command = c.Command(act=act, agency=agency, person=person, occurred_at=now, recorded_at=now)
        loads = self._sharing.without(case.number)
        decision = decide(
            self._pathway, case.state, command, self._registry, self._calendars, loads
        )
        before, case.state = case.state, decision.state
        self._measures.turns += 1
        self._sharing.now(case.number, before, case.state)
        for fact in decision.facts:
            follow = self._following.get(type(fact))
            if follow is not None:
                follow(case, fact, now)
        if case.state.status == CasePhase.OPEN:
            self._wake_later(case, now)
        else:
            self._over(case, now)

    def _over(self, case: SimulatedCase, now: datetime) -> None:
        if self._cases.pop(case.number, None) is not None:
            case.doing.clear()
            self._measures.ended(case.state, case.silent, now - case.opened)
            self._progress(self._measures.closed)

    def _wake_later(self, case: SimulatedCase, now: datetime) -> None:
        at = self._waking.next(case.state)
        if at is not None and at != case.wakes:
            self._at(max(at, now), self._wake, (case, at))
        case.wakes = at

    def _wake(self, now: datetime, subject: tuple[SimulatedCase, datetime]) -> None:
        case, at = subject
        if case.wakes == at and case.state.status == CasePhase.OPEN:
            self._turn(case, c.Settle(), "", "", now)

    # what follows from a turn

    def _task_opened(self, case: SimulatedCase, fact: f.TaskOpened, now: datetime) -> None:
        self._await(case, fact.task.id, fact.task.step, fact.task.agency, fact.task.opened_at, now)

    def _task_moved(
        self, case: SimulatedCase, fact: f.TaskAssigned | f.TaskMoved, now: datetime
    ) -> None:
        """Plan the work on a task again if the task went to another agency, or resumed after a
        pause.
        """
        task = case.state.tasks[fact.task]
        known = case.doing.get(task.id)
        if task.status in OPEN_TASK and (known is None or known.agency != task.agency):
            self._await(case, task.id, task.step, task.agency, task.opened_at, now)

    def _request_came(self, case: SimulatedCase, fact: f.HandOverOffered, now: datetime) -> None:
        self._ask(case, fact.hand_over, now)

    def _request_moved(self, case: SimulatedCase, fact: f.HandOverMoved, now: datetime) -> None:
        if fact.message == "silence":
            case.silent.add(fact.hand_over)
        elif fact.message == "wait_on":
            self._ask(case, case.state.hand_overs[fact.hand_over], now)
        elif fact.message != "revoke":
            case.silent.discard(fact.hand_over)

    def _ask(self, case: SimulatedCase, asked: HandOver, now: datetime) -> None:
        if not self._people.is_silent(case.number, case.state, asked):
            self._await(case, asked.id, asked.step, asked.agency, asked.offered_at, now)

    def _consent_changed(self, case: SimulatedCase, fact: f.ConsentChanged, now: datetime) -> None:
        if fact.consent.status == ConsentStatus.GIVEN and fact.name in case.state.consents:
            at = self._people.withdrawn_at(case.number, case.state, fact.name)
            if at is not None:
                self._at(max(at, now), self._own_accord, (case, "withdraw", fact.name))

    def _stage_moved(self, case: SimulatedCase, fact: f.StageMoved, now: datetime) -> None:
        if fact.status != StageStatus.OPEN or fact.stage in case.entered:
            return
        case.entered.add(fact.stage)
        for name in self._pathway.stages[fact.stage].steps:
            if self._pathway.steps[name].step.manual:
                at = self._people.begun_at(case.number, name, now)
                if at is not None:
                    self._at(at, self._own_accord, (case, "start", name))

    # of their own accord

    def _own_accord(self, now: datetime, subject: tuple[SimulatedCase, str, str]) -> None:
        case, verb, name = subject
        if case.state.status != CasePhase.OPEN:
            return
        loads = self._sharing.without(case.number)
        view = View(self._pathway, case.state, now, self._registry, self._calendars, loads=loads)
        choice = self._people.own_accord(view, verb, name)
        if choice is not None and self._takes(case, choice, now):
            return
        if verb != "withdraw":
            self._at(now + _TRY_AGAIN, self._own_accord, subject)

    def _takes(self, case: SimulatedCase, choice: PossibleAct, now: datetime) -> bool:
        try:
            self._turn(case, choice.act, choice.agency, f"staff-{choice.about}", now)
        except Refusal:
            return False
        return True

    # work

    def _await(
        self,
        case: SimulatedCase,
        about: str,
        step: str,
        agency: str,
        opened: datetime,
        now: datetime,
    ) -> None:
        ready = max(now, opened + self._people.ready_after(case.number, about, step))
        waiting = Waiting(case=case.number, about=about, agency=agency, opened=opened, ready=ready)
        case.doing[about] = waiting
        self._at(ready, self._ready, waiting)

    def _ready(self, now: datetime, waiting: Waiting) -> None:
        subject = self._subject(waiting)
        if subject is not None:
            desk = self._desks[waiting.agency]
            due = subject.due_at if isinstance(subject, Task) else subject.answer_by
            desk.add(waiting, due, now)
            self._man(desk, now)

    def _subject(self, waiting: Waiting) -> Task | HandOver | None:
        """The task or request that an entry of the queue stands for. If the agency no longer has to
        do it, returns None and drops the entry from the case.
        """
        case = self._cases.get(waiting.case)
        if case is None or case.doing.get(waiting.about) is not waiting:
            return None
        task = case.state.tasks.get(waiting.about)
        if task is not None and task.status in OPEN_TASK and task.agency == waiting.agency:
            return task
        asked = case.state.hand_overs.get(waiting.about)
        if asked is not None and (
            asked.status in UNANSWERED or asked.status == RequestStatus.INFORMED
        ):
            return asked
        del case.doing[waiting.about]
        return None

    def _man(self, desk: Desk, now: datetime) -> None:
        """Let free people start on what is first in the queue. Outside working hours, plan this for
        when working hours next begin.
        """
        while desk.free and desk.line:
            opens = desk.hours.next(now)
            if opens > now:
                if desk.opens_at != opens:
                    desk.opens_at = opens
                    self._at(opens, self._opened, desk)
                return
            waiting = desk.take(now)
            subject = self._subject(waiting)
            if subject is not None:
                waiting.begun = now
                minutes = self._people.minutes(waiting.case, waiting.about, subject.step)
                self._at(desk.work(now, minutes), self._done, waiting)

    def _opened(self, now: datetime, desk: Desk) -> None:
        self._man(desk, now)

    def _done(self, now: datetime, waiting: Waiting) -> None:
        desk = self._desks[waiting.agency]
        desk.free += 1
        subject = self._subject(waiting)
        if subject is not None:
            self._do(self._cases[waiting.case], waiting, subject, now)
        self._man(desk, now)

    def _do(
        self, case: SimulatedCase, waiting: Waiting, subject: Task | HandOver, now: datetime
    ) -> None:
        """Do the task or answer the request as drawn. If the engine refuses that, try the other
        ways; if it refuses them all, leave the task or request undone.
        """
        if isinstance(subject, Task):
            choices = self._people.on_task(case.number, case.state, subject, now)
        else:
            choices = self._people.on_request(case.number, case.state, subject, now)
        del case.doing[waiting.about]
        before = case.state
        for choice in choices:
            if self._takes(case, choice, now):
                self._measures.done(before, waiting, subject, now)
                return
        self._measures.left_undone += 1


def simulate(
    pathway: Pathway,
    registry: Registry,
    calendars: Calendars,
    rates: Rates,
    *,
    cases: int,
    seed: int,
    progress: Callable[[int], None] = lambda closed: None,
) -> Results:
    """Simulate this many cases. The results say what becomes of them, and who waits for whom.

    Args:
        calendars: calendars that cover the years given by `years_of`.

    Raises:
        EngineError: nobody can open a case, or the agency drawn to open one may not.
    """
    plan = Plan(pathway, registry, rates, cases, seed)
    desks = plan.desks(calendars, HORIZON)
    openings = plan.openings(desks)
    people, measures = People(pathway, rates, registry, seed), Measures(pathway)
    world = SimulatedWorld(pathway, registry, calendars, people, desks, measures, progress)
    world.run(openings, plan.until + HORIZON)
    return measures.results(plan, desks)

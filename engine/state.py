"""The state of a case: a value, changed only by facts (`evolve`)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from engine.clock import AFTER_THE_END, Clock, comes
from engine.links import Agreement, Proposal
from engine.statuses import (
    OPEN_TASK,
    TASK_UNDER_WAY,
    UNANSWERED,
    CasePhase,
    ConsentStatus,
    RequestStatus,
    StageStatus,
    StepStatus,
    TaskStatus,
)
from engine.task_kinds import TaskKind
from engine.withheld import OfPerson

RESPONSIBLE = "responsible"
"""The role of the agency currently responsible; a pathway need not declare it."""

SCHEMA = 1
"""The number of this schema of the state; `records` upgrades older ones."""

One = str | int | float | bool
Answer = OfPerson[One | tuple[One, ...]]
"""One value, or several if the field allows `many`."""


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The base class of `State`, and of the values in it that this module declares."""


class Task(Value, frozen=True):
    """Work given to an agency.

    `id` is `<step>.<n>`, with a suffix for a vote, and for a task that follows from another one or
    from a request.
    """

    id: str
    step: str
    """The step, the interrupt that a `resolve` task looks after, the end of a closing or approval,
    or `review`.
    """
    kind: TaskKind
    role: str
    """The role that the task is for; empty if it is for the responsible agency as such."""
    agency: str
    status: TaskStatus
    opened_at: datetime
    also: dict[str, str] = {}
    """The other roles that may take the task, each with its agency; empty once the task is taken,
    and for a task of a single role.
    """
    earliest: datetime | None = None
    """The earliest time at which the task may have been done, if a late report led to the task."""
    due_at: datetime | None = None
    overdue: bool = False
    claimed_by: str = ""
    declined_by: tuple[str, ...] = ()
    done_at: datetime | None = None
    done_by: str = ""
    outcome: str = ""
    hand_over: str = ""
    """The hand-over of an arrival, feedback or chase task; empty for any other."""
    contacts: bool = False
    """Whether the task gets in touch with the person. Stored so that lists need not read the pathway."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_TASK

    @property
    def is_under_way(self) -> bool:
        """Whether it is open, or resumes when its stage does."""
        return self.status in TASK_UNDER_WAY

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies with the task in their worklist: the one that owes it, then those that may
        take it.
        """
        return (self.agency, *self.also.values()) if self.also else (self.agency,)


class StopTask(Task, frozen=True, kw_only=True):
    """An agency's task to stop and to confirm that it has. The reason is a consent that no longer
    applies to the agency, or an undone move to a version that had sent the agency a request. The
    task is not in the case's course: nothing waits for it, and the end of the case does not end it.

    `agency` confirms it: the agency that has to stop or, if it can no longer act, the responsible
    agency.
    """

    consent: str
    of: str
    """The agency that has to stop."""
    asked: int = 1
    """How often the agency was asked: once, and again each time the confirmation was overdue."""


class HandOver(Value, frozen=True):
    """A request to another agency, and what became of it. `id` is `<step>.<n>`."""

    id: str
    step: str
    role: str
    agency: str
    """The receiver."""
    sender: str
    status: RequestStatus
    shows: tuple[str, ...]
    offered_at: datetime
    consents: tuple[str, ...] = ()
    """Names of the consents it relies on."""
    consent: str = ""
    """The consent it relies on, in records from when a request relied on at most one."""
    answer_by: datetime | None = None
    answered_at: datetime | None = None
    """When the receiver answered; None while it has not, and in records from before this was stored."""
    silent_from: RequestStatus = RequestStatus.OFFERED
    """The status before it became silent, in records from before `silences` was stored."""
    silences: tuple[tuple[datetime, RequestStatus], ...] = ()
    """When it became silent, each time, and from which status."""
    overdue: bool = False
    overdue_at: datetime | None = None
    """When the time to see it passed; None if it did not, and in records from before this was stored."""
    in_time: bool = False
    """Whether an answer in time was reported only after the time to answer had passed."""
    conditions: bool = False
    reason: str = ""
    kind: str = "request"
    """`request`, `consultation` or `notification`."""

    @property
    def is_open(self) -> bool:
        """Whether it awaits an answer."""
        return self.status in UNANSWERED


class AgencyClass(Value, frozen=True):
    """All agencies that may hold a type of role in a country."""

    role_type: str
    country: str


class ConsentState(Value, frozen=True):
    """What was answered when a consent was asked for, for which agencies, and whether it holds."""

    status: ConsentStatus
    recipients: tuple[str, ...] = ()
    classes: tuple[AgencyClass, ...] = ()
    without: tuple[str, ...] = ()
    """Agencies from which the consent was withdrawn, while it stays in force for the others."""
    role_type: str = ""
    """The role type of a class in any country, in records from before classes had a country."""
    shows: tuple[str, ...] = ()
    given_at: datetime | None = None
    expires_at: datetime | None = None
    language: OfPerson[str] = ""
    interpreter: OfPerson[bool] = False
    giver: OfPerson[str] = ""
    """`person` or `guardian`."""
    view: OfPerson[str] = ""
    """What the person thinks if a guardian answered: `agrees`, `objects` or `not_asked`."""
    text_hash: str = ""
    """SHA-256 of the text read out, in hex."""
    version: int = 0
    """The pathway version from which the text was read out."""


class Override(Value, frozen=True):
    """A step that was skipped or opened against the pathway's rules."""

    step: str
    how: Literal["skipped", "opened"]
    agency: str
    reason: str
    at: datetime


_OPEN = CasePhase.OPEN


class State(Value, frozen=True):
    """Everything the engine knows about a case."""

    schema: int = SCHEMA
    code: str = ""
    pathway: str = ""
    version: int = 0
    status: CasePhase = CasePhase.NEW
    end: str = ""
    """The end of the case. An open case has one while a stage that outlives the end goes on."""
    closing: str = ""
    """The end a case is being closed with."""
    opened_by: str = ""
    responsible: str = ""
    sides: dict[str, str] = {}
    """Side to country, once bound."""
    barred: tuple[str, ...] = ()
    """Sides whose agencies get nothing more but farewells."""
    barred_roles: tuple[str, ...] = ()
    """Roles whose agencies get nothing more but farewells."""
    prohibited: tuple[str, ...] = ()
    """Agencies that get nothing more but farewells, even if something else would let them know."""
    roles: dict[str, str] = {}
    """Role to agency, once bound."""
    data: dict[str, Answer] = {}
    protected: tuple[str, ...] = ()
    """Protected fields that have been answered."""
    collected: dict[str, tuple[str, ...]] = {}
    """By the name of a stored answer: the agency that collected the answer. If the answer was given
    in reply to a request: the receiver, the sender and the id of the request.
    """
    from_before: tuple[str, ...] = ()
    """Protected fields answered in another case of the person, which no form need ask again."""
    stages: dict[str, StageStatus] = {}
    steps: dict[str, StepStatus] = {}
    runs: dict[str, int] = {}
    """By step: how many own tasks, requests and panel calls it has had. No round resets the number,
    so ids never repeat.
    """
    runs_before: dict[str, int] = {}
    """For each restarted step, how many of its `runs` were before the last restart."""
    rounds: dict[str, int] = {}
    """The current round of each stage that has started again; 1 again once the case goes back."""
    returns: dict[str, int] = {}
    """How often the case went back to each stage."""
    tasks: dict[str, Task] = {}
    hand_overs: dict[str, HandOver] = {}
    consents: dict[str, ConsentState] = {}
    stops: dict[str, StopTask] = {}
    """The tasks to confirm that an agency has stopped, open and done. They are kept apart from
    `tasks`, because they are not part of the case's course.
    """
    told: dict[str, tuple[str, ...]] = {}
    """By agency: the tasks, requests and other matters that it was given or only told of. These
    are what its notices, other than farewells, were about.
    """
    acted: tuple[str, ...] = ()
    """Agencies that acted before they were given or told anything in the case."""
    decisions: dict[str, str] = {}
    """Outcomes by step; for interrupts by `interrupt.<name>`."""
    clocks: dict[str, Clock] = {}
    kept_clocks: dict[str, Clock] = {}
    """Named clocks that had not ended when the case ended. They go on if the case is reopened."""
    over: dict[str, str] = {}
    """Why each named clock that is over ended: `elapsed`, `shortened`, or the name of a moment."""
    moments: dict[str, datetime] = {}
    """When things happened, by the names used in clock expressions."""
    interrupts: tuple[str, ...] = ()
    """Interrupts that are raised and not resolved."""
    uncounted: tuple[str, ...] = ()
    """Calendar years (`GH 2033`) that were needed but are not covered; each is reported once."""
    links: dict[str, OfPerson[str]] = {}
    """By a linked case's code: how the person there is related to the person in this case."""
    agreed: OfPerson[dict[str, Agreement]] = {}
    """By a linked case's code: what two agencies agreed about the link. A link that one agency
    made alone has no entry.
    """
    proposals: OfPerson[dict[str, Proposal]] = {}
    """The link or merge that is proposed with each other case, by that case's code."""
    merged_into: str = ""
    """The code of the case this one was merged into, as its duplicate."""
    taken_in: tuple[str, ...] = ()
    """Codes of cases merged into this one."""
    overrides: tuple[Override, ...] = ()
    """What was done against the rules, in order."""
    notices: int = 0
    """How many notices have been owed so far. The next notice gets the next number."""
    numbers: dict[str, dict[str, tuple[str, ...]]] = {}
    """By agency and step, the ids of tasks and requests, in the order in which it numbers them."""

    @property
    def ending(self) -> str:
        """The end of the case, or the end it is being closed with; empty if it has neither."""
        return self.end or self.closing

    def met(self) -> set[str]:
        """The responsible agency, the one that opened the case, and those that were told or given
        something in the case or acted in it.
        """
        return {self.responsible, self.opened_by, *self.told, *self.numbers, *self.acted}

    def next_clock(self) -> Clock | None:
        """The clock due first, or None; ties are broken by kind, then key. Paused clocks are
        skipped. If the case is not open, only clocks of the kinds in `AFTER_THE_END` count.
        """
        first, is_open = None, self.status == _OPEN
        for clock in self.clocks.values():
            if clock.paused_at is not None or not (is_open or clock.kind in AFTER_THE_END):
                continue
            if (
                first is None
                or clock.at < first.at
                or (clock.at == first.at and comes(clock) < comes(first))
            ):
                first = clock
        return first

    def clock_is(self, name: str) -> str:
        """A named clock's status: `not_begun`, `running`, `still` (paused), or why it ended."""
        running = self.clocks.get(f"clock.{name}")
        if running is not None:
            return "running" if running.paused_at is None else "still"
        is_over = f"clock.{name}" in self.moments  # records from before reasons were stored
        return self.over.get(name) or ("elapsed" if is_over else "not_begun")

    def is_due(self, now: datetime) -> bool:
        """Whether a clock has reached its moment and still has to be acted on."""
        clock = self.next_clock()
        return clock is not None and clock.at <= now

    def runs_now(self, step: str) -> int:
        """How many `runs` of a step there were since it was last restarted."""
        return self.runs.get(step, 0) - self.runs_before.get(step, 0)

    def is_of_now(self, ident: str) -> bool:
        """Whether a task or request belongs to the current round."""
        if not self.runs_before:  # nothing was restarted
            return True
        step, number = ident.split(".")[:2]
        return int(number) > self.runs_before.get(step, 0)

    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.status in OPEN_TASK]

    def open_stops(self) -> list[StopTask]:
        return [stop for stop in self.stops.values() if stop.is_open]

    def work(self, ident: str) -> Task | HandOver | None:
        """The task, request or task to stop with that id; None if there is none."""
        return self.tasks.get(ident) or self.hand_overs.get(ident) or self.stops.get(ident)

    def open_hand_overs(self) -> list[HandOver]:
        return [each for each in self.hand_overs.values() if each.status in UNANSWERED]

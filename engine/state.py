"""Where a case stands: a value, changed only by facts (`evolve`)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from engine.phrases.syntax import Duration
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

RESPONSIBLE = "responsible"
"""The role of whoever answers for the case at the moment; a pathway need not declare it."""

SCHEMA = 1
"""Number of this shape of state; `records` lifts older ones."""

One = str | int | float | bool
Answer = One | tuple[One, ...]
"""One value, or several where a field takes `many`."""


CLOCK_WORDS = ("not_begun", "running", "still", "elapsed", "shortened")
"""How a named clock may stand; that one of its moments has ended it, its name says."""


class TaskKind(StrEnum):
    """What is to be done in a task."""

    WORK = "work"
    DECISION = "decision"
    CONSENT = "consent"
    OFFER = "offer"
    """Send a request to another agency."""
    ARRIVAL = "arrival"
    """Confirm that the person has arrived."""
    FEEDBACK = "feedback"
    """Tell the sender how it went."""
    CHASE = "chase"
    """A request was not answered: wait on or give it up."""
    RESOLVE = "resolve"
    """Look whether an interrupt is over."""
    CLOSING = "closing"
    """Close the case, with the form of its end."""
    APPROVAL = "approval"
    """Approve how a case was closed, or return it."""
    VOTE = "vote"
    """Vote on what a panel decides."""
    REVIEW = "review"
    """Nothing else is open in the case: decide what follows."""


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what a state is made of."""


class Task(Value, frozen=True):
    """A step given to an agency. `id` is `<step>.<n>`, with a suffix for what follows from it."""

    id: str
    step: str
    """The step, the interrupt that a `resolve` task looks after, or the end of a closing."""
    kind: TaskKind
    role: str
    """The role that owes it; empty when the responsible agency does."""
    agency: str
    status: TaskStatus
    opened_at: datetime
    also: dict[str, str] = {}
    """Of a task for one of several roles that nobody has taken yet: the other roles, each with the
    agency that may take it instead."""
    earliest: datetime | None = None
    """When it may have been done at the earliest, if what led to it was reported late."""
    due_at: datetime | None = None
    overdue: bool = False
    claimed_by: str = ""
    declined_by: tuple[str, ...] = ()
    done_at: datetime | None = None
    done_by: str = ""
    outcome: str = ""
    hand_over: str = ""
    """The hand-over that an arrival, feedback or chase task is about."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_TASK

    @property
    def is_under_way(self) -> bool:
        """It is open, or goes on when its stage does."""
        return self.status in TASK_UNDER_WAY

    @property
    def agencies(self) -> tuple[str, ...]:
        """Who has it in its worklist: first the one that owes it, then those that may take it."""
        return (self.agency, *self.also.values())


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
    """Names of those on whose ground it was asked."""
    consent: str = ""
    """The same, in records from when there was at most one."""
    answer_by: datetime | None = None
    overdue: bool = False
    in_time: bool = False
    """It had been silent, and was answered in time after all."""
    conditions: bool = False
    reason: str = ""
    kind: str = "request"
    """request | consultation | notification"""

    @property
    def is_open(self) -> bool:
        """It waits for an answer."""
        return self.status in UNANSWERED


class AgencyClass(Value, frozen=True):
    """All agencies that may hold a type of role in a country."""

    role_type: str
    country: str


class ConsentState(Value, frozen=True):
    """What the person has agreed to. Agencies are named, or classes of them were read out."""

    status: ConsentStatus
    recipients: tuple[str, ...] = ()
    classes: tuple[AgencyClass, ...] = ()
    without: tuple[str, ...] = ()
    """Agencies from which it was taken back while it stands for the others."""
    role_type: str = ""
    """A class in whatever country, in records from before a class had one."""
    shows: tuple[str, ...] = ()
    given_at: datetime | None = None
    expires_at: datetime | None = None
    language: str = ""
    interpreter: bool = False
    giver: str = ""
    """`person` or `guardian`."""
    view: str = ""
    """Of the person whose guardian answered: `agrees`, `objects` or `not_asked`."""
    text_hash: str = ""
    """SHA-256 of the text that was read out, in hex."""
    version: int = 0
    """Of the pathway in which that text stands."""


class Pause(Value, frozen=True):
    """A time in which a clock stood still."""

    since: datetime
    until: datetime


MOVED = "case.moved"
"""The anchor of what is counted from a case's move to another version."""
SAID = "case.said"
"""The anchor of a deadline that stays what somebody was told, whatever a move has made of others."""


class KeptTiming(Value, frozen=True):
    """What a clock is counted by in place of its entry in the definition: it ran when its case moved
    to another version, and that says that it goes by the old one, or by both.
    """

    time: str
    """A clock expression. `case.moved` in it is among the clock's anchors."""
    calendar: tuple[str, ...] = ()
    roll: str = ""
    extended: int = 0
    """How often it had been extended by then: that puts off nothing that is counted from the move."""


class Clock(Value, frozen=True):
    """A moment at which the case must be looked at again, and all that it was counted from.

    `at` follows from the rest and from the definition: it can be counted again at any time.
    """

    key: str
    kind: Literal[
        "due",
        "rung",
        "floor",
        "series",
        "seen",
        "answer",
        "waiting",
        "expiry",
        "named",
        "review",
        "registry",
    ]
    about: str
    """The task, step, hand-over, consent or named clock."""
    at: datetime
    editions: tuple[str, ...] = ()
    """Calendar editions by which it was counted."""
    rung: int = 0
    used: int = 0
    """How often a rung that comes again was used."""
    start: datetime | None = None
    """What a period without an anchor is counted from."""
    agency: str = ""
    """Whose calendar counts where the definition names none."""
    anchors: dict[str, str] = {}
    """The moments and days that it was counted from, by their names in the definition."""
    pauses: tuple[Pause, ...] = ()
    paused_at: datetime | None = None
    extensions: tuple[Duration, ...] = ()
    shortened_at: datetime | None = None
    shortened_to: Duration | None = None
    """As if its period had been so long from its start; without it, it ended at once."""
    restarts: int = 0
    """How often it was counted anew, from `start` each time, whatever it was anchored to."""
    kept: KeptTiming | None = None


class Override(Value, frozen=True):
    """A step that was `skipped` or `opened` against the rules of the pathway."""

    step: str
    how: Literal["skipped", "opened"]
    agency: str
    reason: str
    at: datetime


_IN_ORDER = (
    *("due", "seen", "answer", "waiting", "rung"),
    *("expiry", "named", "floor", "series", "review", "registry"),
)
"""Of several clocks that end at one moment, as with a day: first what is late by it, then what is over
or may begin, for which conditions ask what is late."""
_PLACES = {kind: place for place, kind in enumerate(_IN_ORDER)}


def _comes(clock: Clock) -> tuple[datetime, int, str]:
    return clock.at, _PLACES[clock.kind], clock.key


class State(Value, frozen=True):
    """Everything that the engine knows of a case."""

    schema: int = SCHEMA
    code: str = ""
    pathway: str = ""
    version: int = 0
    status: CasePhase = CasePhase.NEW
    end: str = ""
    """Of an open case: its end is known, and a stage that outlives it goes on."""
    closing: str = ""
    """Of a case that is being closed: the end that it is to have."""
    opened_by: str = ""
    responsible: str = ""
    sides: dict[str, str] = {}
    """Side to country, once bound."""
    barred: tuple[str, ...] = ()
    """Sides whose agencies get nothing."""
    barred_roles: tuple[str, ...] = ()
    """Roles whose agencies get nothing."""
    prohibited: tuple[str, ...] = ()
    """Agencies that get nothing, whatever else holds."""
    roles: dict[str, str] = {}
    """Role to agency, once resolved."""
    data: dict[str, Answer] = {}
    protected: tuple[str, ...] = ()
    """Protected fields that are answered."""
    from_before: tuple[str, ...] = ()
    """Protected fields that an earlier case of the person has answered: no form need ask again."""
    stages: dict[str, StageStatus] = {}
    steps: dict[str, StepStatus] = {}
    runs: dict[str, int] = {}
    """How often each step was opened, in all rounds: ids of tasks and requests never come again."""
    runs_before: dict[str, int] = {}
    """Of those, how many belong to earlier rounds: before its stage was begun again."""
    rounds: dict[str, int] = {}
    """The round of each stage that is repeated, counted from 1."""
    returns: dict[str, int] = {}
    """How often the case went back to each stage."""
    tasks: dict[str, Task] = {}
    hand_overs: dict[str, HandOver] = {}
    consents: dict[str, ConsentState] = {}
    decisions: dict[str, str] = {}
    """Outcomes by their steps; of interrupts by `interrupt.<name>`."""
    clocks: dict[str, Clock] = {}
    kept_clocks: dict[str, Clock] = {}
    """Named clocks that ran when the case ended; they go on if it is reopened."""
    over: dict[str, str] = {}
    """Named clocks that are over, each with why: `elapsed`, `shortened`, or what has happened."""
    moments: dict[str, datetime] = {}
    """When things happened, by the names that clock expressions use."""
    interrupts: tuple[str, ...] = ()
    """Raised and not resolved."""
    uncounted: tuple[str, ...] = ()
    """Years of calendars (`GH 2033`) that were needed and are not covered, each told once."""
    links: dict[str, str] = {}
    """Code of a linked case to what its person is to this one's."""
    merged_into: str = ""
    """Of a merged case: the code of the one that it is a duplicate of."""
    taken_in: tuple[str, ...] = ()
    """Codes of cases that were merged into this one."""
    overrides: tuple[Override, ...] = ()
    """What was done against the rules, in its order."""
    notices: int = 0
    """How many notices were owed so far; numbers the next."""

    @property
    def ending(self) -> str:
        """The end that the case has, or is to have: only what outlives it goes on."""
        return self.end or self.closing

    def next_clock(self) -> Clock | None:
        """The clock that is due first, ties in the order of their kinds, then keys; paused ones rest."""
        first = None
        for clock in self.clocks.values():
            if clock.paused_at is None and (first is None or _comes(clock) < _comes(first)):
                first = clock
        return first

    def clock_is(self, name: str) -> str:
        """How a named clock stands: `not_begun`, `running`, `still`, or why it is over."""
        running = self.clocks.get(f"clock.{name}")
        if running is not None:
            return "running" if running.paused_at is None else "still"
        is_over = f"clock.{name}" in self.moments  # records from before it was said why
        return self.over.get(name) or ("elapsed" if is_over else "not_begun")

    def is_due(self, now: datetime) -> bool:
        """A clock has come to its moment and was not settled yet."""
        clock = self.next_clock()
        return clock is not None and clock.at <= now

    def runs_now(self, step: str) -> int:
        """How often a step was opened since it was last begun again."""
        return self.runs.get(step, 0) - self.runs_before.get(step, 0)

    def is_of_now(self, ident: str) -> bool:
        """A task or request is no left-over of a round before."""
        step, number = ident.split(".")[:2]
        return int(number) > self.runs_before.get(step, 0)

    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks.values() if task.status in OPEN_TASK]

    def open_hand_overs(self) -> list[HandOver]:
        return [each for each in self.hand_overs.values() if each.status in UNANSWERED]


FROM_STEP = frozenset(
    {TaskKind.WORK, TaskKind.DECISION, TaskKind.VOTE, TaskKind.CONSENT, TaskKind.OFFER}
)
"""Kinds of task in which a step itself is done; its own `due` and `late` are about them."""

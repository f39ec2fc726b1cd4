"""What the engine has decided: facts, each true from then on. Replaying them gives the state."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.state import Answer, Clock, Consent, HandOver, Task


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="is"):
    """Base of all facts."""


class CaseOpened(Fact, frozen=True, tag="case_opened"):
    code: str
    pathway: str
    version: int
    agency: str


class SideBound(Fact, frozen=True, tag="side_bound"):
    side: str
    country: str


class SideBarred(Fact, frozen=True, tag="side_barred"):
    side: str


class RoleBound(Fact, frozen=True, tag="role_bound"):
    role: str
    agency: str


class ResponsibilityMoved(Fact, frozen=True, tag="responsibility_moved"):
    agency: str
    because: str


class StageMoved(Fact, frozen=True, tag="stage_moved"):
    stage: str
    status: str


class StepMoved(Fact, frozen=True, tag="step_moved"):
    step: str
    status: str


class TaskOpened(Fact, frozen=True, tag="task_opened"):
    task: Task


class TaskAssigned(Fact, frozen=True, tag="task_assigned"):
    """The task went to another agency; `because` is a word."""

    task: str
    agency: str
    because: str
    declined_by: tuple[str, ...] = ()


class TaskMoved(Fact, frozen=True, tag="task_moved"):
    task: str
    status: str
    at: datetime
    by: str = ""
    outcome: str = ""
    reason: str = ""


class TaskOverdue(Fact, frozen=True, tag="task_overdue"):
    task: str


class FormRecorded(Fact, frozen=True, tag="form_recorded"):
    task: str
    """The task, or the hand-over that was answered with it."""
    answers: dict[str, Answer]
    protected: tuple[str, ...] = ()


class DecisionMade(Fact, frozen=True, tag="decision_made"):
    step: str
    outcome: str


class ConsentChanged(Fact, frozen=True, tag="consent_changed"):
    name: str
    consent: Consent


class HandOverOffered(Fact, frozen=True, tag="hand_over_offered"):
    hand_over: HandOver


class HandOverMoved(Fact, frozen=True, tag="hand_over_moved"):
    """A typed message came or a period passed; `message` is its word."""

    hand_over: str
    message: str
    status: str
    by: str = ""
    conditions: bool = False
    reason: str = ""


class HandOverLate(Fact, frozen=True, tag="hand_over_late"):
    hand_over: str


class ClockSet(Fact, frozen=True, tag="clock_set"):
    clock: Clock


class ClockMoved(Fact, frozen=True, tag="clock_moved"):
    """A clock got another moment; `because` is a word: extended, shortened, restarted, calendar."""

    clock: Clock
    before: datetime
    because: str

    @property
    def key(self) -> str:
        return self.clock.key

    @property
    def after(self) -> datetime:
        return self.clock.at


class ClockReached(Fact, frozen=True, tag="clock_reached"):
    key: str
    due: datetime


class ClocksStopped(Fact, frozen=True, tag="clocks_stopped"):
    keys: tuple[str, ...]


class MomentNoted(Fact, frozen=True, tag="moment_noted"):
    """Something happened that clocks may be counted from."""

    name: str
    at: datetime


class DataSet(Fact, frozen=True, tag="data_set"):
    field: str
    value: Answer


class InterruptRaised(Fact, frozen=True, tag="interrupt_raised"):
    name: str
    by: str = ""


class InterruptResolved(Fact, frozen=True, tag="interrupt_resolved"):
    name: str
    by: str = ""


class NoticeOwed(Fact, frozen=True, tag="notice_owed"):
    """`kind` is a word of `notices`; `about` is the task or hand-over."""

    number: int
    agency: str
    kind: str
    about: str
    label: str
    due_at: datetime | None = None
    consent: str = ""
    """The consent that must stand when it is sent."""


class NoticesCancelled(Fact, frozen=True, tag="notices_cancelled"):
    """What was not sent yet is not sent any more."""

    agencies: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


class CaseEnded(Fact, frozen=True, tag="case_ended"):
    end: str
    kind: str


AnyFact = (
    CaseOpened
    | SideBound
    | SideBarred
    | RoleBound
    | ResponsibilityMoved
    | StageMoved
    | StepMoved
    | TaskOpened
    | TaskAssigned
    | TaskMoved
    | TaskOverdue
    | FormRecorded
    | DecisionMade
    | ConsentChanged
    | HandOverOffered
    | HandOverMoved
    | HandOverLate
    | ClockSet
    | ClockMoved
    | ClockReached
    | ClocksStopped
    | MomentNoted
    | DataSet
    | InterruptRaised
    | InterruptResolved
    | NoticeOwed
    | NoticesCancelled
    | CaseEnded
)

"""What the engine has decided: facts, each true from then on. Replaying them gives the state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Union

from engine.facts.base import Fact as Fact
from engine.facts.notices import *
from engine.facts.task_facts import *
from engine.facts.whole_case import *
from engine.state import Answer, Clock, ConsentState, HandOver, Override
from engine.statuses import RequestStatus, StageStatus, StepStatus
from engine.time.calendars import ChangedDay


class CaseOpened(Fact, frozen=True, tag="case_opened"):
    code: str
    pathway: str
    version: int
    agency: str


class SideBound(Fact, frozen=True, tag="side_bound"):
    side: str
    country: str


class PersonKnown(Fact, frozen=True, tag="person_known"):
    """What an earlier case of the same person has answered is known from the start."""

    fields: tuple[str, ...]


class SideBarred(Fact, frozen=True, tag="side_barred"):
    side: str


class RoleBarred(Fact, frozen=True, tag="role_barred"):
    role: str


class AgencyProhibited(Fact, frozen=True, tag="agency_prohibited"):
    agency: str


class AgencyPermitted(Fact, frozen=True, tag="agency_permitted"):
    agency: str


class RoleBound(Fact, frozen=True, tag="role_bound"):
    role: str
    agency: str


class ResponsibilityMoved(Fact, frozen=True, tag="responsibility_moved"):
    agency: str
    because: str


class StageMoved(Fact, frozen=True, tag="stage_moved"):
    stage: str
    status: StageStatus
    read_at: datetime | None = None
    """Of what a late report has led to: as of when its `when` was read."""


class StepMoved(Fact, frozen=True, tag="step_moved"):
    step: str
    status: StepStatus
    read_at: datetime | None = None
    """Of what a late report has led to: as of when its `when` was read."""


class PanelCalled(Fact, frozen=True, tag="panel_called"):
    """The members of a step's panel are asked for their votes, each in a task that follows."""

    step: str


class BegunAgain(Fact, frozen=True, tag="begun_again"):
    """Stages and steps are as if they had never opened: their next round begins.

    What people were still to do in them was taken back by the facts before this one. Consents,
    named clocks, answers and what the log tells stand.
    """

    stages: dict[str, int]
    """The round that begins, counted from 1."""
    steps: tuple[str, ...]
    back_to: str = ""
    """The stage to which the case went back; empty where a stage is repeated."""


class ClocksForgotten(Fact, frozen=True, tag="clocks_forgotten"):
    """Named clocks are as if they had never begun: what they are counted from begins again."""

    names: tuple[str, ...]


class Overridden(Fact, frozen=True, tag="overridden"):
    """Somebody has acted against the rules of the pathway; the facts behind it say what follows."""

    override: Override
    by: str = ""


class FormRecorded(Fact, frozen=True, tag="form_recorded"):
    task: str
    """The task, or the hand-over that was answered with it."""
    answers: dict[str, Answer]
    protected: tuple[str, ...] = ()


class DecisionMade(Fact, frozen=True, tag="decision_made"):
    step: str
    outcome: str
    because: str = ""
    """Of a panel: agreed | chair | tied | no_quorum."""


class ConsentChanged(Fact, frozen=True, tag="consent_changed"):
    name: str
    consent: ConsentState


class HandOverOffered(Fact, frozen=True, tag="hand_over_offered"):
    hand_over: HandOver


class HandOverMoved(Fact, frozen=True, tag="hand_over_moved"):
    """A typed message came or a period passed; `message` is its word."""

    hand_over: str
    message: str
    status: RequestStatus
    by: str = ""
    conditions: bool = False
    reason: str = ""


class HandOverLate(Fact, frozen=True, tag="hand_over_late"):
    hand_over: str


class HandOverInTime(Fact, frozen=True, tag="hand_over_in_time"):
    """It was answered within its period after all, and that was recorded late."""

    hand_over: str


class ClockSet(Fact, frozen=True, tag="clock_set"):
    clock: Clock


class ClockMoved(Fact, frozen=True, tag="clock_moved"):
    """A clock got another moment; `because` is a word of `timing.Because`."""

    clock: Clock
    before: datetime
    because: str
    days: tuple[ChangedDay, ...] = ()
    """Where a calendar has changed: the days of it that this clock has to do with."""

    @property
    def key(self) -> str:
        return self.clock.key

    @property
    def after(self) -> datetime:
        return self.clock.at


class ClockReached(Fact, frozen=True, tag="clock_reached"):
    """Because its period has `elapsed`, it was `shortened`, or of what happened (`early_word.done`);
    empty in older records.
    """

    key: str
    due: datetime
    because: str = ""


class ClocksStopped(Fact, frozen=True, tag="clocks_stopped"):
    """What they are about is over, or has changed, before they were reached.

    `because` is a word, such as `done`, `withdrawn`, `revoked`, `answered`; empty in older records.
    """

    keys: tuple[str, ...]
    because: str = ""


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
    outcome: str = ""


class PeriodNotCounted(Fact, frozen=True, tag="period_not_counted"):
    """A calendar does not reach so far; what should have been counted has no moment yet."""

    calendar: str
    """`GH 2033`: the country, and the year that is missing."""


class IdentitySeen(Fact, frozen=True, tag="identity_seen"):
    """Somebody has read protected values; only their names stand here.

    Source: views of identity are recorded, with ids only (D16).
    """

    agency: str
    by: str
    """Staff code; empty if none was given."""
    fields: tuple[str, ...]


if TYPE_CHECKING:
    AnyFact = Fact
else:
    AnyFact = Union[tuple(Fact.__subclasses__())]  # noqa: UP007 - by their number, as a log has them

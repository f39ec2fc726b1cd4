"""Facts: what the engine has decided. Each is true from then on; replaying them gives the state."""

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
    """Answers from an earlier case of the same person are known from the start."""

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
    """For a step or stage moved by a late report: the time as of which its `when` was read."""


class StepMoved(Fact, frozen=True, tag="step_moved"):
    step: str
    status: StepStatus
    read_at: datetime | None = None
    """For a step or stage moved by a late report: the time as of which its `when` was read."""


class PanelCalled(Fact, frozen=True, tag="panel_called"):
    """The members of a step's panel are asked to vote, each in a task of their own."""

    step: str


class BegunAgain(Fact, frozen=True, tag="begun_again"):
    """Stages and steps start over, in a new round.

    Earlier facts have already withdrawn their open work. Consents, named clocks, answers and the log are kept.
    """

    stages: dict[str, int]
    """The round that begins, from 1."""
    steps: tuple[str, ...]
    back_to: str = ""
    """The stage to which the case went back; empty where a stage is repeated."""


class ClocksForgotten(Fact, frozen=True, tag="clocks_forgotten"):
    """Named clocks are reset, because what they are counted from starts over."""

    names: tuple[str, ...]


class Overridden(Fact, frozen=True, tag="overridden"):
    """Somebody acted against the pathway's rules; later facts say what follows."""

    override: Override
    by: str = ""


class FormRecorded(Fact, frozen=True, tag="form_recorded"):
    task: str
    """The task, or the hand-over in which it was answered."""
    answers: dict[str, Answer]
    protected: tuple[str, ...] = ()


class DecisionMade(Fact, frozen=True, tag="decision_made"):
    step: str
    outcome: str
    because: str = ""
    """For a panel: agreed | chair | tied | no_quorum."""


class ConsentChanged(Fact, frozen=True, tag="consent_changed"):
    name: str
    consent: ConsentState


class HandOverOffered(Fact, frozen=True, tag="hand_over_offered"):
    hand_over: HandOver


class HandOverMoved(Fact, frozen=True, tag="hand_over_moved"):
    """A message arrived or a period passed; `message` is its word."""

    hand_over: str
    message: str
    status: RequestStatus
    by: str = ""
    conditions: bool = False
    reason: str = ""


class HandOverLate(Fact, frozen=True, tag="hand_over_late"):
    hand_over: str


class HandOverInTime(Fact, frozen=True, tag="hand_over_in_time"):
    """It was answered in time after all, but that was recorded late."""

    hand_over: str


class ClockSet(Fact, frozen=True, tag="clock_set"):
    clock: Clock


class ClockMoved(Fact, frozen=True, tag="clock_moved"):
    """A clock has a new moment; `because` is a word of `timing.Because`."""

    clock: Clock
    before: datetime
    because: str
    days: tuple[ChangedDay, ...] = ()
    """If a calendar has changed: its days that concern this clock."""

    @property
    def key(self) -> str:
        return self.clock.key

    @property
    def after(self) -> datetime:
        return self.clock.at


class ClockReached(Fact, frozen=True, tag="clock_reached"):
    """The clock ended: its period has `elapsed`, it was `shortened`, or something happened
    (`early_word.done`). Empty in older records.
    """

    key: str
    due: datetime
    because: str = ""


class ClocksStopped(Fact, frozen=True, tag="clocks_stopped"):
    """Clocks stopped before they ended, because their subject is over or has changed.

    `because` is a word, such as `done`, `withdrawn`, `revoked`, `answered`; empty in older records.
    """

    keys: tuple[str, ...]
    because: str = ""


class MomentNoted(Fact, frozen=True, tag="moment_noted"):
    """Something happened that clocks may count from."""

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
    """A calendar does not reach far enough; the clock has no moment yet."""

    calendar: str
    """`GH 2033`: the country, and the year that is missing."""


class IdentitySeen(Fact, frozen=True, tag="identity_seen"):
    """Somebody read protected values; only the names are recorded.

    Source: access to identities is recorded, by id only (D16).
    """

    agency: str
    by: str
    """Staff code; empty if none was given."""
    fields: tuple[str, ...]


if TYPE_CHECKING:
    AnyFact = Fact
else:
    AnyFact = Union[tuple(Fact.__subclasses__())]  # noqa: UP007 - by their number, as a log has them

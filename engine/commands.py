"""What somebody asks of a case. Protected values never stand in a command, only their names."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.state import Answer
from engine.time.calendars import ChangedDay


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """One thing that may be asked; the subclasses say which."""


class OpenCase(Act, frozen=True, tag="open_case"):
    """Open a case with the actor's agency as the responsible one."""

    code: str
    country: str
    """Of the first side of the pathway."""
    roles: dict[str, str] = {}
    """Agencies chosen for roles; the registry's first is taken for the others."""
    after: str = ""
    """Code of an earlier case of the same person."""
    known: tuple[str, ...] = ()
    """Protected fields that the earlier case has answered, and that the agency may read there."""


class Claim(Act, frozen=True, tag="claim"):
    """A person takes a task of the agency upon themselves."""

    task: str


class Accept(Act, frozen=True, tag="accept"):
    """The agency says that it will do the task."""

    task: str


class Decline(Act, frozen=True, tag="decline"):
    """The agency says that it will not do the task; `reason` is a word of a fixed list."""

    task: str
    reason: str


class Complete(Act, frozen=True, tag="complete"):
    """The task is done, with its form and, for a decision, its outcome."""

    task: str
    answers: dict[str, Answer] = {}
    protected: tuple[str, ...] = ()
    """Names of the protected fields that were answered."""
    outcome: str | None = None


class Reassign(Act, frozen=True, tag="reassign"):
    """The responsible agency gives a task to another one."""

    task: str
    agency: str


class Start(Act, frozen=True, tag="start"):
    """Open a manual step."""

    step: str


class Skip(Act, frozen=True, tag="skip"):
    """Pass over a step against the rules; `reason` is a word of a fixed list."""

    step: str
    reason: str


class Reopen(Act, frozen=True, tag="reopen"):
    """A case that has ended is taken up again; `reason` is a word of a fixed list."""

    reason: str


class OpenStep(Act, frozen=True, tag="open_step"):
    """Open a step against the rules; `reason` is a word of a fixed list."""

    step: str
    reason: str


class RecordConsent(Act, frozen=True, tag="record_consent"):
    """What the person answered; done by the agency that holds the consent task."""

    task: str
    given: bool
    language: str = "en"
    interpreter: bool = False
    giver: str = "person"
    """`person` or `guardian`."""
    view: str = ""
    """Of the person whose guardian answers: a word of `VIEWS`."""


class WithdrawConsent(Act, frozen=True, tag="withdraw_consent"):
    """The person takes a consent back, through any agency of the case."""

    consent: str
    agency: str = ""
    """From this one alone; from all if empty."""


class Prohibit(Act, frozen=True, tag="prohibit"):
    """An agency gets nothing in this case from now on, whatever else holds."""

    agency: str


class Permit(Act, frozen=True, tag="permit"):
    """A prohibition is lifted."""

    agency: str


class Offer(Act, frozen=True, tag="offer"):
    """Send the request that a hand-over step prepares."""

    task: str


class See(Act, frozen=True, tag="see"):
    """Somebody at the receiver has opened the request."""

    hand_over: str


class Ask(Act, frozen=True, tag="ask"):
    """The receiver needs to know more before it answers; the words are protected."""

    hand_over: str


class AcceptHandOver(Act, frozen=True, tag="accept_hand_over"):
    """The receiver says yes, perhaps with conditions (their words are protected)."""

    hand_over: str
    conditions: bool = False
    answers: dict[str, Answer] = {}
    protected: tuple[str, ...] = ()
    """Names of the protected fields that were answered."""


class WaitList(Act, frozen=True, tag="wait_list"):
    """The receiver has no room now, and keeps the request on a list of its own."""

    hand_over: str


class DeclineHandOver(Act, frozen=True, tag="decline_hand_over"):
    """The receiver says no; `reason` is a word of a fixed list."""

    hand_over: str
    reason: str


class Prepare(Act, frozen=True, tag="prepare"):
    """The receiver has everything ready."""

    hand_over: str


class Revoke(Act, frozen=True, tag="revoke"):
    """The sender takes the request back."""

    hand_over: str


class ConfirmArrival(Act, frozen=True, tag="confirm_arrival"):
    """The person has arrived."""

    task: str


class ReportNoShow(Act, frozen=True, tag="report_no_show"):
    """The person did not arrive."""

    task: str


class GiveFeedback(Act, frozen=True, tag="give_feedback"):
    """The receiver tells the sender how it went; closes the hand-over."""

    task: str


class Raise(Act, frozen=True, tag="raise"):
    """Raise an interrupt."""

    interrupt: str


class Resolve(Act, frozen=True, tag="resolve"):
    """An interrupt is over, with one of its outcomes if it has any; what it suspended goes on."""

    interrupt: str
    outcome: str = ""


class Look(Act, frozen=True, tag="look"):
    """Somebody wants to read what is known of the person; of an ended case too."""

    known: tuple[str, ...] = ()
    """The names of all that is kept, never what it says; of a request, of all that is shown."""
    hand_over: str = ""
    """The request that is looked at, instead of the person."""


class Link(Act, frozen=True, tag="link"):
    """The person of another case is a sibling, a parent, a witness ... of this one's."""

    case: str
    word: str


class Unlink(Act, frozen=True, tag="unlink"):
    """The cases have nothing to do with each other."""

    case: str


class Follow(Act, frozen=True, tag="follow"):
    """A later case of the same person was opened; this one may have ended long ago."""

    case: str
    known: tuple[str, ...] = ()
    """Protected fields that are known there from here."""


class Merge(Act, frozen=True, tag="merge"):
    """Two cases are one person's, opened twice: `case` closes and belongs to `into`."""

    case: str
    into: str


class Unmerge(Act, frozen=True, tag="unmerge"):
    """They are two after all: `case` is open again."""

    case: str
    into: str


class Hear(Act, frozen=True, tag="hear"):
    """Nobody asks: something threatens the person of a linked case."""

    case: str
    without: tuple[str, ...] = ()
    """Agencies that are shut out of that case."""


class Extend(Act, frozen=True, tag="extend"):
    """Make the running period of a step or of a named clock longer."""

    name: str
    """The step, the task, the request, or the clock."""


class Shorten(Act, frozen=True, tag="shorten"):
    """End the running period of a step or of a named clock early."""

    name: str


class Migrate(Act, frozen=True, tag="migrate"):
    """The case moves to another version of its pathway: the operator has said so, or its own rule does."""

    version: int
    in_force: datetime | None = None
    """Of a move by the rule of that version: the moment from which the case goes by it."""
    until: datetime | None = None
    """What is due after it waits, because a later version has come into force then; now if left out."""


class Remain(Act, frozen=True, tag="remain"):
    """A version has come into force, and does not move the case."""

    version: int


class Revert(Act, frozen=True, tag="revert"):
    """The operator moves it back to the version before."""

    version: int


class Refresh(Act, frozen=True, tag="refresh"):
    """Nobody asks: the registry or the calendars have changed."""

    days: tuple[ChangedDay, ...] = ()
    """Of the calendars by which the case was counted, what is otherwise now."""


class Settle(Act, frozen=True, tag="settle"):
    """Nobody asks: time has passed."""

    until: datetime | None = None
    """What is due after it waits, because another version has come into force then; now if left out."""


AnyAct = (
    OpenCase
    | Claim
    | Accept
    | Decline
    | Complete
    | Reassign
    | Start
    | Skip
    | OpenStep
    | Reopen
    | RecordConsent
    | WithdrawConsent
    | Prohibit
    | Permit
    | Offer
    | See
    | Ask
    | AcceptHandOver
    | WaitList
    | DeclineHandOver
    | Prepare
    | Revoke
    | ConfirmArrival
    | ReportNoShow
    | GiveFeedback
    | Raise
    | Resolve
    | Extend
    | Shorten
    | Migrate
    | Remain
    | Revert
    | Refresh
    | Look
    | Link
    | Unlink
    | Follow
    | Merge
    | Unmerge
    | Hear
    | Settle
)


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act, who asks for it, and when: `occurred_at` may be days before `recorded_at`."""

    act: AnyAct
    agency: str
    """Code of the actor's agency; empty when time alone acts."""
    person: str = ""
    """Staff code of the actor, never a name."""
    occurred_at: datetime
    recorded_at: datetime


VIEWS = ("agrees", "objects", "not_asked")
"""What a person may think of what the guardian has answered."""
DECLINE_REASONS = ("no_capacity", "outside_mandate", "conflict_of_interest", "unsafe", "other")
"""Why a task or a request may be declined. The words behind a reason are protected."""

OVERRIDE_REASONS = (
    "not_needed",
    "done_elsewhere",
    "not_possible",
    "urgent",
    "persons_wish",
    "other",
)
"""Why a step may be skipped or opened against the rules. The words behind it are protected."""

REOPEN_REASONS = (
    "new_information",
    "needs_more_help",
    "persons_wish",
    "ended_by_mistake",
    "other",
)
"""Why a case that has ended may be taken up again. The words behind it are protected."""

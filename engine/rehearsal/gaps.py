"""The gap report: what nobody knew, owned or did in a rehearsal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from engine import facts as f
from engine.rehearsal.session import NotPossible, Rehearsal, RehearsalMoment, Stuck
from engine.state import RESPONSIBLE, State, Task
from engine.statuses import UNANSWERED, RequestStatus, TaskStatus
from engine.task_kinds import TaskKind


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A request was not answered in time, whatever came of it later."""

    step: str
    request: str
    agency: str
    """The agency that did not answer."""
    since: datetime | None
    owner: str
    """The agency that had to decide what to do; empty if none."""
    became: str
    """What became of the silence: `answered`, `waiting` (the receiver put the request on its waiting
    list), `wait_on`, `give_up`, `revoked`, `went_on` or `nothing`.
    """

    @property
    def is_gap(self) -> bool:
        """Whether no agency had to decide about the silence, or that agency did nothing."""
        return not self.owner or self.became == "nothing"


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """A task was not done by its due moment."""

    step: str
    task: str
    agency: str
    due_at: datetime | None
    done_at: datetime | None


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """A request is still unanswered at the end of the rehearsal."""

    step: str
    request: str
    agency: str
    since: datetime
    answer_by: datetime | None


class Declined(msgspec.Struct, frozen=True, kw_only=True):
    """A request was declined."""

    step: str
    request: str
    agency: str
    at: datetime
    reason: str
    next: str
    """The agency asked next in the same round; empty if none."""


class NobodyLeft(msgspec.Struct, frozen=True, kw_only=True):
    """A request had to be made, and no agency was left to ask."""

    step: str
    task: str
    """The task in which somebody had to decide what to do about it."""
    owner: str
    became: str
    """What was decided: `wait_on` or `give_up`; empty if nothing was. `wait_on` also covers a
    request that was made after all.
    """


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver asked for more information before answering, and never answered."""

    step: str
    request: str
    agency: str
    """The agency that asked."""
    sender: str
    """The agency that had to reply."""
    at: datetime


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A task that is not done at the end of the rehearsal, and not late. Tasks in which somebody
    decides what to do about a request are left out.
    """

    step: str
    task: str
    agencies: tuple[str, ...]
    due_at: datetime | None
    rests: bool


class Fallen(msgspec.Struct, frozen=True, kw_only=True):
    """No agency of the role could be given the task, so the responsible agency got it."""

    step: str
    task: str
    role: str
    agency: str


class WasTold(msgspec.Struct, frozen=True, kw_only=True):
    """An agency was sent a notice."""

    at: datetime
    agency: str
    kind: str
    label: str


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """The gaps that a rehearsal showed, and what its report lists beside them, such as notices.
    `count` counts only the gaps.
    """

    silences: tuple[Silence, ...]
    late: tuple[Late, ...]
    stuck: tuple[Stuck, ...]
    declined: tuple[Declined, ...]
    nobody_left: tuple[NobodyLeft, ...]
    questions: tuple[Question, ...]
    unanswered: tuple[Unanswered, ...]
    open: tuple[Open, ...]
    tried: tuple[NotPossible, ...]
    fallen: tuple[Fallen, ...]
    unplayed: tuple[str, ...]
    """Agencies that had something to do, but that nobody played."""
    told: tuple[WasTold, ...]

    @property
    def count(self) -> int:
        """The number of gaps. It does not include notices, attempts that the engine refused,
        silences that their owners dealt with, or declined requests after which another agency was
        asked. A declined request after which nobody was left to ask is counted once.
        """
        silent = sum(each.is_gap for each in self.silences)
        left = {each.step for each in self.nobody_left}
        refused = sum(not each.next and each.step not in left for each in self.declined)
        asked = (self.nobody_left, self.questions, self.unanswered)
        owed = (self.late, self.open, self.stuck, self.fallen, self.unplayed)
        return silent + refused + sum(map(len, (*asked, *owed)))


def gaps_of(rehearsal: Rehearsal) -> Gaps:
    """The gaps up to now."""
    state = rehearsal.state
    return Gaps(
        silences=tuple(_silences(rehearsal)),
        late=tuple(_late(rehearsal)),
        stuck=tuple(rehearsal.stuck),
        declined=tuple(_declined(rehearsal)),
        nobody_left=tuple(_nobody_left(rehearsal)),
        questions=tuple(_questions(rehearsal)),
        open=tuple(_open(rehearsal)),
        tried=tuple(rehearsal.tried),
        unanswered=tuple(
            Unanswered(
                step=each.step,
                request=each.id,
                agency=each.agency,
                since=each.offered_at,
                answer_by=each.answer_by,
            )
            for each in state.open_hand_overs()
        ),
        fallen=tuple(_fallen(rehearsal)),
        unplayed=tuple(_unplayed(rehearsal)),
        told=tuple(
            WasTold(at=moment.at, agency=each.owed.agency, kind=each.owed.kind, label=each.labels)
            for moment in rehearsal.played
            for each in moment.notices
        ),
    )


def _silences(rehearsal: Rehearsal) -> Iterator[Silence]:
    state = rehearsal.state
    for moment in rehearsal.played:
        for fact in moment.facts:
            if not (isinstance(fact, f.HandOverMoved) and fact.message == "silence"):
                continue
            asked = moment.state.hand_overs[fact.hand_over]
            chase = _chase_after(moment.state, asked.id)
            yield Silence(
                step=asked.step,
                request=asked.id,
                agency=asked.agency,
                since=asked.answer_by,
                owner=chase.agency if chase else "",
                became=_became(state, chase, asked.id),
            )


def _chase_after(state: State, request: str) -> Task | None:
    """The newest task in which somebody decides about the silence of a request; None if there is
    none.
    """
    found = [t for t in state.tasks.values() if t.kind is TaskKind.CHASE and t.hand_over == request]
    return found[-1] if found else None


def _became(state: State, chase: Task | None, request: str) -> str:
    """What was decided about the silence; if nothing was, what became of the request."""
    now = state.tasks[chase.id] if chase else None
    if now and now.status == TaskStatus.DONE:
        return now.outcome
    status = state.hand_overs[request].status
    if status == RequestStatus.WAITING:
        return "waiting"
    if status in UNANSWERED:
        return "nothing" if now else "went_on"
    return "revoked" if status == RequestStatus.REVOKED else "answered"


def _late(rehearsal: Rehearsal) -> Iterator[Late]:
    for task in rehearsal.state.tasks.values():
        if task.overdue:
            yield Late(
                step=task.step,
                task=task.id,
                agency=task.agency,
                due_at=task.due_at,
                done_at=task.done_at,
            )


def _declined(rehearsal: Rehearsal) -> Iterator[Declined]:
    facts = [fact for moment in rehearsal.played for fact in moment.facts]
    for at, fact in _messages(rehearsal, "decline"):
        asked = rehearsal.state.hand_overs[fact.hand_over]
        yield Declined(
            step=asked.step,
            request=asked.id,
            agency=asked.agency,
            at=at,
            reason=fact.reason,
            next=_asked_next(facts[facts.index(fact) + 1 :], asked.step),
        )


def _asked_next(later: Iterable[f.Fact], step: str) -> str:
    """The agency that a step asks next, before it begins again; empty if none."""
    for fact in later:
        if isinstance(fact, f.HandOverOffered) and fact.hand_over.step == step:
            return fact.hand_over.agency
        if isinstance(fact, f.BegunAgain) and step in fact.steps:
            break
    return ""


def _nobody_left(rehearsal: Rehearsal) -> Iterator[NobodyLeft]:
    """Requests with no agency to ask, either because no receiver was left or because there never
    was one. If the last request still counts as silent, it is listed only as a silence.
    """
    for moment in rehearsal.played:
        opened = [fact.task for fact in moment.facts if isinstance(fact, f.TaskOpened)]
        for task in opened:
            if _decides(rehearsal, task) and not _was_silent(moment, task.hand_over):
                now = rehearsal.state.tasks[task.id]
                became = (now.outcome or "wait_on") if now.status == TaskStatus.DONE else ""
                yield NobodyLeft(step=task.step, task=task.id, owner=now.agency, became=became)


def _decides(rehearsal: Rehearsal, task: Task) -> bool:
    """Whether somebody decides in a task what to do about a request: in a chase, or because the engine
    would have sent it by itself, had there been an agency to ask.
    """
    if task.kind is TaskKind.OFFER:
        return not rehearsal.pathway.steps[task.step].step.by
    return task.kind is TaskKind.CHASE


def _was_silent(moment: RehearsalMoment, request: str) -> bool:
    """Whether a request was made, and counted as silent once the moment was over."""
    asked = moment.state.hand_overs.get(request)
    return asked is not None and asked.status == RequestStatus.SILENT


def _questions(rehearsal: Rehearsal) -> Iterator[Question]:
    """The questions of receivers that never answered the request itself; a receiver that answered
    it had what it needed.
    """
    answered = {
        fact.hand_over
        for word in ("accept", "decline", "answer", "wait_list")
        for _, fact in _messages(rehearsal, word)
    }
    for at, fact in _messages(rehearsal, "ask"):
        if fact.hand_over not in answered:
            asked = rehearsal.state.hand_overs[fact.hand_over]
            yield Question(
                step=asked.step, request=asked.id, agency=asked.agency, sender=asked.sender, at=at
            )


def _messages(rehearsal: Rehearsal, word: str) -> Iterator[tuple[datetime, f.HandOverMoved]]:
    for moment in rehearsal.played:
        for fact in moment.facts:
            if isinstance(fact, f.HandOverMoved) and fact.message == word:
                yield moment.at, fact


def _open(rehearsal: Rehearsal) -> Iterator[Open]:
    """Open tasks, except late ones and those in which somebody decides what to do about a request;
    these are listed separately.
    """
    for task in rehearsal.state.tasks.values():
        if task.is_under_way and not (task.overdue or _decides(rehearsal, task)):
            yield Open(
                step=task.step,
                task=task.id,
                agencies=task.agencies,
                due_at=task.due_at,
                rests=task.status == TaskStatus.SUSPENDED,
            )


def _fallen(rehearsal: Rehearsal) -> Iterator[Fallen]:
    """Tasks that fell to the responsible agency. Tasks of a fall-back receiver are not among them:
    an agency that accepts holds the role, whatever its type.
    """
    held: dict[str, str] = {}
    for moment in rehearsal.played:
        for fact in moment.facts:
            if isinstance(fact, f.RoleBound):
                held[fact.role] = fact.agency
            if not isinstance(fact, f.TaskOpened):
                continue
            task = fact.task
            plan = rehearsal.pathway.roles.get(task.role)
            agency = rehearsal.registry.by_code.get(task.agency)
            may_hold = plan is None or (agency is not None and plan.type in agency.roles)
            holds = may_hold or held.get(task.role) == task.agency
            if task.role not in ("", RESPONSIBLE) and not holds:
                yield Fallen(step=task.step, task=task.id, role=task.role, agency=task.agency)


def _unplayed(rehearsal: Rehearsal) -> Iterator[str]:
    state = rehearsal.state
    had = [task.agency for task in state.tasks.values()]
    had += [asked.agency for asked in state.hand_overs.values() if asked.kind != "notification"]
    acted = {moment.play.by for moment in rehearsal.moments if moment.play.do}
    for agency in dict.fromkeys(had):
        if agency not in acted:
            yield agency

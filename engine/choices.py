"""What may be done next in a case, and by whom: the worklists of all agencies at once. Pure.

Simulations, rehearsals and random walks all use this list. A caller that has settled on one subject
asks only for the choices about it. The list matches `decide`: every choice on it is accepted with
some answers from some person, and every kind of act that is accepted is either on it or in
`offering.asides`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from engine import commands as c
from engine.acts.reason_lists import ALARM_REASONS, DECLINE_REASONS, REOPEN_REASONS
from engine.consent_steps import step_for
from engine.contacting import Reach
from engine.definition import DataField
from engine.forms import applies, receiver
from engine.machines import sources
from engine.message import Message, finding
from engine.pathway import Pathway
from engine.permitted import has_part, is_accepted, is_permitted
from engine.plans import FormField
from engine.state import Answer, HandOver, State, Task
from engine.statuses import NOTHING_HEARD, ONCE_GIVEN, UNANSWERED, CasePhase, RequestStatus
from engine.task_kinds import TaskKind
from engine.turns import doors
from engine.turns.closing import APPROVAL_OUTCOMES
from engine.turns.guardians import who_answers
from engine.turns.interrupting import may_rise
from engine.turns.resting import WAIT_ON
from engine.turns.rights import holders, starters
from engine.turns.silence import CHASE_OUTCOMES
from engine.view import View

Fill = Callable[[Task | HandOver, str, DataField], Answer | None]
"""Answers a field of a task's form, or of the form filled in to accept a request, by name and type;
None leaves it unanswered.
"""


class PossibleAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an agency may do now."""

    agency: str
    act: c.AnyAct
    what: Message
    """What the act does, and to which step or interrupt: a message whose code begins with
    `finding.way`.
    """
    about: str
    """The task, hand-over, consent, interrupt or step concerned. For a reopening, the end that the
    case had reached; for an aside, see `Aside`.
    """
    owed: bool
    """Whether somebody is waiting for the act; if nobody is, it may be left undone."""


def choices(view: View, fill: Fill) -> list[PossibleAct]:
    """Everything that may be done now except asides, in an order that depends on the arguments
    alone.

    Args:
        fill: answers the forms; every outcome of a decision gets the same answers.
    """
    pathway, state = view.pathway, view.state
    if state.status != CasePhase.OPEN:
        late = [each for name in state.consents for each in withdrawals(view, name)]
        return [
            each for each in (*reopenings(view), *late) if is_accepted(view, each.act, each.agency)
        ]
    found: list[PossibleAct] = []
    for task in state.open_tasks():
        own = list(on_task(pathway, state, task, fill))
        found += own
        found += [replace(each, agency=other) for other in task.also.values() for each in own]
    for asked in state.hand_overs.values():
        found += on_request(pathway, state, asked, fill)
        found += messages(view, asked)
    for name in state.interrupts:
        found += resolutions(view, name)
    for name in state.consents:
        found += withdrawals(view, name)
    for name in pathway.definition.interrupts:
        found += raises(view, name)
    for name in pathway.steps:
        found += starts(view, name)
    return [each for each in found if is_permitted(view, each.act, each.agency)]


def on_task(pathway: Pathway, state: State, task: Task, fill: Fill) -> Iterator[PossibleAct]:
    """What the agency that has an open task may do with it, the usual course first."""
    for act, what in _acts_on(pathway, state, task, fill):
        yield PossibleAct(agency=task.agency, act=act, what=what, about=task.id, owed=True)


Way = tuple[c.AnyAct, Message]
"""An act, and what it does."""


def _acts_on(pathway: Pathway, state: State, task: Task, fill: Fill) -> list[Way]:
    """The acts on a task, each with what it does; the usual course comes first."""
    match task.kind:
        case TaskKind.CONSENT:
            return _consent(pathway, state, task)
        case TaskKind.ARRIVAL:
            return _arrival(state, task)
        case TaskKind.FEEDBACK:
            return [(c.GiveFeedback(task=task.id), finding("way.feedback", step=task.step))]
        case TaskKind.CHASE | TaskKind.APPROVAL | TaskKind.REVIEW:
            return _decided(task, _outcomes(pathway, task.kind))
        case TaskKind.RESOLVE:
            return list(_resolved(pathway, task.step))
        case TaskKind.CLOSING:
            answers, protected = _filled_in(pathway, state, task, pathway.form_of(task), fill)
            done = c.Complete(task=task.id, answers=answers, protected=protected)
            return [(done, _did(task.step))]
        case TaskKind.STOP:  # outside the usual course, so an aside
            return []
        case TaskKind.WORK | TaskKind.DECISION | TaskKind.VOTE | TaskKind.OFFER:
            return _work(pathway, state, task, fill)


def _outcomes(pathway: Pathway, kind: TaskKind) -> tuple[str, ...]:
    """What may be decided in a chase, approval or review task, whatever the step."""
    if kind is TaskKind.REVIEW:
        return (WAIT_ON, *pathway.definition.ends)
    return CHASE_OUTCOMES if kind is TaskKind.CHASE else APPROVAL_OUTCOMES


def _did(step: str) -> Message:
    return finding("way.did", step=step)


def _to(step: str, outcome: str) -> Message:
    return finding("way.outcome", step=step, outcome=outcome)


def _decided(task: Task, outcomes: Iterable[str]) -> list[Way]:
    return [(c.Complete(task=task.id, outcome=each), _to(task.step, each)) for each in outcomes]


def _resolved(pathway: Pathway, name: str) -> Iterator[Way]:
    """The choices that resolve an interrupt: one for each outcome, or a single one if it has
    none.
    """
    for each in tuple(pathway.interrupt(name).resolved) or ("",):
        what = _to(name, each) if each else finding("way.over", step=name)
        yield c.Resolve(interrupt=name, outcome=each), what


def _consent(pathway: Pathway, state: State, task: Task) -> list[Way]:
    """The answers that a consent task may have. The guardian answers if one has to, otherwise the
    person; an interpreter helps if the person's language is not known.
    """
    name = pathway.steps[task.step].step.consent or ""
    field = pathway.consent(name).language
    spoken = state.data.get(field) if field else "en"
    giver = who_answers(pathway, state, name) or "person"
    views = ("agrees", "objects") if giver == "guardian" else ("",)

    def answered(given: bool, view: str) -> c.RecordConsent:
        return c.RecordConsent(
            task=task.id,
            given=given,
            language=str(spoken or "en"),
            interpreter=spoken is None,
            giver=giver,
            view=view,
        )

    step = task.step
    given: list[Way] = [
        (answered(True, each), finding("way.given_for", step=step, view=each))
        for each in views
        if each
    ]
    given = given or [(answered(True, ""), finding("way.given", step=step))]
    return [*given, (answered(False, views[0]), finding("way.refused", step=step))]


def _arrival(state: State, task: Task) -> list[Way]:
    arrived: list[Way] = [(c.ConfirmArrival(task=task.id), finding("way.arrived", step=task.step))]
    if f"{task.step}.missed" in state.moments:
        return arrived
    return [*arrived, (c.ReportNoShow(task=task.id), finding("way.no_show", step=task.step))]


def _work(pathway: Pathway, state: State, task: Task, fill: Fill) -> list[Way]:
    plan = pathway.steps[task.step]
    answers, protected = _filled_in(pathway, state, task, plan.form, fill)

    def done(outcome: str | None) -> c.AnyAct:
        return c.Complete(task=task.id, answers=answers, protected=protected, outcome=outcome)

    if task.kind is TaskKind.OFFER:
        sent = finding("way.sent", step=task.step)
        return [(done(None), sent), (done("give_up"), _to(task.step, "give_up"))]
    outcomes = tuple(plan.step.decide or ())
    found = [(done(each), _to(task.step, each)) for each in outcomes]
    found = found or [(done(None), _did(task.step))]
    if task.kind is TaskKind.VOTE:  # the panel goes on without this member
        conflict = c.Decline(task=task.id, reason="conflict_of_interest")
        found.append((conflict, finding("way.conflict", step=task.step)))
    return found


def _filled_in(
    pathway: Pathway,
    state: State,
    about: Task | HandOver,
    form: tuple[FormField, ...],
    fill: Fill,
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """The open answers of a form, and the names of its protected fields that are answered."""
    answers: dict[str, Answer] = {}
    protected: list[str] = []
    for asked in form:
        field = pathway.definition.data[asked.name]
        is_asked = applies(asked, state, answers, protected) is not False
        answer = fill(about, asked.name, field) if is_asked else None
        if answer is None:
            continue
        if answer in (Reach.PERSON, Reach.GUARDIAN):
            answer = receiver(pathway, state, asked, answers) or answer
        if field.is_protected:
            protected.append(asked.name)
        else:
            answers[asked.name] = (
                (answer,) if field.many and not isinstance(answer, tuple) else answer
            )
    return answers, tuple(protected)


def on_request(
    pathway: Pathway, state: State, asked: HandOver, fill: Fill
) -> Iterator[PossibleAct]:
    step, see = asked.step, c.See(hand_over=asked.id)
    seen = finding("way.seen", step=step)
    if asked.status == RequestStatus.INFORMED:
        yield PossibleAct(agency=asked.agency, act=see, what=seen, about=asked.id, owed=True)
    if asked.status not in UNANSWERED:
        return
    answers, protected = _filled_in(pathway, state, asked, pathway.answers_of(asked), fill)
    yes = c.AcceptHandOver(hand_over=asked.id, answers=answers, protected=protected)
    acts: list[Way] = [
        (yes, finding("way.accepted", step=step)),
        (replace(yes, conditions=True), finding("way.accepted_with_conditions", step=step)),
        *(
            (
                c.DeclineHandOver(hand_over=asked.id, reason=each),
                finding("way.declined", step=step, reason=each),
            )
            for each in DECLINE_REASONS
        ),
    ]
    if asked.status in NOTHING_HEARD:
        acts.append((see, seen))
    if pathway.steps[step].step.wait_list and asked.status != RequestStatus.WAITING:
        acts.append((c.WaitList(hand_over=asked.id), finding("way.waits", step=step)))
    for act, what in acts:
        yield PossibleAct(agency=asked.agency, act=act, what=what, about=asked.id, owed=True)


def messages(view: View, asked: HandOver) -> Iterator[PossibleAct]:
    """Messages that may be sent about a request although nobody is waiting for them."""
    step = asked.step
    if step not in view.pathway.steps:  # a request from an earlier version
        return
    said: tuple[tuple[c.AnyAct, str, Message, str], ...] = (
        (c.Ask(hand_over=asked.id), "ask", finding("way.asked", step=step), asked.agency),
        (
            c.Prepare(hand_over=asked.id),
            "prepare",
            finding("way.prepared", step=step),
            asked.agency,
        ),
        (
            c.Revoke(hand_over=asked.id),
            "revoke",
            finding("way.revoked", step=step),
            view.sender_of(asked),
        ),
    )
    for act, word, what, agency in said:
        if asked.status in sources("hand_over", word):
            yield PossibleAct(agency=agency, act=act, what=what, about=asked.id, owed=False)


def resolutions(view: View, name: str) -> Iterator[PossibleAct]:
    """Every way to resolve an interrupt, for each agency that may do so. Agencies with an open task
    to resolve it are left out: `on_task` gives them these choices.
    """
    pathway, state = view.pathway, view.state
    raised_by = pathway.interrupt(name).raised_by
    asked = {
        task.agency
        for task in state.open_tasks()
        if task.kind is TaskKind.RESOLVE and task.step == name
    }
    for agency in sorted({state.responsible, *holders(view, raised_by)} - asked):
        for act, what in _resolved(pathway, name):
            yield PossibleAct(agency=agency, act=act, what=what, about=name, owed=False)


def withdrawals(view: View, name: str) -> Iterator[PossibleAct]:
    """The withdrawal of a consent, by each agency that takes part in the case: first by the
    responsible one, which usually records it.
    """
    pathway, state = view.pathway, view.state
    consent = state.consents.get(name)
    if consent is None or consent.status not in ONCE_GIVEN:
        return
    for agency in _first_responsible(view, view.involved()):
        yield PossibleAct(
            agency=agency,
            act=c.WithdrawConsent(consent=name),
            what=finding("way.withdrawn", step=step_for(pathway, state, name).name),
            about=name,
            owed=False,
        )


def raises(view: View, name: str) -> Iterator[PossibleAct]:
    """The act of raising an interrupt, by each agency that may do so now."""
    pathway, state = view.pathway, view.state
    if name in state.interrupts or not may_rise(pathway, state, name):
        return
    for agency in sorted(holders(view, pathway.interrupt(name).raised_by)):
        yield PossibleAct(
            agency=agency,
            act=c.Raise(interrupt=name, reason=ALARM_REASONS[0] if name in pathway.alarms else ""),
            what=_did(name),
            about=name,
            owed=False,
        )


def starts(view: View, name: str) -> Iterator[PossibleAct]:
    """The act of starting a manual step, by each agency that may do so now, the responsible one
    first.
    """
    pathway = view.pathway
    plan = pathway.steps[name]
    act = c.Start(step=name)
    # Asked first, so that nobody is looked for in vain.
    if not plan.step.manual or not doors.lets_through(view, plan, doors.STARTING):
        return
    for agency in _first_responsible(view, starters(view, plan)):
        if not has_part(view, act, agency):
            continue
        yield PossibleAct(
            agency=agency,
            act=act,
            what=finding("way.begun", step=name),
            about=name,
            owed=False,
        )


def _first_responsible(view: View, agencies: set[str]) -> list[str]:
    """The agencies in the order of their codes, but the responsible one first."""
    return sorted(agencies, key=lambda each: (each != view.state.responsible, each))


def reopenings(view: View) -> Iterator[PossibleAct]:
    """The act of reopening a case that has ended, by each agency that may do so."""
    pathway, state = view.pathway, view.state
    reopen = pathway.definition.reopen
    if reopen is None or state.status != CasePhase.ENDED or state.end not in pathway.reopens_from:
        return
    for agency in sorted(holders(view, reopen.by)):
        yield PossibleAct(
            agency=agency,
            act=c.Reopen(reason=REOPEN_REASONS[0]),
            what=finding("way.reopened"),
            about=state.end,
            owed=False,
        )

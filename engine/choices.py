"""What may be done next in a case, and by whom: the worklists of all agencies at once. Pure.

Simulations, rehearsals and random walks all use this list. A caller that has settled on one subject
asks for the choices about that alone. The list matches `decide`: every choice on it is accepted
with some answers from some person, and every accepted act is on it or in `asides`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from engine import commands as c
from engine.acts.reason_lists import DECLINE_REASONS, REOPEN_REASONS
from engine.definition import DataField
from engine.forms import applies
from engine.machines import sources
from engine.pathway import Pathway
from engine.permitted import has_part, is_accepted, is_permitted
from engine.plans import FormField
from engine.state import Answer, HandOver, State, Task, TaskKind
from engine.statuses import ONCE_GIVEN, UNANSWERED, CasePhase, RequestStatus
from engine.turns import gates
from engine.turns.closing import APPROVAL_OUTCOMES
from engine.turns.guardians import who_answers
from engine.turns.interrupting import may_rise
from engine.turns.rights import holders, starters
from engine.turns.silence import CHASE_OUTCOMES
from engine.view import View

Fill = Callable[[Task | HandOver, str, DataField], Answer | None]
"""Answers a field of a task's form, or of the form that accepts a request, by name and type;
None leaves it unanswered.
"""


class PossibleAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an agency may do now."""

    agency: str
    act: c.AnyAct
    what: str
    """In neutral words: the label of the step, and the outcome if there is one."""
    about: str
    """The task, hand-over, consent, interrupt or step concerned."""
    owed: bool
    """Somebody is waiting for it; anything else may be left undone."""


def choices(view: View, fill: Fill) -> list[PossibleAct]:
    """Everything that may be done now, in an order that depends on the arguments alone.

    Args:
        fill: answers the forms; every outcome of a decision gets the same answers.
    """
    pathway, state = view.pathway, view.state
    if state.status != CasePhase.OPEN:
        return [each for each in reopenings(view) if is_accepted(view, each.act, each.agency)]
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
    """What may be done with one open task by the agency that has it, the usual course first."""
    label = pathway.label(task.step)
    for act, word in _acts_on(pathway, state, task, fill):
        what = f"{label}: {word.replace('_', ' ')}" if word else label
        yield PossibleAct(agency=task.agency, act=act, what=what, about=task.id, owed=True)


def _acts_on(pathway: Pathway, state: State, task: Task, fill: Fill) -> list[tuple[c.AnyAct, str]]:
    """Acts with the outcome they lead to; the usual course comes first."""
    match task.kind:
        case TaskKind.CONSENT:
            return _consent(pathway, state, task)
        case TaskKind.ARRIVAL:
            return _arrival(state, task)
        case TaskKind.FEEDBACK:
            return [(c.GiveFeedback(task=task.id), "feedback")]
        case TaskKind.CHASE:
            return [(c.Complete(task=task.id, outcome=each), each) for each in CHASE_OUTCOMES]
        case TaskKind.RESOLVE:
            outcomes = tuple(pathway.interrupt(task.step).resolved) or ("",)
            return [(c.Resolve(interrupt=task.step, outcome=o), o or "over") for o in outcomes]
        case TaskKind.CLOSING:
            answers, protected = _filled_in(pathway, state, task, pathway.form_of(task), fill)
            return [(c.Complete(task=task.id, answers=answers, protected=protected), "")]
        case TaskKind.APPROVAL:
            return [(c.Complete(task=task.id, outcome=each), each) for each in APPROVAL_OUTCOMES]
        case TaskKind.REVIEW:
            ends = pathway.definition.ends
            return [(c.Complete(task=task.id, outcome=each), each) for each in ends]
        case TaskKind.WORK | TaskKind.DECISION | TaskKind.VOTE | TaskKind.OFFER:
            return _work(pathway, state, task, fill)


def _consent(pathway: Pathway, state: State, task: Task) -> list[tuple[c.AnyAct, str]]:
    """Consent as it must be asked: of the guardian if there has to be one, in a language the
    person understands.
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

    against = [(answered(True, each), f"given, the person {each}") for each in views if each]
    return [*(against or [(answered(True, ""), "given")]), (answered(False, views[0]), "refused")]


def _arrival(state: State, task: Task) -> list[tuple[c.AnyAct, str]]:
    arrived: list[tuple[c.AnyAct, str]] = [(c.ConfirmArrival(task=task.id), "arrived")]
    if f"{task.step}.missed" in state.moments:
        return arrived
    return [*arrived, (c.ReportNoShow(task=task.id), "no show")]


def _work(pathway: Pathway, state: State, task: Task, fill: Fill) -> list[tuple[c.AnyAct, str]]:
    plan = pathway.steps[task.step]
    answers, protected = _filled_in(pathway, state, task, plan.form, fill)

    def done(outcome: str | None) -> c.AnyAct:
        return c.Complete(task=task.id, answers=answers, protected=protected, outcome=outcome)

    if task.kind is TaskKind.OFFER:
        return [(done(None), "sent"), (done("give_up"), "give_up")]
    outcomes = tuple(plan.step.decide or ())
    found = [(done(each), each) for each in outcomes] or [(done(None), "")]
    if task.kind is TaskKind.VOTE:  # whoever may not vote says so; the panel goes on without
        found.append((c.Decline(task=task.id, reason="conflict_of_interest"), "conflict"))
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
    label = pathway.label(asked.step)
    if asked.status == RequestStatus.INFORMED:
        see = c.See(hand_over=asked.id)
        yield PossibleAct(
            agency=asked.agency, act=see, what=f"{label}: see", about=asked.id, owed=True
        )
    if asked.status not in UNANSWERED:
        return
    answers, protected = _filled_in(pathway, state, asked, pathway.answers_of(asked), fill)
    yes = c.AcceptHandOver(hand_over=asked.id, answers=answers, protected=protected)
    acts: list[tuple[c.AnyAct, str]] = [
        (yes, "accept"),
        (replace(yes, conditions=True), "accept with conditions"),
        *(
            (c.DeclineHandOver(hand_over=asked.id, reason=each), f"decline, {each}")
            for each in DECLINE_REASONS
        ),
    ]
    if asked.status in (RequestStatus.OFFERED, RequestStatus.SILENT):
        acts.append((c.See(hand_over=asked.id), "see"))
    if pathway.steps[asked.step].step.wait_list and asked.status != RequestStatus.WAITING:
        acts.append((c.WaitList(hand_over=asked.id), "wait list"))
    for act, word in acts:
        what = f"{label}: {word.replace('_', ' ')}"
        yield PossibleAct(agency=asked.agency, act=act, what=what, about=asked.id, owed=True)


def messages(view: View, asked: HandOver) -> Iterator[PossibleAct]:
    """Messages that may be sent about a request although nobody is waiting for them."""
    label = view.pathway.label(asked.step)
    if asked.step not in view.pathway.steps:  # of a version before
        return
    said: tuple[tuple[c.AnyAct, str, str], ...] = (
        (c.Ask(hand_over=asked.id), "ask", asked.agency),
        (c.Prepare(hand_over=asked.id), "prepare", asked.agency),
        (c.Revoke(hand_over=asked.id), "revoke", view.sender_of(asked)),
    )
    for act, word, agency in said:
        if asked.status in sources("hand_over", word):
            what = f"{label}: {word}"
            yield PossibleAct(agency=agency, act=act, what=what, about=asked.id, owed=False)


def resolutions(view: View, name: str) -> Iterator[PossibleAct]:
    """Each agency that may resolve an interrupt, except the one that has the task to."""
    pathway, state = view.pathway, view.state
    interrupt, label = pathway.interrupt(name), pathway.label(name)
    asked = {
        task.agency
        for task in state.open_tasks()
        if task.kind is TaskKind.RESOLVE and task.step == name
    }
    for agency in sorted({state.responsible, *holders(view, interrupt.raised_by)} - asked):
        for outcome in tuple(interrupt.resolved) or ("",):
            yield PossibleAct(
                agency=agency,
                act=c.Resolve(interrupt=name, outcome=outcome),
                what=f"{label}: {(outcome or 'over').replace('_', ' ')}",
                about=name,
                owed=False,
            )


def withdrawals(view: View, name: str) -> Iterator[PossibleAct]:
    """Withdrawals: any agency of the case may record one; the responsible agency usually does."""
    pathway, state = view.pathway, view.state
    consent = state.consents.get(name)
    if consent is None or consent.status not in ONCE_GIVEN:
        return
    for agency in _first_responsible(view, view.involved()):
        yield PossibleAct(
            agency=agency,
            act=c.WithdrawConsent(consent=name),
            what=f"{pathway.label(pathway.consent_steps[name].name)}: withdrawn",
            about=name,
            owed=False,
        )


def raises(view: View, name: str) -> Iterator[PossibleAct]:
    """Each agency that may raise an interrupt now."""
    pathway, state = view.pathway, view.state
    if name in state.interrupts or not may_rise(pathway, state, name):
        return
    for agency in sorted(holders(view, pathway.interrupt(name).raised_by)):
        yield PossibleAct(
            agency=agency,
            act=c.Raise(interrupt=name),
            what=pathway.label(name),
            about=name,
            owed=False,
        )


def starts(view: View, name: str) -> Iterator[PossibleAct]:
    """Each agency that may start a manual step now; the responsible one first."""
    pathway = view.pathway
    plan = pathway.steps[name]
    act = c.Start(step=name)
    # Asked first, so that nobody is looked for in vain.
    if not plan.step.manual or not gates.lets_through(view, plan, gates.STARTING):
        return
    for agency in _first_responsible(view, starters(view, plan)):
        if not has_part(view, act, agency):
            continue
        yield PossibleAct(
            agency=agency,
            act=act,
            what=f"{pathway.label(name)}: begin",
            about=name,
            owed=False,
        )


def _first_responsible(view: View, agencies: set[str]) -> list[str]:
    """In order, the responsible agency first."""
    return sorted(agencies, key=lambda each: (each != view.state.responsible, each))


def reopenings(view: View) -> Iterator[PossibleAct]:
    """Each agency that may reopen a case that has ended."""
    pathway, state = view.pathway, view.state
    reopen = pathway.definition.reopen
    if reopen is None or state.status != CasePhase.ENDED or state.end not in pathway.reopens_from:
        return
    for agency in sorted(holders(view, reopen.by)):
        yield PossibleAct(
            agency=agency,
            act=c.Reopen(reason=REOPEN_REASONS[0]),
            what="reopened",
            about=state.end,
            owed=False,
        )

"""How a case came to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from engine import facts as f
from engine.consent_steps import withdrawal
from engine.definition import Stage
from engine.explaining.asked import asked_of
from engine.explaining.history import Then
from engine.explaining.reasons import CaseHistory, Reason
from engine.message import Message, message
from engine.phrases.syntax import EndCase
from engine.quiet import is_kept_from
from engine.statuses import CasePhase, StageStatus, StepStatus


def is_now(known: CaseHistory) -> Message:
    """The status of the case.

    An open case is shown with its responsible agency; an ended one with its end, unless that is
    kept from the reader. Only readers who see all of a merged case learn which case it was merged
    into.
    """
    state = known.state
    if state.status == CasePhase.OPEN:
        return message("why.now.open", agency=state.responsible)
    if state.merged_into and known.sees_all:
        return message("why.now.merged_into", case=state.merged_into)
    if state.merged_into:
        return message("why.now.merged")
    if state.end and not is_kept_from(known.view, known.agency):
        return message("why.now.ended", end=state.end)
    return message(f"status.case.{state.status}")


def of_case(known: CaseHistory) -> Iterator[Reason]:
    """When the case got its end, and what led to that end; empty if the case has no end."""
    ending = known.state.end
    if not ending:
        return
    at = known.state.moments.get("case.ended")
    kind = message(f"why.kind_of_end.{known.view.pathway.ends[ending].kind}")
    yield Reason(said=message("why.end.came", end=ending, kind=kind), at=at)
    history = known.history()
    came = next((then for then in history if _gives(then, ending)), None)
    for then in history if came else ():
        if what := _from(then, then.name_of("ends", ending) or ""):
            yield Reason(said=message("why.end.followed", what=what))
            yield from known.moved_since(then)
            return


def _gives(then: Then, ending: str) -> bool:
    """Whether a fact gave the case its end. If a stage outlived the end, a later fact closed the
    case; that fact does not count.
    """
    end = then.name_of("ends", ending)
    return isinstance(then.fact, f.EndKnown | f.CaseEnded) and then.state.end != end


def _from(then: Then, end: str) -> Message | None:
    """Words for what a fact reports, if the pathway lets this end follow from it; otherwise None."""
    pathway, part = then.pathway, object()
    match then.fact:
        case f.StepMoved(step=name, status=status):
            step = pathway.steps[name].step
            part = step.otherwise if status == StepStatus.SKIPPED else step
            how = _of_step(then, name, status)
            said = message("why.was.steps", step=then.name_now("steps", name), how=how)
        case f.StageMoved(stage=name, status=status) if status != StageStatus.CLOSED:
            word = StepStatus.DONE if status == StageStatus.ENDED else status
            part, how = pathway.stages[name].stage, message(f"status.part.{word}")
            said = message("why.was.stages", stage=then.name_now("stages", name), how=how)
        case f.InterruptRaised(name=name) | f.InterruptResolved(name=name):
            part, now = pathway.interrupt(name), then.name_now("interrupts", name)
            is_raised = isinstance(then.fact, f.InterruptRaised)
            said = (
                message("why.was.raised", interrupt=now)
                if is_raised
                else message("why.was.resolved", interrupt=now)
            )
        case f.ConsentChanged(name=name, consent=consent):
            part = (pathway.consent(name), withdrawal(pathway, then.state, name))
            how = message(f"status.consent.{consent.status}")
            said = message("why.was.consents", consent=then.name_now("consents", name), how=how)
        case _:
            return None
    return said if _says(part, end) else None


def _of_step(then: Then, name: str, status: str) -> Message:
    """What became of a step, and what was answered in it."""
    step, state = then.pathway.steps[name].step, then.state
    consent = state.consents.get(step.consent or "")
    word = message(f"status.part.{status}")
    if status != StepStatus.DONE:
        return word
    if consent:
        answer = message(f"status.consent.{consent.status}")
        return message("why.done.consent", status=word, answer=answer)
    if asked := asked_of(state, name):
        return message("why.done.with", status=word, outcome=asked)
    outcome = state.decisions.get(name)
    return message("why.done.with", status=word, outcome=outcome) if outcome else word


def _says(part: object, end: str) -> bool:
    """Whether an entry of the pathway leads to that end."""
    if isinstance(part, EndCase):
        return part.name == end
    if isinstance(part, Mapping):
        return any(_says(each, end) for each in part.values())
    if isinstance(part, list | tuple):
        return any(_says(each, end) for each in part)
    if isinstance(part, Stage):
        return _says(part.then, end) or _says(part.otherwise, end)
    names: Iterable[str] = getattr(part, "__struct_fields__", ()) or _fields(part)
    return any(_says(getattr(part, each), end) for each in names)


def _fields(part: object) -> Iterable[str]:
    return type(part).model_fields if isinstance(part, BaseModel) else ()

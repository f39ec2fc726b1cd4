"""A case as programs read it: what its projection lets their agency see, and what the agency may
do.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from casework.case_part import CasePart
from casework.context import Onward
from casework.request_view import RequestView
from engine.numbering import Work
from engine.offering import Offered
from engine.state import HandOver, Task

Out = TypeVar("Out", bound=BaseModel)
_TAG = "case as a program reads it"


class ConsentOut(BaseModel):
    """A consent that the person has been asked for."""

    name: str
    title: str
    status: str
    expires_at: datetime | None


class TaskOut(BaseModel):
    """A task of the agency, or one that it may see."""

    number: str
    """The task's number, as this agency knows it."""
    step: str
    label: str
    """The neutral label of the task's step, in the language that was asked for if the pathway has
    it.
    """
    kind: str
    status: str
    agency: str
    overdue: bool
    opened_at: datetime
    due_at: datetime | None
    claimed_by: str
    done_at: datetime | None
    outcome: str


class RequestOut(BaseModel):
    """A request between two agencies."""

    number: str
    """The request's number, as this agency knows it."""
    step: str
    label: str
    kind: str
    status: str
    sender: str
    receiver: str
    overdue: bool
    offered_at: datetime
    answer_by: datetime | None
    conditions: bool
    reason: str


class KnownRequestOut(RequestOut):
    """A request, with what the agency may read of it now. Reading any of that is recorded."""

    known: dict[str, Any]
    """What the agency may read of the request now: answers by field, and free text that belongs to
    the request; empty if there is nothing.
    """


class OfferOut(BaseModel):
    """An act that the agency may do now."""

    act: str
    """The act, as its route is named: `consent.give`."""
    about: str
    """What the act is about: a task, request, consent, interrupt, step, named clock, agency or
    other case; empty for the case itself, or if the program chooses the other case when it acts.
    """
    owed: bool
    """Whether somebody is waiting for the act."""
    values: dict[str, list[str]]
    """The values that the act accepts, by field, if the pathway or the registry lists them. For a
    field that accepts any of many agencies or colleagues, only one of these is listed.
    """


class CaseOut(BaseModel):
    """A case, as far as the agency sees it."""

    code: str
    pathway: str
    title: str
    status: str
    end: str
    responsible: str
    stages: dict[str, str]
    interrupts: list[str]
    answers: dict[str, Any]
    """The answers that are not protected, by field."""
    consents: list[ConsentOut]
    tasks: list[TaskOut]
    requests: list[RequestOut]
    offers: list[OfferOut] = Field(description="What is owed stands first.")


class OpenTaskOut(TaskOut):
    """A task with its form, and what it shows beside that. Reading any of that is recorded."""

    known: dict[str, Any]
    """What the task shows beside what its form asks for: answers by field; empty if there is
    nothing.
    """

    form: dict[str, Any] | None
    """The schema of its answers, in JSON Schema 2020-12; null once the task is over, and for the
    confirmation of a stop.
    """


def case_out(part: CasePart) -> CaseOut:
    state, spoken = part.seen.state, part.spoken
    return CaseOut(
        code=part.code,
        pathway=state.pathway,
        title=spoken.title,
        status=state.status,
        end=state.end,
        responsible=state.responsible,
        stages={name: str(status) for name, status in state.stages.items()},
        interrupts=[*state.interrupts],
        answers=dict(state.data),
        consents=[
            ConsentOut(
                name=name,
                title=spoken.named(name, "consent_titles"),
                status=each.status,
                expires_at=each.expires_at,
            )
            for name, each in state.consents.items()
        ],
        tasks=[task_out(part, each) for each in part.works if isinstance(each, Task)],
        requests=[request_out(part, each) for each in part.works if isinstance(each, HandOver)],
        offers=[_offer_out(each) for each in part.offered],
    )


_WORDS: Any = {
    "title": True,
    **{each: {"__all__": {"title", "label"}} for each in ("consents", "tasks", "requests")},
}
"""The fields with texts in the language that was asked for, which `etag` leaves out."""


def etag(onward: Onward, case: CaseOut) -> str:
    """The tag of a case as it was read. It changes if, and only if, something changes that the
    agency can see of the case, other than titles and labels.

    It is keyed, since the answers could be guessed by trial from a plain digest, unrecorded.
    """
    said = case.model_dump_json(exclude=_WORDS).encode()
    return f'"{onward.proof.of(_TAG, said).hex()[:32]}"'


def task_out(part: CasePart, task: Task) -> TaskOut:
    return _out(TaskOut, task, number=part.number(task), label=_label(part, task))


def request_out(part: CasePart, request: HandOver) -> RequestOut:
    return _out(
        RequestOut,
        request,
        number=part.number(request),
        label=_label(part, request),
        receiver=request.agency,
    )


def _out(model: type[Out], work: Work, **own: str) -> Out:
    """A task or request as programs read it.

    Args:
        own: the fields whose values are given here; all others are read from `work`.
    """
    rest = model.model_fields.keys() - own.keys()
    return model(**own, **{name: getattr(work, name) for name in rest})


def known_request_out(part: CasePart, request: HandOver, view: RequestView) -> KnownRequestOut:
    return KnownRequestOut(**request_out(part, request).model_dump(), known=view.known)


def _label(part: CasePart, work: Work) -> str:
    return part.spoken.label(work.step)


def _offer_out(offer: Offered) -> OfferOut:
    declared = offer.act.declared
    asked = [word.field for word in declared.words if word.option] if declared else []
    found = {field: [*offer.values(field)] for field in asked}
    return OfferOut(
        act=offer.way.name,
        about=offer.about,
        owed=offer.owed,
        values={field: values for field, values in found.items() if values},
    )

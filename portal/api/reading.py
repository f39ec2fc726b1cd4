"""What programs read of a case, and of what their agency has to do. Forms are given as JSON
Schemas.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from casework import request_lists, worklists
from casework.case_part import CasePart, answers_read, case_part
from casework.filling_in import AskedField, FormToFill, form_of
from casework.listed_work import ListPlace, Worklist
from casework.looks import one_look
from casework.queries import protected_values
from casework.request_lists import RequestLine
from casework.request_view import request as request_view
from casework.worklist_filters import Which
from engine.errors import Refusal
from engine.state import HandOver, StopTask, Task
from portal.api.acts import Code
from portal.api.case_reading import (
    CaseOut,
    KnownRequestOut,
    OpenTaskOut,
    case_out,
    etag,
    known_request_out,
    task_out,
)
from portal.api.problems import documented
from portal.api.programs import AskingProgram, ByProgram

Number = Annotated[
    str, Path(max_length=80, description="Of the task or request, as its agency knows it.")
]
Most = Annotated[int, Query(ge=1, le=200, description="How many lines at most.")]

After = Annotated[str, Query(max_length=120, description="`next` of the lines before.")]


class TaskLineOut(BaseModel):
    """An open task, as listed."""

    code: str
    task: str
    step: str
    kind: str
    label: str
    agency: str
    status: str
    overdue: bool
    claimed_by: str
    opened_at: datetime
    due_at: datetime | None


class RequestLineOut(BaseModel):
    """A request, as listed."""

    code: str
    hand_over: str
    label: str
    sender: str
    receiver: str
    status: str
    overdue: bool
    offered_at: datetime
    answer_by: datetime | None


class TaskList(BaseModel):
    """Open tasks, the soonest due first."""

    items: list[TaskLineOut]
    next: str
    """The value of `after` for the next lines; empty if these are the last."""
    unreadable: int
    """How many cases were left out of these lines, because they cannot be read."""


class RequestList(BaseModel):
    """Requests, newest first."""

    items: list[RequestLineOut]
    next: str
    """The value of `after` for the next lines; empty if these are the last."""
    unreadable: int


_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
}
"""The JSON Schema of each type of `engine/field_types.py`."""

ROUTES = APIRouter(tags=["reading"])
_Tag = Annotated[str, Header(alias="If-None-Match")]
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "It is as the program has seen it, or `*` was sent and it exists."}
}


@ROUTES.get("/tasks", operation_id="read_tasks", responses=documented())
def tasks(
    who: ByProgram,
    limit: Most = 50,
    after: After = "",
    overdue: bool = False,
    unclaimed: bool = False,
) -> TaskList:
    """List the open tasks of the agency, and those that it may take over from another."""
    found = worklists.tasks(
        who.onward,
        who.by,
        language=who.language,
        limit=limit,
        first_due=True,
        which=Which(overdue=overdue, unclaimed=unclaimed),
        after=ListPlace.read(after),
    )
    lines = [TaskLineOut.model_validate(each, from_attributes=True) for each in found]
    last = str(ListPlace(lines[-1].code, lines[-1].task)) if found.has_more else ""
    return TaskList(items=lines, next=last, unreadable=found.unreadable)


@ROUTES.get("/requests", operation_id="read_requests", responses=documented())
def received(who: ByProgram, limit: Most = 50, after: After = "") -> RequestList:
    """List the requests that await the agency's answer, and notifications it has not seen yet."""
    return _requests(request_lists.requests, who, limit, after)


@ROUTES.get("/requests/sent", operation_id="read_sent_requests", responses=documented())
def sent(who: ByProgram, limit: Most = 50, after: After = "") -> RequestList:
    """List the requests that the agency has sent and that are still open for it."""
    return _requests(request_lists.sent_requests, who, limit, after)


def _requests(
    listed: Callable[..., Worklist[RequestLine]], who: AskingProgram, limit: int, after: str
) -> RequestList:
    found = listed(
        who.onward, who.by, language=who.language, limit=limit, after=ListPlace.read(after)
    )
    lines = [RequestLineOut.model_validate(each, from_attributes=True) for each in found]
    last = str(ListPlace(lines[-1].code, lines[-1].hand_over)) if found.has_more else ""
    return RequestList(items=lines, next=last, unreadable=found.unreadable)


@ROUTES.get(
    "/cases/{code}",
    operation_id="read_case",
    response_model=CaseOut,
    responses=documented() | _UNCHANGED,
)
def case(who: ByProgram, code: Code, if_none_match: _Tag = "") -> Response:
    """Read a case, as far as the agency sees it. Reading answers is recorded; 304 shows none."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}

    def are_shown(part: CasePart) -> bool:
        return known.isdisjoint({"*", etag(who.onward, case_out(part))})

    with one_look():
        part = answers_read(who.onward, code, who.by, who.language, are_shown)
    found = case_out(part)
    tag = {"ETag": etag(who.onward, found), "Vary": "Accept-Language"}
    if known & {tag["ETag"], "*"}:
        return Response(status_code=304, headers=tag)
    return JSONResponse(found.model_dump(mode="json"), headers=tag)


@ROUTES.get("/cases/{code}/tasks/{number}", operation_id="read_task", responses=documented())
def task(who: ByProgram, code: Code, number: Number) -> OpenTaskOut:
    """Read a task, with the schema of its form while it is open, and the answers that it shows
    beside that. If it shows any, the look is recorded.
    """
    with one_look():
        part = _part(who, code)
        work = part.work(number)
        if not isinstance(work, Task):
            raise Refusal("not_found.part_of_yours", name=number)
        form = None
        if work.is_open and not isinstance(work, StopTask):
            form = _form_schema(form_of(who.onward, code, number, who.by, who.language))
        beside = part.reads.get(number, ())
        known = protected_values(who.onward, code, who.by, beside) if beside else {}
    return OpenTaskOut(**task_out(part, work).model_dump(), form=form, known=known)


def _form_schema(form: FormToFill) -> dict[str, Any]:
    """The schema of the answers that a program may send. A question that depends on other answers
    is never required in it.
    """
    always = [each for each in form.asked if each.required and each.applies({}) is True]
    return {
        "type": "object",
        "properties": {each.name: schema_of(each) for each in form.asked},
        "required": [each.name for each in always],
        "additionalProperties": False,
    }


def schema_of(asked: AskedField) -> dict[str, Any]:
    """The schema of the answers to one field."""
    if asked.field.words:
        one = {"oneOf": [{"const": w, "title": asked.words.get(w, w)} for w in asked.field.words]}
    else:
        one = _SCHEMAS[asked.field.type]
    found = {"type": "array", "items": one, "minItems": 1} if asked.field.many else one
    return {"title": asked.title, **found, "x-protected": asked.field.is_protected}


@ROUTES.get("/cases/{code}/requests/{number}", operation_id="read_request", responses=documented())
def request(who: ByProgram, code: Code, number: Number) -> KnownRequestOut:
    """Read a request, with the answers that it shows the agency now. If it shows any, the look is
    recorded.
    """
    with one_look():
        view = request_view(who.onward, code, number, who.by)
        part = _part(who, code)
        work = part.work(number)
    if not isinstance(work, HandOver):
        raise Refusal("not_found.part_of_yours", name=number)
    return known_request_out(part, work, view)


def _part(who: AskingProgram, code: str) -> CasePart:
    return case_part(who.onward, code, who.by, who.language)

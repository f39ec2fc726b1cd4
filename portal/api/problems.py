"""What went wrong, as programs read it (RFC 9457). A fault in a body is reported with its place,
without repeating the value that was sent there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import Request

from engine.errors import Coded, InWords, Refusal
from engine.message import Message
from portal.asked import status_of
from portal.readers import language_of
from wording import sentences

MEDIA = "application/problem+json"
_TYPE = "urn:onward:"
_NOT_LET_IN = 401
_STATUS = {
    "no_token_shown": _NOT_LET_IN,
    "no_key": 400,
    "wrong_request": 422,
    "wrong_form": 422,
    "not_understood": 422,
    "no_person": 422,
    "unknown_agency": 422,
    "unknown_pathway": 422,
    "unknown_role": 422,
    "unknown_staff": 422,
    "wrong_country": 422,
    "wrong_moment": 422,
    "other_request": 422,
    "changed_since": 412,
    "too_large": 413,
    "not_there": 404,
    "wrong_method": 405,
    "wrong_host": 400,
    "went_wrong": 500,
}
"""The HTTP status by reason, for reasons to which pages give another status or which no page has."""


class FaultOut(BaseModel):
    """One thing that is wrong in what was sent."""

    pointer: str
    """The place of the fault, as a JSON Pointer."""
    detail: str


class ProblemDetails(BaseModel):
    """Why nothing was done."""

    type: str = Field(examples=["urn:onward:not_open"])
    """A stable name: `urn:onward:` and the reason."""
    title: str
    status: int
    detail: str
    """What is wrong, in the language that was asked for."""
    errors: list[FaultOut] = []


def answer(
    request: Request,
    error: InWords,
    *,
    errors: Sequence[FaultOut] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An error as problem details."""
    language = language_of(request, "")
    reason = _reason(error)
    status = _STATUS.get(reason) or status_of(error)
    problem = ProblemDetails(
        type=f"{_TYPE}{reason}",
        title=reason.replace("_", " ").capitalize(),
        status=status,
        detail=sentences.told(error, language, on_page=True),
        errors=[*errors, *_of_form(error, language)],
    )
    challenge = {"WWW-Authenticate": "Bearer"} if status == _NOT_LET_IN else {}
    return JSONResponse(problem.model_dump(), status, {**challenge, **(headers or {})}, MEDIA)


def _of_form(error: InWords, language: str) -> Iterator[FaultOut]:
    """The faults in the answers of a form, field by field."""
    said = error.message if isinstance(error, Refusal) and error.reason == "wrong_form" else None
    for fault in cast("tuple[Message, ...]", said.values.get("faults", ())) if said else ():
        place = _pointer(("body", "answers", fault.values["field"]))
        yield FaultOut(pointer=place, detail=sentences.in_words(fault, language))


def _reason(error: InWords) -> str:
    """The reason as programs read it: `erased` for `sealed.erased`; `in_english` for an error
    without a code.
    """
    return error.message.code.split(".")[1] if isinstance(error, Coded) else "in_english"


def of_request(request: Request, error: RequestValidationError) -> JSONResponse:
    """The answer to a request that does not match its route's description: the place of each fault,
    and what is expected there.
    """
    language = language_of(request, "")
    found = [
        FaultOut(pointer=_pointer(each["loc"]), detail=_expected(each, language))
        for each in error.errors()
    ]
    is_json = "json" in request.headers.get("content-type", "json").lower()
    if not is_json and any(each["loc"] == ("body",) for each in error.errors()):
        found = [FaultOut(pointer="/header/content-type", detail="Send application/json")]
    return answer(request, Refusal("wrong_request"), errors=found)


def _expected(fault: Mapping[str, Any], language: str) -> str:
    """What is expected in one place: in the reader's language if we say it, otherwise as pydantic
    does.
    """
    said = fault.get("ctx", {}).get("message")
    return sentences.in_words(said, language) if isinstance(said, Message) else str(fault["msg"])


def _pointer(where: Sequence[Any]) -> str:
    escaped = (str(each).replace("~", "~0").replace("/", "~1") for each in where)
    return f"/{'/'.join(escaped)}"


def documented(*more: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its description.

    Args:
        more: further statuses, in addition to those that any request may get.
    """
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        each: {"description": _MEANING[each], "content": {MEDIA: {"schema": schema}}}
        for each in sorted({*more, *_ALWAYS})
    }


_ALWAYS = (401, 403, 404, 409, 422, 429, 500)
CHANGING = (400, 413)
"""Further statuses that a route may answer with if it changes something."""
_MEANING = {
    400: "No key was sent.",
    401: "No token was shown that lets a program in.",
    403: "The token, or the agency, may not do this.",
    404: "There is nothing of this name for the agency.",
    409: "The case does not allow it now.",
    412: "The case is not what the program has seen.",
    413: "The request is larger than Onward accepts.",
    422: "Something that was sent does not fit.",
    429: "The agency's program has asked too often.",
    500: "Something went wrong here.",
}

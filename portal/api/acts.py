"""A route for each declared way to act. The act's words become fields of the request body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path
from msgspec.structs import fields
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)
from sqlalchemy import Connection
from starlette.responses import Response

from casework.acting import do
from casework.case_part import part_within
from casework.idempotency import AnsweredBefore, KeptAnswer
from casework.looks import looking, one_look
from casework.settling import come_into_force
from engine.acts.act import Act
from engine.acts.declared import ActWord, Declared, Way, WordKind, required
from engine.acts.making import made
from engine.commands import WAYS
from engine.definition.entries import misread
from engine.errors import Refusal
from engine.message import message
from portal.api.case_reading import case_out, etag
from portal.api.problems import CHANGING, documented
from portal.api.programs import AskingProgram, ByProgram, IfMatch, Key


def _moment(sent: object, read: ValidatorFunctionWrapHandler) -> object:
    """The moment that was sent, if it begins with a date: a number, for instance, would count as
    seconds.
    """
    if isinstance(sent, str) and _DAY_FIRST.match(sent):
        with suppress(ValidationError):
            return read(sent)
    raise misread("moment", message("moment.without_zone"))


_DAY_FIRST = re.compile(r"\d{4}-\d\d-\d\d[T ]")
Moment = Annotated[AwareDatetime, WrapValidator(_moment)]
"""A moment with its zone, as a text."""
CODE = r"^[0-9A-Z]{4}-[0-9A-Z]{4}$"
Code = Annotated[str, Path(pattern=CODE, description="The code of a case: `7K2F-9QXM`.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
_TYPES: dict[WordKind, Any] = {
    WordKind.FLAG: bool,
    WordKind.FIELDS: list[Name],
    WordKind.CASE: Annotated[str, Field(pattern=CODE)],
    WordKind.LANGUAGE: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")],
}
"""The types of words that are not just names."""


class Receipt(BaseModel):
    """The result of a request."""

    case: str
    at: datetime
    """When the act was recorded."""


def routes() -> APIRouter:
    """The routes: one for each way in which agencies act in a case."""
    router = APIRouter(tags=["acts"])
    for act, way in WAYS:
        if act.declared:
            router.add_api_route(
                f"/cases/{{code}}/acts/{way.name}",
                _doing(act, way, act.declared),
                methods=["POST"],
                operation_id="_".join(way.command).replace("-", "_"),
                summary=way.summary,
                responses=documented(*CHANGING, 412),
            )
    return router


def _doing(act: type[Act], way: Way, declared: Declared) -> Callable[..., Receipt]:
    def handle(
        response: Response,
        who: ByProgram,
        code: Code,
        sent: Any,
        key: Key = "",
        if_match: IfMatch = None,
    ) -> Receipt:
        asked = sent.model_dump(exclude_unset=True)
        require = None if if_match is None else _unchanged(who, code, if_match)

        def done() -> KeptAnswer:
            with one_look(), looking(who.onward, who.by):
                come_into_force(who.onward, code, who.by)
                moved = do(
                    who.onward,
                    code,
                    made(act, way, code, asked),
                    who.by,
                    answers=asked.get("answers"),
                    words=asked.get("words", ""),
                    occurred_at=asked.get("occurred_at"),
                    keyed=who.keyed(key, asked, require),
                )
            return KeptAnswer(moved.code, moved.view.now)

        return receipt_of(response, done)

    handle.__annotations__["sent"] = _body(act, way, declared)
    return handle


def receipt_of(response: Response, done: Callable[[], KeptAnswer]) -> Receipt:
    """The result of a request, new or repeated.

    Raises:
        Refusal: as `done` raises; `refused_before` if the same request was refused before.
    """
    try:
        answer = done()
    except AnsweredBefore as before:
        answer = before.answer
        response.headers["Idempotency-Replayed"] = "true"
    if answer.refused:
        raise Refusal("refused_before", reason=answer.refused)
    return Receipt(case=answer.code, at=answer.at)


def _unchanged(who: AskingProgram, code: str, seen: str) -> Callable[[Connection], None]:
    known = {each.strip() for each in seen.split(",")}

    def require(connection: Connection) -> None:
        part = part_within(who.onward, connection, code, who.by, who.language)
        if known.isdisjoint({"*", etag(who.onward, case_out(part))}):
            raise Refusal("changed_since")

    return require


def _body(act: type[Act], way: Way, declared: Declared) -> type[BaseModel]:
    """The body of a request for one way to act."""
    name = "".join(part.title() for each in way.command for part in each.split("-"))
    model: type[BaseModel] = create_model(
        name,
        __config__=ConfigDict(extra="forbid"),
        __doc__=way.summary,
        **dict(_fields(act, declared)),
    )
    return model


def _fields(act: type[Act], declared: Declared) -> Iterator[tuple[str, Any]]:
    for word in declared.asked_words:
        yield word.field, (_type(word), _field(act, word))
    if declared.fill:
        about = "By field, as the form of the task or request asks for them."
        yield "answers", (dict[str, Any], Field(default_factory=dict, description=about))
    if declared.protected:
        about = f"{declared.protected.prompt}; sealed under the person's key."
        yield "words", (str, Field(default="", max_length=20_000, description=about))
    if declared.late:
        about = "When it happened, if not now."
        yield "occurred_at", (Moment | None, Field(default=None, description=about))


def _type(word: ActWord) -> Any:
    if word.choices:
        return Literal[word.choices]
    return _TYPES.get(word.kind, Name)


def _field(act: type[Act], word: ActWord) -> Any:
    if word.kind is WordKind.FLAG:
        return Field(default=False, description=word.help)
    if word.field in required(act) or word.else_oneself:
        return Field(description=word.help)
    default = next(each.default for each in fields(act) if each.name == word.field)
    return Field(default=None if default is msgspec.NODEFAULT else default, description=word.help)

"""What every part of a definition is made of: names, phrases read as values, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from engine.errors import ExpressionError
from engine.expressions import (
    Condition,
    parse_clock,
    parse_condition,
    parse_duration,
    parse_reaction,
    parse_rung,
)
from engine.syntax import ClockExpression, Duration, Reaction, Rung

Path = tuple[str | int, ...]
"""Keys and positions that lead to a place in a definition."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


def _phrase(parse: Callable[[str], Any], *words: str) -> PlainValidator:
    """Reads a phrase; `words` may stand in place of one."""

    def read(value: object) -> Any:
        if value in words:
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("phrase", "should be a phrase", {"column": 1, "remedy": ""})
        try:
            return parse(value)
        except ExpressionError as error:
            context = {"column": error.column, "remedy": error.remedy, "text": error.message}
            raise PydanticCustomError("phrase", "{text}", context) from error

    return PlainValidator(read)


def _listed(value: object) -> object:
    """One name may stand where a list of names may."""
    return [value] if isinstance(value, str) else value


def _flag(value: object) -> object:
    """A word without a value is a yes: `{text, protected}`. YAML 1.2 knows no `yes`, people do."""
    if value is None or isinstance(value, str):
        return {None: True, "yes": True, "no": False}.get(value, value)
    return value


_TEXT = WithJsonSchema({"type": "string"})
ClockText = Annotated[ClockExpression, _phrase(parse_clock), _TEXT]
ConditionText = Annotated[Condition, _phrase(parse_condition), _TEXT]
DurationText = Annotated[Duration, _phrase(parse_duration), _TEXT]
StandstillText = Annotated[Condition | Literal["never"], _phrase(parse_condition, "never"), _TEXT]
ReactionText = Annotated[Reaction, _phrase(parse_reaction), _TEXT]
RungText = Annotated[Rung, _phrase(parse_rung), _TEXT]
Flag = Annotated[
    bool, BeforeValidator(_flag), WithJsonSchema({"enum": [True, False, "yes", "no", None]})
]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
MomentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
MomentNames = Annotated[tuple[MomentName, ...], BeforeValidator(_listed)]
Needs = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""`consent.NAME`, or a list of them."""


class Entry(BaseModel):
    """Anything written in a definition: no unknown words, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def walked(node: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """A part of a definition and everything in it, each with the place where it stands."""
    yield path, node
    if isinstance(node, Entry):
        for name in type(node).model_fields:
            yield from walked(getattr(node, name), (*path, name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from walked(value, (*path, key))
    elif isinstance(node, tuple):
        for number, value in enumerate(node):
            yield from walked(value, (*path, number))

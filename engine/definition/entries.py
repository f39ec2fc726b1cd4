"""What every part of a definition is made of: names, phrases read as values, yes and no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

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
from engine.message import Message, finding
from engine.phrases.expressions import (
    Condition,
    parse_after,
    parse_clock,
    parse_condition,
    parse_duration,
    parse_length,
    parse_reaction,
    parse_rung,
)
from engine.phrases.misreadings import SAME_DAY
from engine.phrases.syntax import After, ClockExpression, Duration, Length, Reaction, Rung

Path = tuple[str | int, ...]
"""Keys and positions that lead to a place in a definition."""
_NAME = r"^[a-z][a-z0-9_]*$"
EntryName = Annotated[str, StringConstraints(pattern=_NAME, max_length=40)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


def read_phrase(parse: Callable[[str], Any], value: object) -> Any:
    """Parse a phrase into a value; errors point to their column.

    Anything that is not text is refused, and the error says how to mend it: a bare number for a
    period needs a unit; most other values get the example given for an empty phrase.
    """
    is_text = isinstance(value, str)
    try:
        return parse(str(value) if is_text else "")
    except ExpressionError as error:
        what = error.message if is_text else _no_phrase(parse, value, error.message)
        raise misread("phrase", what, column=error.column) from error


def misread(kind: str, what: Message, *, column: int = 1) -> PydanticCustomError:
    """The error given to pydantic for a value that cannot be read; whoever reports it words it."""
    return PydanticCustomError(kind, "this cannot be read", {"message": what, "column": column})


def _no_phrase(parse: Callable[[str], Any], value: object, empty: Message) -> Message:
    """The error for a value that is not text; `empty` is the error for an empty text."""
    if type(value) is int and parse in (parse_clock, parse_duration, parse_length):
        return finding("shape.no_unit", number=value)
    if isinstance(value, date) and parse is parse_clock:
        return SAME_DAY
    return finding("shape.no_phrase", empty=empty)


def _phrase(parse: Callable[[str], Any], *words: str) -> PlainValidator:
    """A validator that reads a phrase; one of `words` may be written in its place."""
    return PlainValidator(lambda value: value if value in words else read_phrase(parse, value))


def _reason(value: object) -> str:
    """`because ...`: the words after it, without quotes around them."""
    word, _, reason = (value if isinstance(value, str) else "").strip().partition(" ")
    reason = reason.strip().strip('"').strip()
    if word != "because" or not reason:
        raise misread("phrase", finding("shape.because"))
    return reason


def _listed(value: object) -> object:
    """A single name may be written where a list of names is allowed."""
    return [value] if isinstance(value, str) else value


def _flag(value: object) -> object:
    """A word without a value means yes: `{text, protected}`. `yes` and `no`, which YAML 1.2 reads as
    text, mean what they say.
    """
    if value is None or isinstance(value, str):
        return {None: True, "yes": True, "no": False}.get(value, value)
    return value


def _after(value: object) -> object:
    """A phrase, or a list of names that must all come first."""
    if isinstance(value, After):
        return value
    if not isinstance(value, list | tuple):
        return read_phrase(parse_after, value)
    for each in value:
        if not (isinstance(each, str) and re.match(_NAME, each)):
            raise misread("names", finding("shape.names_alone"))
    return After(tuple(value))


_TEXT = WithJsonSchema({"type": "string"})
ClockText = Annotated[ClockExpression, _phrase(parse_clock), _TEXT]
ConditionText = Annotated[Condition, _phrase(parse_condition), _TEXT]
DurationText = Annotated[Duration, _phrase(parse_duration), _TEXT]
LengthText = Annotated[Length, _phrase(parse_length), _TEXT]
StandstillText = Annotated[Condition | Literal["never"], _phrase(parse_condition, "never"), _TEXT]
ReactionText = Annotated[Reaction, _phrase(parse_reaction), _TEXT]
ReasonText = Annotated[
    str, PlainValidator(_reason), WithJsonSchema({"type": "string", "pattern": "^because ."})
]
RungText = Annotated[Rung, _phrase(parse_rung), _TEXT]
Flag = Annotated[
    bool, BeforeValidator(_flag), WithJsonSchema({"enum": [True, False, "yes", "no", None]})
]
AfterText = Annotated[
    After,
    PlainValidator(_after),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
EntryNames = Annotated[
    tuple[EntryName, ...],
    BeforeValidator(_listed, json_schema_input_type=EntryName | tuple[EntryName, ...]),
]
PlaceCode = r"[A-Z]{2}(-[A-Z0-9]{1,3})?"
"""A country (`GB`), or a part of it (`GB-SCT`)."""
CalendarNames = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=rf"^({_NAME[1:-1]}|{PlaceCode})$")], ...],
    BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...]),
]
"""Names of sides or roles, or codes of places."""
ConsentNames = Annotated[
    tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])
]
"""`consent.NAME`, or a list of such names."""

MomentNames = ConsentNames
"""Names of moments of a case: `interview.done`."""


class Entry(BaseModel):
    """Anything written in a definition. Unknown words are refused; values cannot change."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,  # most commands read no definition, and this is slow to import
    )


class _Walk(NamedTuple):
    """A part of a definition, with every value in it."""

    part: object
    found: list[tuple[Path, object]]


_LAST = [_Walk(None, [((), None)])]
"""The last entry walked, usually a whole definition: many checks ask for the same one in a row,
and it cannot change meanwhile.
"""


def walked(part: object) -> Iterator[tuple[Path, object]]:
    """A part of a definition and every value in it, each with its place in the part.

    A value that is only there by default is included too. Values that are None, zero, empty or
    `no`, as most are, are left out.
    """
    last = _LAST[0]
    if last.part is not part:
        last = _Walk(part, [])
        _walk(part, (), last.found)
        if isinstance(part, Entry):
            _LAST[0] = last
    return iter(last.found)


def _walk(node: object, path: Path, found: list[tuple[Path, object]]) -> None:
    """Append a part and every value in it to `found`. Not a generator, because nested ones would hand
    each value on at every level.
    """
    found.append((path, node))
    inside: Iterable[tuple[str | int, object]]
    if isinstance(node, Entry):
        inside = vars(node).items()
    elif isinstance(node, dict):
        inside = node.items()
    elif isinstance(node, tuple):
        inside = enumerate(node)
    else:
        return
    for part, value in inside:
        if value:
            _walk(value, (*path, part), found)

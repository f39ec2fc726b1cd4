"""A pathway as a coordinator writes it: every word of the YAML, typed.

Expressions are read when the definition is; whether the names in them exist is for `checks`.
A JSON Schema for editors comes from the same models (`json_schema`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
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

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
EndKind = Literal["success", "neutral", "failure", "withdrawn"]


def _phrase(parse: Callable[[str], Any]) -> PlainValidator:
    def read(value: object) -> Any:
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


def _timed(value: object) -> object:
    """`24 hours` is short for `{time: 24 hours}`."""
    return {"time": value} if isinstance(value, str) else value


def _flag(value: object) -> object:
    """A word without a value is a yes: `{text, protected}`. YAML 1.2 knows no `yes`, people do."""
    if value is None or isinstance(value, str):
        return {None: True, "yes": True, "no": False}.get(value, value)
    return value


_TEXT = WithJsonSchema({"type": "string"})
ClockText = Annotated[ClockExpression, _phrase(parse_clock), _TEXT]
ConditionText = Annotated[Condition, _phrase(parse_condition), _TEXT]
DurationText = Annotated[Duration, _phrase(parse_duration), _TEXT]
ReactionText = Annotated[Reaction, _phrase(parse_reaction), _TEXT]
RungText = Annotated[Rung, _phrase(parse_rung), _TEXT]
Flag = Annotated[
    bool, BeforeValidator(_flag), WithJsonSchema({"enum": [True, False, "yes", "no", None]})
]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]


class Entry(BaseModel):
    """Anything written in a definition: no unknown words, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Time(Entry):
    """A period or moment, with where its number comes from."""

    time: ClockText
    source: str | None = None
    """The law or guidance that sets the number."""
    assumed: Flag = False
    """The number is ours, not a policy's."""


Timing = Annotated[Time, BeforeValidator(_timed)]


class DataField(Entry):
    """One thing that is known of a case. Exactly one of the type words is given."""

    title: Title | None = None
    text: Flag = False
    number: Flag = False
    yes_no: Flag = False
    date: Flag = False
    datetime: Flag = False
    country: Flag = False
    choice: tuple[Name, ...] | None = None
    ordered: Flag = False
    """The choices rise in the order given."""
    protected: Flag = False
    """Kept under the person's own key; never in a condition, a notice, a log or Prefect."""
    binds: Name | None = None
    """The side that the answered country becomes."""

    @model_validator(mode="after")
    def _one_type(self) -> DataField:
        types = [word for word in TYPE_WORDS if getattr(self, word)]
        if len(types) != 1:
            words = ", ".join(TYPE_WORDS)
            raise PydanticCustomError(
                "field_type",
                "a field has exactly one type",
                {"remedy": f"write one of {words}", "column": 1},
            )
        return self

    @property
    def type(self) -> str:
        return next(word for word in TYPE_WORDS if getattr(self, word))

    @property
    def is_protected(self) -> bool:
        """All free text is protected, whether or not the definition says so."""
        return bool(self.protected or self.text)


TYPE_WORDS = ("text", "number", "yes_no", "date", "datetime", "country", "choice")


class Consent(Entry):
    """What the person is asked to agree to."""

    ask: str
    to: Name | None = None
    """The role whose agency is named to the person; none for a wish that shares nothing."""
    any: Flag = False
    """The whole class of agencies that may hold the role was read out, not one of them."""
    shows: Names = ()
    valid: DurationText | None = None
    reconfirm_before: Names = ()
    """Steps before which the person is asked once more."""
    withdrawn: ReactionText | None = None
    """What follows a withdrawal; without it, what follows a refusal."""


class Repeat(Entry):
    """A step that is done again: by itself until a condition holds, or on request if `manual`."""

    at_most: Annotated[int, Field(ge=1, le=100)]
    until: ConditionText | None = None
    then: ReactionText | None = None
    """What follows when it was done `at_most` times and the condition still does not hold."""


class Series(Entry):
    """A step that is due at several moments, counted from one anchor."""

    at: Annotated[tuple[DurationText, ...], Field(min_length=1)]
    after: str
    source: str | None = None
    assumed: Flag = False


class Arrival(Entry):
    """Somebody at the other end confirms that the person has arrived."""

    confirmed_by: Name
    within: Timing
    missing: ReactionText


class Step(Entry):
    """One thing to be done in a case, by one role."""

    title: Title | None = None
    label: Title | None = None
    """Neutral words for notices and for Prefect, where the title is not."""
    source: str | None = None
    by: Name | None = None
    after: Names = ()
    when: ConditionText | None = None
    otherwise: ReactionText | None = None
    optional: Flag = False
    """The stage may end without it."""
    manual: Flag = False
    """Opened on request only; optional."""
    form: tuple[str, ...] = ()
    """Names of data fields; a `?` behind a name: may stay unanswered."""
    due: Timing | None = None
    late: tuple[RungText, ...] = ()
    not_before: Timing | None = None
    repeat: Repeat | None = None
    series: Series | None = None
    arrival: Arrival | None = None
    decide: dict[Name, ReactionText] | None = None
    consent: Name | None = None
    refused: ReactionText | None = None
    hand_over: Name | None = None
    needs: str | None = None
    seen: Timing | None = None
    answer: Timing | None = None
    declined: ReactionText | None = None
    silent: ReactionText | None = None
    feedback: Timing | None = None
    responsibility: Literal["on_acceptance", "on_arrival", "stays"] | None = None

    @property
    def kind(self) -> Literal["work", "decision", "consent", "hand_over"]:
        if self.hand_over:
            return "hand_over"
        if self.consent:
            return "consent"
        return "decision" if self.decide else "work"


class Stage(Entry):
    """A set of steps. It ends when each step that is not optional is settled."""

    title: Title | None = None
    label: Title | None = None
    after: Names = ()
    when: ConditionText | None = None
    otherwise: ReactionText | None = None
    steps: Annotated[dict[Name, Step], Field(min_length=1)]
    then: ReactionText | None = None


class Interrupt(Entry):
    """What may happen in any state of a case."""

    title: Title | None = None
    label: Title | None = None
    source: str | None = None
    raised_by: Names
    set: dict[Name, Any] = Field(default_factory=dict)
    bars: Name | None = None
    """The side whose agencies get nothing from now on."""
    suspends: Name | None = None
    """The stage that rests until the interrupt is resolved."""
    review: Timing | None = None
    """By when somebody must look whether it is resolved; needed with `suspends`."""
    tell: Names = ()
    then: ReactionText | None = None


class Definition(Entry):
    """A whole pathway."""

    pathway: Name
    version: Annotated[int, Field(ge=1)]
    title: Title
    effective: date
    running_cases: Literal["pin", "migrate", "ask"] = "pin"
    source: str | None = None
    review: Timing = Field(
        default_factory=lambda: Time.model_validate({"time": "1 month", "assumed": True})
    )
    """How often the responsible agency is asked to look at an open case."""
    sides: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The first is where cases open."""
    roles: Annotated[
        dict[Name, Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+ @ [a-z0-9_]+$")]],
        Field(min_length=1),
    ]
    data: dict[Name, DataField] = Field(default_factory=dict)
    consents: dict[Name, Consent] = Field(default_factory=dict)
    clocks: dict[Name, Timing] = Field(default_factory=dict)
    stages: Annotated[dict[Name, Stage], Field(min_length=1)]
    interrupts: dict[Name, Interrupt] = Field(default_factory=dict)
    ends: Annotated[dict[Name, EndKind], Field(min_length=1)]


def json_schema() -> dict[str, Any]:
    """A JSON Schema (2020-12) that lets an editor complete and check a pathway."""
    return Definition.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema"
    }


def words_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The words that may stand at a place of a document, for `did you mean`."""
    here: object = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[str(part)].annotation if part in here.model_fields else None
        else:  # a mapping or list: its values
            values = [each for each in get_args(here) if each is not Ellipsis]
            here = values[-1] if values else None
        here = _entry_in(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return sorted(field.alias or name for name, field in here.model_fields.items())
    return []


def _entry_in(annotation: object) -> object:
    """The model, mapping or list in `Model | None` or `Annotated[Model, ...]`."""
    if get_origin(annotation) is Annotated:
        return _entry_in(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _entry_in(next(a for a in get_args(annotation) if a is not type(None)))
    return annotation

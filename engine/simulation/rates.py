"""A pathway's rates file: how often things happen, how long they take, and who does them.

The numbers are the author's own estimates. Every number has a default, given here and in
docs/reference/simulation.md.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from engine.definition import Entry, EntryName
from engine.definition.entries import misread, read_phrase
from engine.message import finding
from engine.pathway import Pathway
from engine.phrases.expressions import parse_duration
from engine.phrases.syntax import MEASURES


def _length(value: object) -> timedelta:
    """Elapsed time: people's delays are not counted in working days."""
    if isinstance(value, timedelta):
        return value
    duration = read_phrase(parse_duration, value)
    elapsed = MEASURES[duration.unit].elapsed
    if elapsed is None:
        units = tuple(str(unit) for unit, measure in MEASURES.items() if measure.elapsed)
        raise misread("unit", finding("rates.elapsed", units=units))
    length: timedelta = duration.amount * elapsed
    return length


def _raised(value: object) -> object:
    """`0.02` is short for `{raised: 0.02}`."""
    return value if isinstance(value, dict) else {"raised": value}


def _people(value: object) -> object:
    """`3` is short for `{people: 3}`."""
    return value if isinstance(value, dict) else {"people": value}


def _hours(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] >= value[1]:
        raise misread("hours", finding("rates.hours"))
    return value


def _some(value: dict[str, float]) -> dict[str, float]:
    if not any(value.values()):
        raise misread("weights", finding("rates.weights"))
    return value


Share = Annotated[float, Field(ge=0, le=1)]
"""How often something happens when it can: 0 is never, 1 always."""
Length = Annotated[timedelta, PlainValidator(_length), WithJsonSchema({"type": "string"})]
Minutes = Annotated[int, Field(ge=1, le=10_000)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]
Weights = Annotated[dict[str, Weight], Field(min_length=1), AfterValidator(_some)]
"""The relative frequency of each of several words."""
Number = Annotated[int, Field(ge=1, le=10_000)]
"""A number of people."""
Hour = Annotated[int, Field(ge=0, le=24)]
Hours = Annotated[tuple[Hour, Hour], AfterValidator(_hours)]
"""The hours between which people work, in the zone of their agency."""


class Habits(Entry):
    """How often people do something, and how long their work takes."""

    minutes: Minutes = 60
    """How many minutes of one person's time the work takes, on average."""
    wait: Length = Field(default=timedelta(days=1), json_schema_extra={"default": "1 day"})
    """The median time until work can start at all: until the person comes, or a paper arrives."""
    otherwise: Share = 0.1
    """How often a decision, or an answer to a choice, differs from the first option, from 0 to
    1.
    """
    refused: Share = 0.05
    """How often a consent is refused, from 0 to 1."""
    withdrawn: Share = 0.02
    """How often a consent is withdrawn within a month, from 0 to 1."""
    declined: Share = 0.1
    """How often an answered request is declined, from 0 to 1."""
    silent: Share = 0.1
    """How often a request is never answered unless somebody asks again, from 0 to 1."""
    conditions: Share = 0.1
    """How often the acceptance of a request has conditions, from 0 to 1."""
    no_show: Share = 0.05
    """How often somebody does not arrive, from 0 to 1."""
    begun: Share = 0.1
    """The share of cases in which a manual step is started, from 0 to 1."""


class Usual(Habits):
    """The rates that apply wherever a step or interrupt has none of its own."""

    raised: Share = 0.02
    """The share of cases in which an interrupt is raised, from 0 to 1. An interrupt raised
    by a missed arrival is raised in no other way, unless `interrupts` names it.
    """


class Habit(Habits):
    """The rates of one step."""

    outcomes: Weights | None = None
    """The relative frequency of each outcome of a decision, in place of `otherwise`."""


class Raised(Entry):
    """The rates of an interrupt."""

    raised: Share | None = None
    """The share of cases in which the interrupt is raised, from 0 to 1."""
    minutes: Minutes | None = None
    """How many minutes of one person's time it takes to review the interrupt, on average."""
    wait: Length | None = None
    """The median time until somebody can start the review."""
    outcomes: Weights | None = None
    """The relative frequency of each way to resolve the interrupt."""


class Staff(Entry):
    """The staff of an agency."""

    people: Number
    """How many people work at the agency."""
    hours: Hours | None = None
    """The hours between which they work, such as `[8, 16]`, in the zone of the agency. By default,
    the `hours` of the file.
    """
    days: Literal["working", "all"] = "working"
    """Whether they work on the `working` days of the agency's calendar, or on `all` days."""


WrittenRaised = Annotated[Raised, BeforeValidator(_raised, json_schema_input_type=Share | Raised)]
WrittenStaff = Annotated[Staff, BeforeValidator(_people, json_schema_input_type=Number | Staff)]


class Rates(Entry):
    """A rates file as written."""

    rates: EntryName
    """The name of the pathway that the rates are for."""
    first: date | None = None
    """The day from which cases are opened; by default, the day the pathway takes effect."""
    cases_a_week: Annotated[float, Field(gt=0, le=100_000)] = 10
    """How many cases are opened in a week."""
    opened_by: Weights | None = None
    """How often each agency opens a case, relative to the others. By default, cases are opened
    equally often by all agencies that may do the first step, are valid on the first day and have no
    last day.
    """
    hours: Hours = (8, 16)
    """The hours between which people work, in the zone of their agency."""
    staff: dict[str, WrittenStaff] = Field(default_factory=dict)
    """The people of each agency. By default as many as the registry names, but at least one."""
    usual: Usual = Field(default_factory=Usual)
    """The rates that apply wherever a step or interrupt has none of its own."""
    steps: dict[EntryName, Habit] = Field(default_factory=dict)
    """By step: its own rates."""
    interrupts: dict[EntryName, WrittenRaised] = Field(default_factory=dict)
    """By interrupt: the share of cases in which it is raised, or more detail."""
    answers: dict[EntryName, Weights] = Field(default_factory=dict)
    """By field: the relative frequency of each answer."""

    def habit(self, step: str) -> Habit:
        """The usual rates, overridden by those of this step."""
        return self._but(_written(self.steps.get(step)))

    def of_interrupt(self, name: str) -> tuple[float, Habit]:
        """The share of cases in which an interrupt is raised, and the rates that then apply."""
        said = _written(self.interrupts.get(name))
        raised = said.pop("raised", None)
        return self.usual.raised if raised is None else raised, self._but(said)

    def _but(self, said: dict[str, Any]) -> Habit:
        usual = {name: getattr(self.usual, name) for name in Habits.model_fields}
        return Habit(**(usual | said))


def _written(own: Entry | None) -> dict[str, Any]:
    return {name: getattr(own, name) for name in own.model_fields_set} if own else {}


def usual_rates(pathway: Pathway) -> Rates:
    """The defaults that apply without a rates file."""
    return Rates(rates=pathway.name)

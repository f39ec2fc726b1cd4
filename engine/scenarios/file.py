"""A scenario file as written: every key, typed.

It is kept beside its pathway. Each entry of `play` is a moment at which one thing is done (or
nothing, so that time passes), with what is expected afterwards.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from engine.definition import Entry, EntryName, Flag
from engine.definition.entries import misread
from engine.errors import ExpressionError
from engine.loads import Load, Loads
from engine.message import finding, message
from engine.phrases.expressions import parse_duration
from engine.phrases.moments import NoMoment, read_in_utc
from engine.verbs import VERBS

_COMPARED = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", re.ASCII)


def _moment(value: object) -> object:
    """`2026-03-02 09:00` is UTC; `+2 days` counts from the moment before, also in `occurred_at`."""
    if not (isinstance(value, str) and value.startswith("+")):
        return _in_utc(str(_as_written(value)))
    try:
        parse_duration(value[1:].strip())
    except ExpressionError:
        near = message("moment.written")
        raise misread("moment", finding("moment.no_moment", near=near)) from None
    return value


def _in_utc(text: str) -> datetime:
    try:
        return read_in_utc(text)
    except NoMoment as error:
        raise misread("moment", finding("moment.no_moment", near=error.remedy)) from None


def _opening_moment(value: object) -> object:
    """The moment at which a case is opened: not a period, because no moment comes before it."""
    if isinstance(value, str) and value.startswith("+"):
        raise misread("moment", finding("moment.opens"))
    return _moment(value)


def _as_written(value: object) -> object:
    """Undo YAML's own reading of unquoted days and moments, to compare them as written, in UTC."""
    if isinstance(value, datetime):
        return f"{_in_utc(value.isoformat(' ', 'seconds')):%Y-%m-%d %H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else value


def _day_or_moment(value: object) -> object:
    """A day, or a day and a time; it is compared only as precisely as it is written."""
    written = _as_written(value)
    try:
        if isinstance(written, str) and _COMPARED.fullmatch(written) and read_in_utc(written):
            return written
    except NoMoment:
        pass
    raise misread("moment", finding("moment.no_day"))


Written = Annotated[str, BeforeValidator(_as_written)]
Due = Annotated[str, BeforeValidator(_day_or_moment)]
OpenedAt = datetime | str
"""A moment, or a period counted from the moment before: `+2 days`."""
Moment = Annotated[OpenedAt, BeforeValidator(_moment), WithJsonSchema({"type": "string"})]
OpeningMoment = Annotated[
    datetime, BeforeValidator(_opening_moment), WithJsonSchema({"type": "string"})
]
Act = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^({'|'.join(sorted(VERBS))})( |$)",
            "examples": sorted(VERBS),
        }
    ),
]


Stops = Literal["open", "overdue", "confirmed", "lifted"]


class Expect(Entry):
    """What must be true after the moment."""

    open: tuple[str, ...] | None = None
    """Exactly these steps, interrupts and ends, or `review`, have an open task or an unanswered
    request.
    """
    agency: dict[str, str] = Field(default_factory=dict)
    """By step, task or request: the agency that has its open work; if there are several, one of
    them.
    """
    due: dict[str, Due] = Field(default_factory=dict)
    """By step, task or request: the day or moment (UTC) at which its open work is due; if there is
    more than one, the first.
    """
    clocks: dict[str, Written] = Field(default_factory=dict)
    """By named clock: its status, why it is over, or the moment (UTC) at which it ends."""
    told: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By agency: the kinds of notices sent to it since the moment before, in order."""
    stops: dict[str, Stops] = Field(default_factory=dict)
    """By agency: the status of the last order to stop that it got: `open`, `overdue`, `confirmed`
    or `lifted`.
    """
    holds: str | None = None
    """A condition that the case must meet."""
    responsible: str | None = None
    """The responsible agency."""
    end: str | None = None
    """The end of the case, as soon as it is known."""
    closed: Flag | None = None
    """Whether the case is closed; while a stage outlives the end of the case, it is not."""
    refused: str | None = None
    """The reason for which the act is refused; if left out, the act must not be refused."""


class Play(Entry):
    """One moment: who does what, and what is expected afterwards."""

    at: Moment
    """When: `2026-03-02 09:00` (UTC), or `+2 days` after the moment before."""
    by: str = ""
    """The agency that acts; left out if only time passes."""
    person: str = "staff-1"
    """The staff code of the person who acts."""
    do: Act | None = None
    """What is done: `complete interview`, `accept ask_home`, `raise withdraws`, ...; left out if
    only time passes. See docs/reference/scenarios.md.
    """
    answers: dict[str, Any] = Field(default_factory=dict)
    """The answers of the form."""
    occurred_at: Moment | None = None
    """When the act was done, if it is reported late: written as in `at`."""
    holidays: dict[str, tuple[date, ...]] = Field(default_factory=dict)
    """By country, or part of one (`GB-SCT`): days off that become known at this moment."""
    expect: Expect = Field(default_factory=Expect)
    """What must be true afterwards."""


class Scenario(Entry):
    """One case, played from its opening or on from another scenario."""

    title: str | None = None
    """What the scenario is about."""
    begins: EntryName | None = None
    """Another scenario of the file, which is played first. The case is opened there, so no opening
    is given here.
    """
    until: str | None = None
    """The act after which to stop playing the scenario in `begins`; without it, all of that
    scenario is played.
    """
    opened: OpeningMoment | None = None
    """When the case is opened (UTC)."""
    by: str = ""
    """The agency that opens the case."""
    country: str = ""
    """The country in which the case is opened."""
    roles: dict[EntryName, str] = Field(default_factory=dict)
    """By role: the agency chosen for it at the opening."""
    loads: dict[str, dict[EntryName, Annotated[int, Field(ge=0)]]] = Field(default_factory=dict)
    """By agency: how many tasks and requests it has open in other cases, by type of role."""
    play: tuple[Play, ...]
    """What happens, moment by moment."""

    def as_loads(self) -> Loads:
        return Loads(
            {
                (agency, role): Load(open=number)
                for agency, by_type in self.loads.items()
                for role, number in by_type.items()
            }
        )


class ScenarioFile(Entry):
    scenarios: EntryName
    """The name of the pathway that the scenarios belong to."""
    cases: Annotated[dict[EntryName, Scenario], Field(min_length=1)]
    """The scenarios by name."""

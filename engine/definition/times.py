"""Periods and moments: where their numbers come from, whose days count, what moves them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from engine.definition.entries import (
    CalendarNames,
    ClockText,
    ConditionText,
    DurationText,
    Entry,
    EntryName,
    EntryNames,
    Flag,
    LengthText,
    MomentNames,
    Path,
    StandstillText,
    walked,
)
from engine.phrases.syntax import Answered, Moment, Roll, moments_in


class Extension(Entry):
    """How a period may be extended: by an act of a role, or automatically."""

    by: LengthText
    """By how much: a period, or `FIELD UNIT, at most N` if the number is answered in a field."""
    at_most: Annotated[int, Field(ge=1, le=100)] | None = None
    """How often the roles may extend the period; once by default."""
    role: EntryNames = ()
    """The roles that may extend the period; `responsible` stands for the responsible agency."""
    when: ConditionText | None = None
    """The period is extended automatically, once, as soon as this holds."""

    @property
    def times(self) -> int:
        return self.at_most or 1


class Shortening(Entry):
    """Who may end a period early or shorten it."""

    role: EntryNames
    """The roles that may end the period early or shorten it; `responsible` stands for the responsible
    agency.
    """
    to: LengthText | None = None
    """The new length, counted from the start of the period; without it, the period ends at once."""


class Running(Entry):
    """What becomes of a running period when its case moves to this version, if the period began
    before the version took effect. A period that began later is counted by this version.

    Source: transitional provisions, such as those for a change from 45 to 30 days (F49).
    """

    rule: Literal["recount", "keep", "shorter", "longer"] = "recount"
    """`recount` by this version, `keep` the rule of the version before, or take whichever of the two
    ends first (`shorter`) or last (`longer`).
    """
    at_least: DurationText | None = None
    """The least time that is left after the move, if the move makes the period end earlier. The
    period never ends later than it would have without the move.
    """


def _running(value: object) -> object:
    """`keep` is short for `{rule: keep}`."""
    return {"rule": value} if isinstance(value, str) else value


class Time(Entry):
    """A period or moment, with where its number comes from."""

    time: ClockText
    """A period or a moment: `5 working days`, `72 hours after ask.accepted`,
    `day 15 of the next month`.
    """
    source: str | None = None
    """The law or guidance that sets the number."""
    assumed: Flag = False
    """The number is an assumption: no law or policy sets it."""
    kind: Literal["target", "statutory", "limitation", "clinical"] = "target"
    """`target` is an aim, `statutory` is required by law; after a `limitation` (by law) or a
    `clinical` moment it is too late to act.
    """
    calendar: CalendarNames = ()
    """The sides, holders of roles or places whose calendars count together. By default, the
    calendar of the agency that has the task or is asked counts; for a named clock, the calendar of
    the responsible agency.
    """
    roll: Roll | None = None
    """Where the last day moves if it is not a working day: to the `next` or the `previous` one."""
    paused_while: StandstillText | None = None
    """The clock is paused while this holds. With `never`, it keeps running even while its stage is
    paused.
    """
    restarted_by: MomentNames = ()
    """Moments that restart the period."""
    extend: Extension | None = None
    """How the period may be extended."""
    shorten: Shortening | None = None
    """Who may end the period early or shorten it."""
    running: Annotated[
        Running | None,
        BeforeValidator(
            _running,
            json_schema_input_type=Literal["recount", "keep", "shorter", "longer"] | Running | None,
        ),
    ] = None
    """What becomes of a running period if its case moves to this version; recounted by default."""

    @property
    def anchors(self) -> frozenset[str]:
        """The names of the moments from which this period or moment is counted."""
        return frozenset(leaf.anchor for leaf in moments_in(self.time) if leaf.anchor)

    @property
    def places(self) -> tuple[str, ...]:
        """The countries, and parts of countries, that `calendar` names by their codes."""
        return tuple(name for name in self.calendar if name[0].isupper())

    @property
    def closes(self) -> bool:
        """Whether it is too late to act once this period or moment has passed."""
        return self.kind in ("limitation", "clinical")

    @property
    def is_watched(self) -> bool:
        """Whether the end of the period may move by itself while it runs: by an automatic extension, a
        restart or a pause.
        """
        own = self.extend is not None and self.extend.when is not None
        return bool(own or self.restarted_by or self.standstill)

    @property
    def standstill(self) -> ConditionText | None:
        """The condition that pauses the clock while it holds; None if there is none, or if the clock is
        `never` paused.
        """
        return None if isinstance(self.paused_while, str) else self.paused_while

    @property
    def never_pauses(self) -> bool:
        """Whether the clock runs on even while its stage is paused; always true of the kind
        `clinical`.
        """
        return self.paused_while == NEVER or self.kind == "clinical"


class NamedTime(Time):
    """A period or moment with a name of its own."""

    was: EntryName | None = None
    """The clock's name in the previous version, if it was renamed."""
    when: ConditionText | None = None
    """The clock does not start before this holds."""


NEVER: Literal["never"] = "never"


def _timed(value: object) -> object:
    """`24 hours` is short for `{time: 24 hours}`."""
    return value if isinstance(value, dict | Time) else {"time": value}


Timing = Annotated[Time, BeforeValidator(_timed, json_schema_input_type=str | Time)]
NamedTiming = Annotated[NamedTime, BeforeValidator(_timed, json_schema_input_type=str | NamedTime)]


def answered_lengths(part: object) -> Iterator[tuple[Path, Answered]]:
    """Every length taken from an answer, anywhere in a part of a definition, with its place."""
    for path, node in walked(part):
        if isinstance(node, Answered):
            yield path, node


def most_answered(part: object) -> dict[str, int]:
    """The upper limit for each field that a length is taken from; of several limits, the lowest."""
    found: dict[str, int] = {}
    for _, length in answered_lengths(part):
        found[length.field] = min(length.at_most, found.get(length.field, length.at_most))
    return found


def moments_of(part: object) -> Iterator[tuple[Path, Moment]]:
    """Each moment in the periods of a part of a definition, such as `72 hours after ask.accepted`,
    with the place of its period.
    """
    for path, node in walked(part):
        if isinstance(node, Time):
            for moment in moments_in(node.time):
                yield path, moment


def birth_dates(part: object) -> dict[str, set[int]]:
    """The fields that birthdays are counted from, i.e. dates of birth. Each comes with the ages, in
    years, that are counted from it.
    """
    found: dict[str, set[int]] = {}
    for _, moment in moments_of(part):
        if moment.anchor and moment.birthday:
            found.setdefault(moment.anchor, set()).add(moment.birthday)
    return found

"""Periods and moments, with where their numbers come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from engine.definition.entries import ClockText, Entry, Flag
from engine.syntax import moments_in


class Time(Entry):
    """A period or moment, with where its number comes from."""

    time: ClockText
    source: str | None = None
    """The law or guidance that sets the number."""
    assumed: Flag = False
    """The number is ours, not a policy's."""


def _timed(value: object) -> object:
    """`24 hours` is short for `{time: 24 hours}`."""
    return {"time": value} if isinstance(value, str) else value


Timing = Annotated[Time, BeforeValidator(_timed)]


def times_in(part: object) -> Iterator[Time]:
    """Every time that stands anywhere in a part of a definition."""
    if isinstance(part, Time):
        yield part
    if isinstance(part, BaseModel):
        part = dict(part)
    if isinstance(part, Mapping):
        part = tuple(part.values())
    if isinstance(part, tuple | list):
        for each in part:
            yield from times_in(each)


def birth_dates(part: object) -> set[str]:
    """The fields that are dates of birth, since a birthday is counted from them somewhere."""
    return {
        moment.anchor
        for timing in times_in(part)
        for moment in moments_in(timing.time)
        if moment.anchor and moment.birthday
    }

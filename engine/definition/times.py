"""Periods and moments, with where their numbers come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator

from engine.definition.entries import ClockText, Entry, Flag, Path, walked
from engine.syntax import Moment, moments_in


class Time(Entry):
    """A period or moment, with where its number comes from."""

    time: ClockText
    source: str | None = None
    """The law or guidance that sets the number."""
    assumed: Flag = False
    """The number is ours, not a policy's."""
    kind: Literal["target", "statutory", "limitation", "clinical"] = "target"
    """A wish, an order of the law, or a moment after which it cannot be done: by law, or medically."""

    @property
    def closes(self) -> bool:
        """What was not done by then cannot be done any more."""
        return self.kind in ("limitation", "clinical")


def _timed(value: object) -> object:
    """`24 hours` is short for `{time: 24 hours}`."""
    return {"time": value} if isinstance(value, str) else value


Timing = Annotated[Time, BeforeValidator(_timed, json_schema_input_type=str | Time)]


def moments_of(part: object) -> Iterator[tuple[Path, Moment]]:
    """Every moment from which a period anywhere in a part of a definition is counted."""
    for path, node in walked(part):
        if isinstance(node, Time):
            for moment in moments_in(node.time):
                yield path, moment


def birth_dates(part: object) -> dict[str, set[int]]:
    """The fields that are dates of birth, since birthdays are counted from them: which ones."""
    found: dict[str, set[int]] = {}
    for _, moment in moments_of(part):
        if moment.anchor and moment.birthday:
            found.setdefault(moment.anchor, set()).add(moment.birthday)
    return found

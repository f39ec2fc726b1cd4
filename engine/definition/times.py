"""Periods and moments, with where their numbers come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from engine.definition.entries import ClockText, Entry, Flag


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


Timing = Annotated[Time, BeforeValidator(_timed)]

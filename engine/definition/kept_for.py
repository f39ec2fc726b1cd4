"""How long what is known of a person is kept once their case has ended."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.entries import DurationText, Entry, Flag
from engine.retention import Bound


class Retention(Entry):
    """A retention period, and where its number comes from.

    Source: storage limitation (HTCDS consent questions; D14). The periods themselves are each
    country's.
    """

    time: DurationText
    """The period: `5 years`, counted from the end of the case; not in hours or working days."""
    source: str | None = None
    """The law or guidance that sets the number."""
    assumed: Flag = False
    """The number is an assumption: no law or policy sets it."""


class Limits(Entry):
    """The limits that a country's law sets on retention, whatever a pathway says."""

    at_least: Retention | None = None
    """No shorter than this: the law requires records, such as those of courts or child protection,
    to be kept this long.
    """
    at_most: Retention | None = None
    """No longer than this: data protection law sets the limit."""

    def said(self) -> Iterator[tuple[Bound, Retention]]:
        """The limits that are set."""
        for bound, kept in ((Bound.AT_LEAST, self.at_least), (Bound.AT_MOST, self.at_most)):
            if kept:
                yield bound, kept

"""The results of a simulation: who waited how long, where work piled up, how cases ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil

import msgspec

DAY_SECONDS = 86_400


class PlayedAct(msgspec.Struct, frozen=True, gc=False):
    """A task that was done, a request that was dealt with, or one of either that was due and that
    nobody did.
    """

    subject: str
    agency: str
    side: str
    waited: float | None
    """Seconds from opening to completion; None if never done."""
    in_line: float
    """How many of these seconds the work waited because nobody was free; 0 if never done."""
    has_due: bool
    late: bool


class WaitRow(msgspec.Struct, frozen=True, kw_only=True):
    """How long work took, for a step, an agency or a side. Days are elapsed days."""

    name: str
    done: int
    days_median: float | None
    days_p90: float | None
    """Nine in ten were done within this time."""
    line_days_median: float | None
    """The median of the days that work waited because nobody was free."""
    line_days_p90: float | None
    with_due: int
    late_share: float | None
    """The share of the work with a due moment that was done late, or was overdue and never done."""


class AgencyWaitRow(WaitRow, frozen=True, kw_only=True):
    """How long work took at an agency, and how busy its people were while cases arrived."""

    people: int
    used_share: float
    """The share of its people's working time that was used, from 0 to 1."""
    line_mean: float
    """The average number of tasks and requests that were ready, but waited for somebody free."""
    line_longest: int


class EndRow(msgspec.Struct, frozen=True, kw_only=True):
    """The cases with one end; an empty name stands for those still open when the simulation
    stopped.
    """

    name: str
    kind: str
    cases: int
    share: float
    days_median: float | None
    days_p90: float | None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a simulation reports."""

    pathway: str
    version: int
    cases: int
    seed: int
    first: date
    last: date
    """Cases arrived from `first` to `last`. A case that arrived outside working hours was opened
    when working hours next began.
    """
    cases_a_week: float
    ends: tuple[EndRow, ...]
    steps: tuple[WaitRow, ...]
    agencies: tuple[AgencyWaitRow, ...]
    """The agencies that did something, or had an overdue task that nobody did; the busiest first."""
    sides: tuple[WaitRow, ...]
    guessed: tuple[str, ...]
    """Agencies at work whose number of people is not given; one person is assumed for each."""
    left_undone: int
    """How many tasks and requests were left undone, because no way of dealing with them worked."""
    turns: int
    """How many turns the engine decided."""


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest of the values that is at least as great as this share of them; None if there are
    no values.
    """
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def in_days(seconds: Iterable[float]) -> tuple[float | None, float | None]:
    """Median and ninth decile in days, to two decimal places; None for each if there are no values."""
    ordered = sorted(seconds)
    found = [quantile(ordered, share) for share in (0.5, 0.9)]
    median, p90 = (None if each is None else round(each / DAY_SECONDS, 2) for each in found)
    return median, p90


def row_of(name: str, records: Sequence[PlayedAct]) -> WaitRow:
    """The summary of the records of one step, agency or side."""
    done = [each for each in records if each.waited is not None]
    median, p90 = in_days(each.waited for each in done if each.waited is not None)
    line_median, line_p90 = in_days(each.in_line for each in done)
    due = [each for each in records if each.has_due]
    late = sum(each.late for each in due)
    return WaitRow(
        name=name,
        done=len(done),
        days_median=median,
        days_p90=p90,
        line_days_median=line_median,
        line_days_p90=line_p90,
        with_due=len(due),
        late_share=round(late / len(due), 4) if due else None,
    )

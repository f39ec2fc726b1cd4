"""Series: moments that are listed, or that recur for some time."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.faults import unknown_moment
from engine.checks.names import Fault, Names, Path
from engine.definition import Series
from engine.message import finding
from engine.phrases.syntax import MEASURES, Duration

MOST_MOMENTS = 120
"""Two years of weeks, ten years of months: the most that one step can sensibly mean."""


def check_series(names: Names, series: Series, path: Path) -> Iterator[Fault]:
    if series.after not in names.moments:
        yield unknown_moment(series.after, names.moments, (*path, "after"))
    if series.at and (series.every or series.lasts):
        yield Fault((*path, "at"), finding("series.listed_and_every"))
    elif series.every and series.lasts:
        yield from _how_often(series.every, series.lasts, path)
    elif series.every:
        yield Fault((*path, "every"), finding("series.how_long"))
    elif not series.at:
        yield Fault(path, finding("series.when"))


def _how_often(every: Duration, lasts: Duration, path: Path) -> Iterator[Fault]:
    times = _days(lasts) / _days(every)
    if times < 1:
        yield Fault(
            (*path, "for"), finding("series.over_at_once", lasts=str(lasts), every=str(every))
        )
    elif times > MOST_MOMENTS:
        yield Fault(
            (*path, "for"), finding("series.too_many", times=f"{times:.0f}", most=MOST_MOMENTS)
        )


def _days(period: Duration) -> float:
    return period.amount * MEASURES[period.unit].about

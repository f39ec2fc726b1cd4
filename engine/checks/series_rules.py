"""Series: moments that are listed, or that come again and again for some time."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.faults import unknown_moment
from engine.checks.names import Fault, Names, Path
from engine.definition import Series
from engine.phrases.syntax import MEASURES, Duration

MOST_MOMENTS = 120
"""Two years of weeks, ten years of months: what one step of a case may still mean."""


def check_series(names: Names, series: Series, path: Path) -> Iterator[Fault]:
    if series.after not in names.moments:
        yield unknown_moment(series.after, names.moments, (*path, "after"))
    if series.at and (series.every or series.lasts):
        what = "its moments are listed, or they come `every` so often, not both"
        yield Fault((*path, "at"), what, "make two steps of it")
    elif series.every and series.lasts:
        yield from _how_often(series.every, series.lasts, path)
    elif series.every:
        yield Fault((*path, "every"), "for how long?", "add `for:` and a period")
    elif not series.at:
        what = "when is it due?"
        yield Fault(path, what, "write `at: [1 month, 3 months]`, or `every: 1 month, for: 1 year`")


def _how_often(every: Duration, lasts: Duration, path: Path) -> Iterator[Fault]:
    times = _days(lasts) / _days(every)
    if times < 1:
        what = f"`{lasts}` are over before `{every}` have passed once"
        yield Fault((*path, "for"), what, "let it last longer, or come more often")
    elif times > MOST_MOMENTS:
        what = f"it would come about {times:.0f} times"
        yield Fault((*path, "for"), what, f"{MOST_MOMENTS} times is the most: end it sooner")


def _days(period: Duration) -> float:
    return period.amount * MEASURES[period.unit].about

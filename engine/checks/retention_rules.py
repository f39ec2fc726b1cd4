"""Retention periods: they count days, weeks, months or years, and name a source if not assumed; and
a country's limits do not contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.faults import Fault, Path
from engine.checks.spans import is_longer
from engine.checks.written import check_line
from engine.definition import Retention
from engine.definition.kept_for import Limits
from engine.message import finding
from engine.phrases.syntax import MEASURES


def check_retention(kept: Retention, path: Path) -> Iterator[Fault]:
    """The faults of one period."""
    measure = MEASURES[kept.time.unit]
    if not (measure.days or measure.months):
        yield Fault((*path, "time"), finding("retention.unit", period=str(kept.time)))
    if kept.source and kept.assumed:
        yield Fault((*path, "assumed"), finding("retention.assumed_with_source"))
    elif not (kept.source or kept.assumed):
        yield Fault(path, finding("retention.no_source"))


def check_limits(limits: Limits, path: Path) -> Iterator[Fault]:
    """The faults of a country's limits."""
    for word, kept in limits.said():
        yield from check_retention(kept, (*path, word))
        if kept.source:
            yield from check_line(kept.source, (*path, word, "source"))
    least, most = limits.at_least, limits.at_most
    if not (least or most):
        yield Fault(path, finding("retention.no_limit"))
    elif least and most and is_longer(least.time, most.time):
        what = finding("retention.least_beyond_most", least=str(least.time), most=str(most.time))
        yield Fault((*path, "at_least"), what)

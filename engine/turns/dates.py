"""Days that somebody answers, and from which the pathway counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine.errors import Refusal
from engine.pathway import Pathway
from engine.phrases.syntax import ClockExpression, Moment
from engine.time.calendars import CalendarError, Edition
from engine.time.clocks import count
from engine.view import View


def require_countable(view: View, answers: Mapping[str, object]) -> None:
    """Refuse a day so far away that a period counted from it leaves the case's calendars.

    The person who enters it can correct it now; later there would be nobody to ask.

    Raises:
        Refusal: `not_counted`, with the field, the country and the year.
    """
    fields = view.pathway.definition.data
    dated = [name for name in answers if fields[name].date or fields[name].datetime]
    if not dated:
        return
    countries = set(view.state.sides.values())
    named = {place for time in view.pathway.times for place in time.places}
    editions = [
        each for each in view.calendars.editions if each.country in countries or each.place in named
    ]
    for name in dated:
        start = view.moment(name)
        if start is not None:
            for period in _periods(view.pathway, name):
                for edition in editions:
                    _try(name, start, period, edition)


def _try(name: str, start: date, period: Moment, edition: Edition) -> None:
    try:
        count(period, lambda _: start, edition)
    except CalendarError as error:
        way = "before" if period.before else "after"
        raise Refusal(
            f"not_counted.period_{way}", field=name, period=str(period.duration), why=error.message
        ) from None


def _periods(pathway: Pathway, anchor: str) -> Iterator[Moment]:
    """The periods counted from a field."""
    for expression in _expressions(pathway):
        for part in _moments(expression):
            if part.anchor == anchor and part.duration:
                yield part
    for plan in pathway.steps.values():
        if plan.step.series and plan.step.series.after == anchor:
            yield from (Moment(duration, anchor) for duration in plan.step.series.at)


def _expressions(pathway: Pathway) -> Iterator[ClockExpression]:
    yield from (timing.time for timing in pathway.definition.clocks.values())
    for plan in pathway.steps.values():
        step = plan.step
        timings = (step.due, step.not_before, step.seen, step.answer, step.feedback)
        yield from (timing.time for timing in timings if timing)
        if step.arrival:
            yield step.arrival.within.time


def _moments(expression: ClockExpression) -> Iterator[Moment]:
    if isinstance(expression, Moment):
        yield expression
        return
    for part in expression.of:
        yield from _moments(part)

"""A due moment that lies ahead of what its step waits for, where that is certain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checks.floors import check_floor
from engine.checks.names import Names
from engine.definition import Step
from engine.phrases.syntax import CalendarDay, ClockExpression, Duration, Moment, Span, Unit
from engine.time.clocks import count
from tests.factories import HEAD, ONE_STEP, pathway
from tests.unit.test_spans import EDITION

CLOCKS = """
clocks:
  plain: 10 days after case.opened
  nearer: {time: 10 days after case.opened, shorten: {role: manager}}
"""
NAMES = Names(pathway(CLOCKS + ONE_STEP, HEAD).definition)


def is_refused(due: object, floor: object) -> bool:
    step = Step.model_validate({"by": "manager", "due": due, "not_before": floor})
    return bool([*check_floor(NAMES, step, ("stages", "start", "steps", "report"))])


@pytest.mark.parametrize(
    ("due", "floor", "refused"),
    [
        ("2 days before leaves", "leaves", True),
        ("2 days before leaves", "3 hours after leaves", True),
        ("2 days before plain", "plain", True),
        ("2 days after leaves", "5 days after leaves", True),
        ("5 days after leaves", "5 days after leaves", True),
        ("leaves", "1 hour after leaves", True),
        ("born", "1 hour after born", False),  # the day of a form is due until its end
        ("born", "1 day after born", True),
        ("born", "born", False),
        ("5 days before leaves", "2 days before leaves", True),
        ("2 days before leaves", "5 days before leaves", False),
        ("2 days before birthday 18 of born", "birthday 18 of born", True),
        ("2 days before birthday 18 of born", "born", False),
        ("2 days before leaves", "end of the month of leaves", True),
        ("2 days before end of the month of leaves", "leaves", False),
        ("2 days before end of the month of leaves", "end of the month of leaves", True),
        ("day 3 of the month after leaves", "day 5 of the month after leaves", False),
        ("5 days after case.opened", "plain", True),
        ("5 days after case.opened", "nearer", False),
        ("5 days", "5 days after leaves", False),
        ("2 days before leaves", "latest of (leaves, born)", True),
        ("2 days before leaves", "latest of (leaves?, born)", False),
        ("2 days before leaves", "earliest of (leaves, born)", False),
        ("earliest of (9 days, 2 days before leaves)", "leaves", True),
        ("latest of (9 days, 2 days before leaves)", "leaves", False),
        ("latest of (3 days before leaves, 2 days before leaves)", "leaves", True),
        ({"time": "2 days before leaves", "roll": "next"}, "leaves", False),
        (
            {"time": "2 days after leaves", "extend": {"by": "9 days", "role": "manager"}},
            "5 days after leaves",
            False,
        ),
        ({"time": "5 days after leaves", "calendar": "host"}, "5 days after leaves", False),
        ("2 days before leaves", {"time": "leaves", "shorten": {"role": "manager"}}, False),
    ],
)
def test_a_due_moment_is_refused_that_surely_lies_ahead_of_the_opening(
    due: object, floor: object, *, refused: bool
) -> None:
    """Whatever is not certain is let pass."""
    assert is_refused(due, floor) is refused


DURATIONS = st.builds(Duration, st.integers(1, 20), st.sampled_from(Unit)).filter(
    lambda each: each.unit is not Unit.YEARS or each.amount < 3
)
ON = st.none() | st.builds(CalendarDay, st.sampled_from(Span), after=st.booleans())
MOMENTS = st.builds(
    Moment, st.none() | DURATIONS, st.just("leaves"), st.just(False), on=ON
) | st.builds(Moment, DURATIONS, st.just("leaves"), st.booleans(), on=ON)


@given(MOMENTS, MOMENTS, st.integers(0, 24 * 400))
def test_what_is_refused_is_due_no_later_than_it_begins(
    due: Moment, floor: Moment, hours: int
) -> None:
    """From whatever moment both are counted."""
    if is_refused(str(due), str(floor)):
        start = datetime(2027, 1, 1, 9, tzinfo=UTC) + timedelta(hours=hours)

        def at(moment: ClockExpression, *, opens: bool) -> datetime:
            counted = count(moment, lambda _: start, EDITION, floor=opens)
            assert counted
            return counted.at

        assert at(due, opens=False) <= at(floor, opens=True)

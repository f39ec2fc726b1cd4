"""Birthdays in a case: a clock that starts when the date of birth becomes known."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.factories import CARE, Case

BODY = """
clocks:
  of_age: birthday 18 of born
stages:
  start:
    steps:
      talk: {by: screener, form: [born?]}
      plan: {by: screener, after: talk, due: 100 days before birthday 18 of born}
      guardian:
        {by: manager, after: plan, when: born.answered and not clock.of_age.reached, otherwise: skip}
      adult: {by: manager, after: plan, not_before: of_age}
      adult_at_once: {by: manager, after: talk, when: clock.of_age.reached, otherwise: skip}
"""


def known(born: str) -> Case:
    case = Case(BODY)
    case.complete("talk.1", born=born)
    return case


def test_a_clock_runs_to_the_birthday_from_the_answer_on() -> None:
    """As long as the person is a child, the guardian's step is open; the adult's comes by itself."""
    case = known("2008-06-15")
    clock = case.state.clocks["clock.of_age"]
    assert (clock.at, clock.editions) == (datetime(2026, 6, 15, tzinfo=UTC), ("GH-plain",))
    case.complete("plan.1")
    assert case.open == ["guardian.1"]

    case.wait(days=104)

    assert case.now.date().isoformat() == "2026-06-14"
    assert case.open == ["guardian.1"]
    case.wait(days=1)
    assert case.open == ["adult.1", "guardian.1"]
    assert case.moment("clock.of_age") == clock.at
    assert case.told(CARE) == ["task_assigned"]


def test_what_must_be_done_before_the_birthday_is_due_before_it() -> None:
    """A hundred days before it, as the day begins."""
    assert known("2008-06-15").task("plan.1").due_at == datetime(2026, 3, 7, tzinfo=UTC)


def test_somebody_of_age_is_so_at_once() -> None:
    """The moment is past when the date becomes known: a condition in that very turn sees it."""
    case = known("1990-01-01")
    assert case.open == ["adult_at_once.1", "plan.1"]
    assert case.moment("clock.of_age") == datetime(2008, 1, 1, tzinfo=UTC)
    case.complete("plan.1")
    assert case.open == ["adult.1", "adult_at_once.1"]


def test_the_birthday_itself_counts() -> None:
    """Answered on that day, the age is reached; answered the day before, it is not yet."""
    assert "adult_at_once.1" in known("2008-03-02").open
    assert "adult_at_once.1" not in known("2008-03-03").open


def test_an_age_that_is_not_known_is_not_reached() -> None:
    """No clock runs, nothing is due by it, and what waits for it goes on waiting."""
    case = Case(BODY)
    case.complete("talk.1")
    assert "clock.of_age" not in case.state.clocks
    assert case.task("plan.1").due_at is None
    case.complete("plan.1")
    case.wait(days=10_000)
    assert not any(each.startswith("adult") for each in case.open)

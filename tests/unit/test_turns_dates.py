"""A calendar ends somewhere: what cannot be counted is refused where somebody can mend it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.decide import decide
from engine.errors import Refusal
from engine.evolve import replay
from engine.facts import DataSet, Fact, NoticeOwed, PeriodNotCounted
from engine.state import State
from engine.time.calendars import Calendars
from tests.factories import CALENDARS, CARE, DESK, MONDAY, REGISTRY, Case, pathway

LEAVING = """
clocks:
  ticket: 3 working days before leaves
stages:
  start:
    steps:
      talk: {by: screener, form: [leaves]}
      pack: {by: manager, after: talk, not_before: 2 days, due: 5 working days after leaves, \
late: [after 2 working days tell screener]}
      visits: {by: manager, after: talk, series: {at: [1 month, 10 working days], after: pack.done}}
    then: end done
"""
FAR = "2060-12-31T09:00+00:00"


def until(year: int) -> Calendars:
    """The same calendars, ending with a year."""
    return Calendars(tuple(replace(each, covers=(2000, year)) for each in CALENDARS.editions))


def turn(
    case: Case, year: int, act: c.AnyAct | None = None, by: str = "", *, days: int = 0
) -> tuple[Fact, ...]:
    """Something is done, or time passes, while the calendars end with `year`."""
    case.now += timedelta(days=days)
    command = c.Command(
        act=act or c.Settle(), agency=by, occurred_at=case.now, recorded_at=case.now
    )
    decision = decide(case.pathway, case.state, command, REGISTRY, until(year))
    case.facts += decision.facts
    case.state = decision.state
    assert replay(case.facts) == case.state
    return decision.facts


def packing() -> Case:
    """A case that waits for the day on which `pack` opens."""
    case = Case(LEAVING)
    case.complete("talk.1", leaves="2026-12-30T09:00+00:00")
    return case


def test_a_date_that_the_calendars_do_not_reach_is_refused_in_the_form() -> None:
    """By field, country and year; the case is as it was, and another date goes."""
    case = Case(LEAVING)
    before = case.state
    with pytest.raises(Refusal) as refused:
        case.complete("talk.1", leaves=FAR)
    assert refused.value.reason == "not_counted"
    said = str(refused.value)
    assert said.startswith("refused.not_counted.period_after field=leaves period=5 working days")
    assert "calendar.not_covered" in said
    assert "first=2000 last=2060 year=2061" in said
    assert case.state is before
    case.complete("talk.1", leaves="2060-06-01T09:00+00:00")


def test_time_does_not_stop_where_a_calendar_ends() -> None:
    """The task opens without a due moment; the responsible agency is told, once."""
    case = packing()
    facts = turn(case, 2026, days=3)
    assert case.task("pack.1").due_at is None
    assert PeriodNotCounted(calendar="GH 2027") in facts
    told = [each for each in facts if isinstance(each, NoticeOwed) and each.kind == "attention"]
    assert [(each.agency, each.label) for each in told] == [
        (DESK, "A period cannot be counted: no calendar for GH 2027")
    ]
    assert turn(case, 2026, days=1) == ()


def test_a_rung_that_cannot_be_counted_takes_no_task_away() -> None:
    """The due moment stands, its ladder ends where the calendar does."""
    case = packing()
    case.state = replace(case.state, data={**case.state.data, "leaves": "2026-12-23T09:00+00:00"})
    case.facts.append(DataSet(field="leaves", value="2026-12-23T09:00+00:00"))
    turn(case, 2026, days=3)
    assert case.task("pack.1").due_at is not None
    assert [key for key in case.state.clocks if key.startswith("pack.1")] == ["pack.1:due"]


def test_a_series_waits_until_all_of_it_can_be_counted() -> None:
    """And begins with the first turn after a longer calendar was put in force."""
    case = packing()
    case.wait(days=3)
    turn(case, 2025, c.Complete(task="pack.1"), CARE)
    assert "visits" not in case.state.steps
    turn(case, 2026)
    assert [key for key in case.state.clocks if "series" in key] == [
        "visits:series:01",
        "visits:series:02",
    ]


def test_a_review_that_could_not_be_counted_comes_back() -> None:
    """As soon as the calendar reaches it."""
    case = Case("review: 10 working days\n" + LEAVING)
    turn(case, 2025, days=30)
    assert "case:review" not in case.state.clocks
    turn(case, 2026)
    assert "case:review" in case.state.clocks


def test_a_new_case_waits_for_its_calendar() -> None:
    """Somebody stands there and is told which one is missing."""
    opening = c.Command(
        act=c.OpenCase(code="7K2F-9QXM", country="GH"),
        agency=DESK,
        occurred_at=MONDAY,
        recorded_at=MONDAY,
    )
    with pytest.raises(Refusal, match=r"calendar\.none place=GH") as refused:
        decide(pathway(LEAVING), State(), opening, REGISTRY, Calendars(()))
    assert refused.value.reason == "not_counted"


def test_a_date_is_tried_with_all_of_what_is_counted_from_it() -> None:
    """The days of a year after its end lie in the next one."""
    case = Case("""
stages:
  start:
    steps:
      talk: {by: screener, form: [leaves]}
      report: {by: manager, after: talk, due: 5 working days after end of the year of leaves}
    then: end done
""")
    with pytest.raises(Refusal, match=r"\.period_after field=leaves period=5 working days"):
        case.complete("talk.1", leaves="2060-06-01T09:00+00:00")
    case.complete("talk.1", leaves="2059-06-01T09:00+00:00")


def test_a_date_is_tried_with_the_time_on_a_waiting_list() -> None:
    """It is a period of the pathway like all others, and begins when somebody else is asked."""
    case = Case("""
stages:
  start:
    steps:
      talk: {by: screener, form: [leaves]}
      refer: {hand_over: manager, after: talk, answer: 1 day, wait_list: 5 working days after leaves, declined: end gone, silent: end gone}
    then: end done
""")
    with pytest.raises(Refusal, match=r"\.period_after field=leaves period=5 working days"):
        case.complete("talk.1", leaves=FAR)

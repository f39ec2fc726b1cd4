"""By how much a period becomes longer or shorter, where somebody in the case decides it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.evolve import evolve
from engine.facts import ClockMoved
from engine.proofs import prove
from engine.state import State
from engine.turns.counting import count_again
from engine.view import View
from tests.factories import CALENDARS, CARE, REGISTRY, Case, pathway
from tests.periods import day, one_step
from tests.told import sentence

COURT = (
    "ruling: {by: screener, manual: yes, repeat: {at_most: 9}, form: [rooms], "
    "decide: {longer: go on, as_it_is: go on}}"
)
BY_ITSELF = (
    "{time: 30 days, extend: {by: 'rooms days, at most 60', when: decision.ruling = longer}}"
)
BY_AN_ACT = "{time: 30 days, extend: {by: 'rooms days, at most 60', role: manager, at_most: 2}}"


def decide(case: Case, rooms: object, outcome: str = "longer") -> None:
    case.do(c.Start(step="ruling"))
    task = next(task.id for task in case.state.open_tasks() if task.step == "ruling")
    answers = {"rooms": rooms}
    case.do(c.Complete(task=task, answers=answers, outcome=outcome))  # type: ignore[arg-type]  # also what does not fit


def test_a_court_makes_a_period_longer_by_as_many_days_as_it_says() -> None:
    """90 days and up to 30 more (US): the number is answered in the form of the decision."""
    case = one_step(BY_ITSELF, COURT)
    assert case.task("report.1").due_at == day("2026-04-01")
    decide(case, 14)
    assert case.task("report.1").due_at == day("2026-04-15")
    assert [fact.because for fact in case.last if isinstance(fact, ClockMoved)][:1] == ["extended"]
    assert case.state.clocks["report.1:rung:0"].at == day("2026-04-14") - timedelta(
        hours=23, minutes=59, seconds=59
    )


def test_a_decision_against_it_makes_no_period_longer() -> None:
    """Whatever number was written."""
    case = one_step(BY_ITSELF, COURT)
    decide(case, 14, "as_it_is")
    assert case.task("report.1").due_at == day("2026-04-01")


def test_a_number_that_is_mended_takes_the_place_of_the_one_before() -> None:
    """By itself a period becomes longer once: 6 days instead of the 60 of a slip."""
    case = one_step(BY_ITSELF, COURT)
    decide(case, 60)
    assert case.task("report.1").due_at == day("2026-05-31")
    decide(case, 6)
    assert case.task("report.1").due_at == day("2026-04-07")
    case.wait(days=1)
    assert case.task("report.1").due_at == day("2026-04-07")


@pytest.mark.parametrize("wrong", [0, -3, 61, 366_000, 1.5, "14"])
def test_a_number_out_of_bounds_is_refused_where_it_is_written(wrong: object) -> None:
    """A slip of the pen puts no deadline into the year 3000."""
    case = one_step(BY_ITSELF, COURT)
    case.do(c.Start(step="ruling"))
    act = c.Complete(task="ruling.1", answers={"rooms": wrong}, outcome="longer")  # type: ignore[dict-item]  # what does not fit
    assert case.refused(act) == "wrong_form"
    assert case.task("report.1").due_at == day("2026-04-01")


def test_a_role_makes_it_longer_each_time_by_what_was_decided_last() -> None:
    """Refused as long as nobody has said by how much."""
    case = one_step(BY_AN_ACT, COURT)
    assert case.refused(c.Extend(name="report"), CARE) == "not_answered"
    decide(case, 10)
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-04-11")
    decide(case, 20)
    assert case.task("report.1").due_at == day("2026-04-11"), "what was granted stays"
    case.do(c.Extend(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-05-01")
    assert case.refused(c.Extend(name="report"), CARE) == "used_up"


def test_a_period_is_long_from_the_first_where_that_was_decided_before() -> None:
    """Nothing moves: the notice of the task says the right day."""
    step = "last: {by: manager, after: talk, due: " + BY_ITSELF + "}"
    case = one_step("60 days", f"{COURT}\n      {step}")
    decide(case, 5)
    case.complete("talk.1")
    assert case.task("last.1").due_at == day("2026-04-06")
    assert not [fact for fact in case.facts if isinstance(fact, ClockMoved)]


def test_a_period_is_cut_down_to_as_much_as_was_decided() -> None:
    """As if it had been so long from its start; what is answered later changes nothing any more."""
    due = "{time: 30 days, shorten: {role: manager, to: 'rooms days, at most 29'}}"
    case = one_step(due, COURT)
    assert case.refused(c.Shorten(name="report"), CARE) == "not_answered"
    decide(case, 12)
    case.do(c.Shorten(name="report"), CARE)
    assert case.task("report.1").due_at == day("2026-03-14")
    decide(case, 3)
    assert case.task("report.1").due_at == day("2026-03-14")


def test_a_record_of_before_lengths_were_kept_is_counted_as_it_was() -> None:
    """A clock that was shortened then says when, not to what."""
    case = one_step("{time: 30 days, shorten: {role: manager, to: 10 days}}")
    case.do(c.Shorten(name="report"), CARE)
    state = State()
    for fact in case.facts:
        if isinstance(fact, ClockMoved):
            fact = replace(fact, clock=replace(fact.clock, shortened_to=None))
        state = evolve(state, fact)
    clock = state.clocks["report.1:due"]
    assert clock.shortened_to is None
    view = View(case.pathway, state, case.now, REGISTRY, CALENDARS)
    again = count_again(view, clock)
    assert again is not None
    assert again.at == day("2026-03-12")


def test_a_walk_answers_what_the_form_takes() -> None:
    """However large the numbers are that conditions ask for."""
    trial = pathway("""
stages:
  start:
    steps:
      ruling: {by: screener, form: [rooms]}
      report: {by: manager, after: ruling, due: {time: 30 days, extend: {by: "rooms days, at most 20", when: rooms > 5}}}
      long: {by: manager, after: ruling, when: rooms >= 20, otherwise: skip}
    then: end done
""")
    proof = prove(trial)
    assert proof.complete
    assert [sentence(fault) for fault in proof.faults if fault.path[0] == "stages"] == []

"""Notes on periods that are over, or too long, when a round begins again or a report comes late."""

from __future__ import annotations

import pytest

from engine.checks.earlier_rounds import counted_from_before
from engine.checks.told_late import moved_by_late_reports
from engine.definition import Definition
from tests.factories import pathway
from tests.told import advice

BODY = """
clocks: {term: 3 months after ask.done}
stages:
  intake: {steps: {ask: {by: screener, form: [born]}}}
  plan:
    after: intake
    REPEAT
    steps:
      write: {by: screener, due: DUE}
      check: {by: manager, after: write, decide: {fine: go on, wrong: "WRONG"}}
    then: end done
interrupts:
  alarm: {raised_by: manager}
"""
BACK, GO_ON = "back to plan, at most 2, then end stays", "end stays"


def trial(due: str, wrong: str = GO_ON, repeat: str = "") -> Definition:
    text = BODY.replace("DUE", due).replace("WRONG", wrong).replace("REPEAT", repeat)
    return pathway(text).definition


FROM_BEFORE = [
    ("2 days after ask.done", True),
    ("2 days after case.opened", True),
    ("2 days after plan.entered", False),
    ("2 days", False),
    ("2 days after born", False),
    ("2 days after interrupt.alarm", False),
    ("term", False),
]


@pytest.mark.parametrize(("due", "is_noted"), FROM_BEFORE)
def test_a_period_of_a_stage_that_begins_again_counts_from_within(
    due: str, *, is_noted: bool
) -> None:
    """What is before it stays as it was, so the period may be over in the new round."""
    assert bool(counted_from_before(trial(due, BACK))) is is_noted
    assert counted_from_before(trial(due)) == []


def test_the_note_says_what_to_count_from_and_that_is_enough() -> None:
    """The later of the two."""
    (note,) = counted_from_before(trial("5 days after ask.done", BACK))
    mended = "latest of (5 days after ask.done, 5 days after plan.returned?)"

    assert note.path == ("stages", "plan", "steps", "write", "due", "time")
    assert mended in advice(note)
    assert counted_from_before(trial(f'"{mended}"', BACK)) == []


def test_a_stage_that_is_repeated_counts_from_its_beginning() -> None:
    repeat = "repeat: {at_most: 3, until: step.write.done, then: end stays}"
    (note,) = counted_from_before(trial("5 days after ask.done", repeat=repeat))
    assert "plan.entered)" in advice(note)


@pytest.mark.parametrize(
    ("due", "is_noted"),
    [
        ("3 months after ask.done", True),
        ("1 year after interrupt.alarm", True),
        ("{time: 9 days after ask.done, kind: statutory, source: Act of 2019}", True),
        ("9 days after ask.done", False),
        ("3 months", False),
        ("3 months after case.opened", False),
        ("3 months after ask.opened", False),
        ("3 months after born", False),
        ("term", False),
    ],
)
def test_a_long_period_from_what_may_be_reported_late_is_noted_once(
    due: str, *, is_noted: bool
) -> None:
    """It would end later than the law says, by as long as the report took."""
    notes = moved_by_late_reports(trial(due))
    assert len(notes) == is_noted
    for note in notes:
        assert "`clocks:`" in advice(note)
        assert "`kind: limitation`" in advice(note)

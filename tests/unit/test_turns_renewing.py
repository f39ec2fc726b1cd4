"""Named clocks by which a round is due: they begin again with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import commands as c
from tests.factories import CARE, Case

ROUND = """
clocks:
  reply_by: 5 days after write.opened
  lasts: 60 days after case.opened
  known_for: 3 days after write.opened
stages:
  intake: {steps: {ask: {by: screener}}}
  plan:
    after: intake
    steps:
      write: {by: screener, due: DUE}
      check: {by: manager, after: write, decide: {fine: go on, wrong: "back to plan, at most 2, then end stays"}}
    then: end done
  beside: {steps: {wait: {by: screener, due: lasts, when: clock.known_for.reached, otherwise: skip}}}
"""


def due_by(due: str = "reply_by") -> Case:
    case = Case(ROUND.replace("DUE", due))
    case.complete("ask.1")
    return case


def wrong(case: Case, days: float) -> None:
    case.complete("write.1")
    case.do(c.Complete(task="check.1", outcome="wrong"), CARE, days=days)


@pytest.mark.parametrize("days", [2, 9])
def test_a_named_clock_by_which_a_round_is_due_begins_again_with_it(days: float) -> None:
    """Whether it still runs or has run out: nobody is late for what was just asked for."""
    case = due_by()
    assert case.task("write.1").due_at == datetime(2026, 3, 7, 23, 59, 59, tzinfo=UTC)

    wrong(case, days)

    due = datetime(2026, 3, 7 + int(days), 23, 59, 59, tzinfo=UTC)
    assert (case.task("write.2").due_at, case.state.clocks["clock.reply_by"].at) == (due, due)
    assert case.state.clock_is("reply_by") == "running"
    case.wait(days=6)
    assert case.task("write.2").overdue


def test_other_named_clocks_stand() -> None:
    """Those by which nothing of the round is due, and those that are counted from before it."""
    case = due_by("'earliest of (reply_by, lasts)'")
    wrong(case, 9)
    assert case.state.clocks["clock.lasts"].at == datetime(2026, 5, 1, 23, 59, 59, tzinfo=UTC)
    assert case.state.clock_is("known_for") == "elapsed"


def test_what_is_due_by_a_clock_that_is_counted_from_such_a_one_begins_again_too() -> None:
    """One named clock may be counted from another."""
    body = ROUND.replace("  lasts:", "  later: 2 days after reply_by\n  lasts:")
    case = Case(body.replace("DUE", "later"))
    case.complete("ask.1")
    assert case.task("write.1").due_at == datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC)
    wrong(case, 9)
    assert case.task("write.2").due_at == datetime(2026, 3, 18, 23, 59, 59, tzinfo=UTC)


def test_a_repeated_stage_is_due_by_its_own_round() -> None:
    """It begins again in the same way."""
    body = (
        ROUND[: ROUND.index("      check")]
        .replace("write: {", "write: {form: [married], ")
        .replace(
            "    after: intake\n",
            "    after: intake\n    repeat: {at_most: 2, until: married, then: end stays}\n",
        )
    )
    case = Case(body.replace("DUE", "reply_by").replace("60 days", "20 days"))
    case.complete("ask.1")
    case.do(c.Complete(task="write.1", answers={"married": False}), days=9)
    assert case.task("write.2").due_at == datetime(2026, 3, 16, 23, 59, 59, tzinfo=UTC)


SHARED = """
clocks:
  share_by: 5 days after consent.tell_home.given
stages:
  where: {steps: {find: {by: screener, form: [home_country]}}}
  plan:
    after: where
    steps:
      talk: {by: screener, consent: tell_home, refused: end stays}
      share: {by: screener, after: talk, due: share_by}
      check: {by: screener, after: share, decide: {fine: go on, wrong: "back to plan, at most 2, then end stays"}}
    then: end done
"""


@pytest.mark.parametrize(
    "later",
    ["", "      confirm: {by: screener, after: check, consent: tell_home, refused: go on}\n"],
)
def test_what_is_counted_from_an_answer_is_counted_from_that_of_the_round(later: str) -> None:
    """The consent stands when the case goes back, but the person is asked again: in the first of two
    steps, if another one asks once more.
    """
    case = Case(SHARED.replace("    then: end done", f"{later}    then: end done"))
    case.complete("find.1", home_country="NG")
    case.give()
    case.complete("share.1")
    case.do(c.Complete(task="check.1", outcome="wrong"), days=9)
    case.give("talk.2")
    assert case.task("share.2").due_at == datetime(2026, 3, 16, 23, 59, 59, tzinfo=UTC)

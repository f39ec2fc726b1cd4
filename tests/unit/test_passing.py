"""A decision that may pass to another agency by a no is told as a note."""

from __future__ import annotations

import pytest

from engine.checks.passing import passing_decisions
from tests.factories import pathway
from tests.told import advice, sentence

STEPS = """
stages:
  one:
    steps:
      ask: {by: screener}
      rule: {by: manager, after: ask, decide: {granted: go on, denied: end stays}}
    then: end done
"""
PANEL = (
    "due: 3 days, panel: {members: [screener, manager], quorum: 2, agree: all, tied: denied,"
    " no_quorum: denied}, after"
)


def notes(body: str) -> list[str]:
    return [sentence(each) for each in passing_decisions(pathway(body).definition)]


def test_a_decision_that_may_pass_on_is_noted_at_its_word() -> None:
    """With what to write where it may not."""
    (note,) = passing_decisions(pathway(STEPS).definition)
    assert note.path == ("stages", "one", "steps", "rule", "decide")
    assert sentence(note) == (
        "if `manager` declines, `rule` is passed on, in the end to the responsible agency"
    )
    assert advice(note) == (
        "write `passes_on: no` if nobody else may decide, otherwise `passes_on: yes`"
    )


def test_one_that_a_condition_asks_for_is_noted_whatever_follows_it() -> None:
    """Something hangs on it all the same."""
    body = STEPS.replace("denied: end stays", "denied: go on")
    assert notes(body) == []
    after = (
        "      next: {by: screener, after: rule, when: decision.rule = denied, otherwise: skip}\n"
    )
    assert len(notes(body.replace("    then: end done", after + "    then: end done"))) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("by: manager, after", "by: manager, passes_on: no, after"),
        ("by: manager, after", "by: manager, passes_on: yes, after"),
        ("by: manager, after", "by: responsible, after"),
        ("granted: go on, denied: end stays", "denied: end stays"),
        (
            "by: manager, after",
            PANEL,
        ),
    ],
)
def test_nothing_is_said_where_it_is_said_or_cannot_be(before: str, after: str) -> None:
    """The responsible agency declines nothing, a vote passes to nobody, one outcome decides nothing."""
    assert notes(STEPS.replace(before, after)) == []

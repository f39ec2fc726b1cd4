"""What is owed by a named period, as a new version ends that period."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.loader import load_pathway
from tests.factories import HEAD, Case
from tests.unit.test_migrating import at, moved, weighed

BY_IT = """
clocks:
  reflection: {time: 45 days after case.opened}
stages:
  first:
    steps:
      talk: {by: screener, due: "%s", late: [before 2 days remind screener]}
    then: end done
"""


@pytest.mark.parametrize(
    ("due", "days"),
    [
        ("reflection", 45),
        ("3 days after reflection", 48),
        ("earliest of (60 days, reflection)", 45),
    ],
)
def test_nobody_is_late_by_a_named_period_that_the_new_law_has_ended_already(
    due: str, days: int
) -> None:
    """The period is over as the law says; who owes something by it keeps the day that they were told."""
    case = Case(BY_IT % due)
    case.wait(days=20)
    text = (HEAD + BY_IT % due).replace("45 days", "10 days")
    new = load_pathway(text.replace("version: 1", "version: 2\nrunning_cases: migrate"))
    told = {each.about: (each.before, each.after) for each in weighed(case, new).deadlines}
    assert told == {"reflection": (at(45), at(10))}
    state = moved(case, new)
    assert state.moments["clock.reflection"] == at(10)
    assert state.clocks["talk.1:due"].at == at(days)
    assert not state.tasks["talk.1"].overdue
    case.do(c.Refresh(), "")
    assert case.state.clocks["talk.1:due"].at == at(days)
    case.wait(days=days)
    assert case.state.tasks["talk.1"].overdue

"""A scenario may expect a clock to run until a moment, or to be over for a reason."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionError
from engine.scenarios import load_scenarios
from tests.factories import lawful
from tests.told import sentence
from tests.unit.test_scenarios import CALENDARS, HEAD, REGISTRY
from wording.sentences import told

CLOCKED = lawful(
    """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, helper: legal_aid @ host}
clocks:
  quiet: {time: "earliest of (10 days after case.opened, talk.done)", shorten: {role: desk}}
stages:
  first:
    steps:
      talk: {by: desk, optional: yes}
      rest: {by: helper}
    then: end done
ends: {done: success}
"""
)


def _clocked(turns: str) -> list[str]:
    scenarios = load_scenarios(HEAD + turns, "s.yaml")
    scenarios.require_names(CLOCKED, REGISTRY)
    misses = scenarios.play("one", CLOCKED, REGISTRY, CALENDARS).misses
    return [f"{miss.word}: {sentence(miss.problem)}" for miss in misses]


def test_a_clock_is_expected_to_run_until_a_moment_and_to_be_over_for_a_reason() -> None:
    """As much of the moment is compared as is written."""
    until = "      - {at: 2026-03-03, expect: {clocks: {quiet: %s}}}\n"
    assert _clocked(until % "running" + until % "2026-03-12") == []
    assert _clocked(until % '"2026-03-12 23:59:59"') == []
    assert _clocked(until % "2026-03-13") == ["clocks: quiet is 2026-03-12, not 2026-03-13"]
    talk = (
        "      - {at: 2026-03-04, by: GH-DESK, do: complete talk, expect: {clocks: {quiet: %s}}}\n"
    )
    assert _clocked(talk % "talk.done") == []
    assert _clocked(talk % "elapsed") == ["clocks: quiet is talk.done, not elapsed"]
    assert _clocked(talk % "2026-03-12") == ["clocks: quiet is talk.done, not 2026-03-12"]
    over = "      - {at: 2026-03-20, expect: {clocks: {quiet: elapsed}}}\n"
    assert _clocked(over) == []
    short = "      - {at: 2026-03-03, by: GH-DESK, do: shorten quiet, expect: {clocks: {quiet: shortened}}}\n"
    assert _clocked(short) == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("{quite: running}", "there is no clock `quite` (did you mean `quiet`?)"),
        ("{quiet: runing}", "a clock cannot be `runing` (did you mean `running`?)"),
    ],
)
def test_a_clock_or_a_word_for_it_that_does_not_exist_is_refused(expected: str, said: str) -> None:
    """Else the expectation would never be met, or always."""
    with pytest.raises(DefinitionError) as refused:
        _clocked(f"      - {{at: 2026-03-03, expect: {{clocks: {expected}}}}}\n")
    assert said in told(refused.value)

"""The walk of `check` takes cases up again that have ended, where their pathway lets somebody."""

from __future__ import annotations

import pytest

from engine.proofs.findings import findings
from engine.proofs.rests import rests_of
from engine.proofs.walk import Walk
from tests.factories import HEAD, lawful
from tests.told import sentence

BODY = """
clocks:
  again: 3 days after case.reopened
stages:
  meet:
    steps:
      talk: {by: screener, form: [risk]}
      more: {by: manager, after: talk, when: clock.again.running, otherwise: skip}
    then: end done
interrupts:
  leaves: {raised_by: screener, then: end gone}
  stops: {raised_by: screener, then: end stays}
"""
ONCE = BODY.replace(
    "{by: screener, form", "{by: screener, when: not clock.again.running, otherwise: skip, form"
)
FOR_EVER = ONCE.replace(
    "when: clock.again.running, otherwise: skip", "not_before: 1 day after talk.done"
)


def found(body: str, ends: str = "") -> list[str]:
    reopen = f"reopen: {{by: screener, at: meet{ends}}}"
    walk = Walk(lawful(HEAD.replace("roles:", f"{reopen}\nroles:") + body))
    assert walk.complete
    return [sentence(fault) for fault in (*rests_of(walk)[0], *findings(walk))]


@pytest.mark.parametrize("ends", ["", ", ends: gone", ", ends: [stays, done]"])
def test_what_comes_only_in_a_reopened_case_is_reached(ends: str) -> None:
    """Whether its first end was looked for, or came of something that nobody waited for."""
    assert found(BODY, ends) == []
    assert found(ONCE, ends) == []


def test_what_waits_for_ever_in_a_reopened_case_is_told() -> None:
    """What a step counts from is passed over the second time; the way there is said."""
    (told, *_) = found(FOR_EVER)
    assert "`more` may wait for ever for `talk.done`, from which its `not_before` counts" in told
    assert "reopened" in told


def test_a_condition_that_is_asked_again_tells_ended_cases_apart() -> None:
    """Before the end nothing reads the answer any more; after it, it decides what follows."""
    body = BODY.replace("clock.again.running, ", "risk = high and clock.again.running, ").replace(
        "form: [risk]}", "form: [risk], when: not clock.again.running, otherwise: skip}"
    )
    assert found(body) == []

"""What `check` says helps, helps: the remedy is written into the pathway, and nothing is left of the fault."""

from __future__ import annotations

import re

import pytest

from engine.loader import load_pathway
from engine.proofs import prove
from tests.factories import HEAD
from tests.told import advice, sentence

ASKED = """
consents: {tell_home: {to: home, shows: [risk], ask: May we?}}
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country, risk]}
      agree: {by: screener, after: talk, consent: tell_home, refused: end stays}
      ask_home: {hand_over: home, after: agree, needs: consent.tell_home, answer: 5 days, declined: go on, silent: tell manager}
      look_home: {by: home, after: ask_home, NEEDS}
    then: end done
"""
WRITE = re.compile(r"^write `(.+)`$")
ADD = re.compile(r"^add `(.+)` to the `when` of the step, and put any `or` there in parentheses$")


def remedies(text: str) -> list[str]:
    proof = prove(load_pathway(HEAD + text, "trial.yaml"))
    assert proof.complete
    return [advice(each) for each in proof.faults if "lets `home` know" in sentence(each)]


@pytest.mark.parametrize(
    ("needs", "pattern"),
    [
        ("needs: consent.tell_home", WRITE),
        ("due: 3 days", WRITE),
        ("needs: consent.tell_home, when: risk < high, otherwise: skip", ADD),
    ],
)
def test_work_for_who_may_have_said_no_is_mended_by_asking_for_the_yes(
    needs: str, pattern: re.Pattern[str]
) -> None:
    """The consent was given, and the request sent: to follow these once more would mend nothing."""
    (remedy,) = remedies(ASKED.replace("NEEDS", needs))
    found = pattern.match(remedy)
    assert found, remedy
    mended = needs.replace("high", f"high {found[1]}") if pattern is ADD else f"{needs}, {found[1]}"
    assert remedies(ASKED.replace("NEEDS", mended)) == []

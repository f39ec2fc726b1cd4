"""What cases do reach is not refused: each pathway here was once told that no case comes to a step."""

from __future__ import annotations

import pytest

from engine.proofs import prove
from tests.factories import HEAD, pathway

ONE_END = HEAD.replace(", stays: neutral, gone: withdrawn", "")

BEGUN_WHEN_ALL_IS_DONE = """
stages:
  main:
    steps:
      look: {by: screener}
      more: {by: screener, after: look, manual: yes}
      rest: {by: screener, after: more}
    then: end done
"""

ASKED_AGAIN = """
stages:
  main:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      tell: {by: home, after: talk, needs: consent.tell_home}
      talk_again: {by: manager, after: tell, consent: tell_home, refused: go on}
      tell_again: {by: home, after: talk_again, needs: consent.tell_home}
    then: end done
"""


@pytest.mark.parametrize(
    "body", [BEGUN_WHEN_ALL_IS_DONE, ASKED_AGAIN], ids=["begun when all is done", "asked again"]
)
def test_what_a_case_comes_to_is_not_refused(body: str) -> None:
    """A step begun while somebody is asked how the case ends; a consent that two steps ask for."""
    proof = prove(pathway(body, ONE_END))
    assert proof.complete
    assert proof.faults == ()


@pytest.mark.parametrize(
    "kind",
    ["text, protected", "yes_no, protected", "yes_no", "date, protected", "choice: [a, b], many"],
)
def test_what_may_be_left_unanswered_is_left_so_in_some_case(kind: str) -> None:
    """Whatever a condition may ask of the answer besides."""
    head = ONE_END.replace("data:\n", f"data:\n  channel: {{{kind}}}\n")
    body = """
stages:
  main:
    steps:
      talk: {by: screener, form: [risk, channel?]}
      ask: {by: screener, after: talk, when: not channel.answered, otherwise: skip, form: [channel]}
      beside: {by: manager, after: talk, optional: yes, form: [channel?]}
      use: {by: manager, after: ask, when: channel.answered, otherwise: skip}
    then: end done
"""
    proof = prove(pathway(body, head))
    assert proof.complete
    assert proof.faults == ()

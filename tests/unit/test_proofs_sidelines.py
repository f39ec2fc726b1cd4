"""What a walk shows of steps on which nothing else depends: each is begun wherever it may be."""

from __future__ import annotations

import pytest

from engine.proofs import prove
from tests.factories import pathway
from tests.told import sentence

BESIDE = """
stages:
  plan:
    steps:
      talk: {by: screener, form: [risk], due: 3 days}
      again: {by: screener, %s}
%s    then: end done
"""
AND_MORE = "      more: {by: manager, after: talk, due: 3 days}\n"


@pytest.mark.parametrize(
    ("words", "more"),
    [
        # The stage ends with its only other step: it may be begun as the case opens, or never.
        ("manual: yes", ""),
        ("manual: yes, when: step.talk.overdue, otherwise: skip", ""),
        # It may be begun only when something is known or done that is none of its own.
        ("manual: yes, after: talk", AND_MORE),
        ("manual: yes, when: step.talk.done, otherwise: skip", AND_MORE),
        ("manual: yes, when: risk = high, otherwise: skip", AND_MORE),
        ("manual: yes, when: step.more.overdue, otherwise: skip", AND_MORE),
        ("after: talk, optional: yes, when: risk = high, otherwise: skip", AND_MORE),
    ],
)
def test_what_somebody_may_begin_is_begun_wherever_it_may_be(words: str, more: str) -> None:
    """No false alarm: the step is reached, however late it may be begun."""
    proof = prove(pathway(BESIDE % (words, more)))
    assert proof.complete
    assert not [fault for fault in proof.faults if "again" in sentence(fault)]


def test_what_can_never_be_begun_is_still_told() -> None:
    """The condition that lets it begin never holds."""
    proof = prove(
        pathway(BESIDE % ("manual: yes, when: step.more.done, otherwise: skip", AND_MORE))
    )
    assert [sentence(fault) for fault in proof.faults if "again" in sentence(fault)] == [
        "no case ever reaches `again`"
    ]


LATER = """
stages:
  plan:
    steps:
      talk: {by: screener, form: [risk]}
      allow: {by: screener, after: talk, consent: tell_home, refused: go on}
      told: {by: screener, after: allow, when: consent.tell_home.given, otherwise: skip}
  go:
    after: plan
    steps:
      work: {by: screener}
      again: {by: manager, after: work, %s}
      more: {by: screener, after: work}
    then: end done
"""


@pytest.mark.parametrize("word", ["optional", "manual"])
@pytest.mark.parametrize(
    "asked", ["when: risk = high, otherwise: skip", "needs: consent.tell_home"]
)
def test_what_was_answered_long_before_still_lets_somebody_begin(word: str, asked: str) -> None:
    """Nothing else asks for it, and what it comes after is done only later on."""
    consent = "tell_home: {to: manager, shows: [risk], ask: May we?}"
    proof = prove(pathway(LATER % f"{word}: yes, {asked}", consents=consent))
    assert proof.complete
    assert not [fault for fault in proof.faults if "again" in sentence(fault)]


def test_what_may_be_begun_while_an_earlier_step_is_still_open_is_begun() -> None:
    """The walk does `first` before `second`, and then the stage is over: people need not."""
    body = """
stages:
  plan:
    steps:
      first: {by: screener}
      second: {by: screener}
      again: {by: screener, after: second, optional: yes}
      over: {by: screener, after: first, manual: yes, when: step.again.done, otherwise: skip}
    then: end done
"""
    assert not [fault for fault in prove(pathway(body)).faults if "again" in sentence(fault)]

"""What a walk does where a stage repeats within what goes back, and nobody has to act in either."""

from __future__ import annotations

from engine.proofs import prove
from tests.factories import HEAD, lawful

NESTED = """
stages:
  first:
    steps:
      ask: {by: screener, form: [married, risk]}
  second:
    after: first
    steps:
      checks: {by: screener, when: married, otherwise: skip}
  third:
    after: second
    repeat: {at_most: 2, until: risk = high, then: go on}
    steps:
      visits: {by: manager, when: married, otherwise: skip}
    then: back to second, at most 1, then end done
"""


def test_rounds_that_are_too_many_for_one_turn_are_a_fault() -> None:
    """A case could never go on. They are followed with the limits that the pathway has."""
    endless = NESTED.replace("at_most: 2", "at_most: 100").replace("at most 1,", "at most 100,")
    endless = endless.replace("when: married,", "when: married.answered and risk = low,")
    assert [each.message.code for each in prove(lawful(HEAD + endless)).faults] == [
        "finding.stuck.without_pause"
    ]


def test_rounds_within_rounds_in_which_nobody_acts_are_not_followed_to_their_end() -> None:
    """The walk raises each limit, so there are thousands of them in one turn. It claims nothing then."""
    proof = prove(lawful(HEAD + NESTED))
    assert not proof.complete
    assert proof.faults == ()

"""What cases do reach is not refused: each pathway here was once told that no case comes to a step."""

from __future__ import annotations

import pytest

from engine.proofs import prove
from tests.factories import HEAD, pathway
from tests.told import sentence

ONE_END = HEAD.replace(", stays: neutral, gone: withdrawn", "")

BEGUN_WHEN_ALL_IS_DONE = """
stages:
  main:
    rests: because somebody may begin more whenever they like
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

STILL_OWED = """
stages:
  main:
    steps:
      call: {by: screener, due: 60 days}
      letter: {by: manager, not_before: 40 days after case.opened, stops_when: step.call.done}
    then: end done
"""

OVER_BEFORE_IT_IS_ASKED_FOR = """
clocks: {rest: 5 days after look.done}
stages:
  main:
    steps:
      look: {by: screener}
      wait: {by: manager, after: look}
      late:
        by: manager
        after: wait
        when: clock.rest.running
        otherwise: skip
        not_before: 40 days after case.opened
    then: end done
"""

RAISED_ONCE = """
stages:
  main:
    steps:
      talk: {by: screener, form: [risk]}
      weigh: {by: screener, after: talk, decide: {safe: go on, not_safe: interrupt danger}}
      look: {by: manager, after: weigh, when: risk = low and decision.weigh = not_safe, otherwise: skip}
    then: end done
interrupts: {danger: {raised_by: [screener], set: {risk: high}}}
"""

OVER_WITHOUT_A_TASK = """
stages:
  main:
    steps:
      talk: {by: screener}
      calm: {by: manager, after: talk, when: interrupt.danger.raised and not interrupt.danger.open, otherwise: skip}
    then: end done
interrupts: {danger: {raised_by: [screener]}}
"""

NOBODY_TO_ASK = """
stages:
  main:
    steps:
      refer: {hand_over: manager, answer: 2 days, declined: go on, silent: go on}
      alone: {by: screener, after: refer, when: not hand_over.refer.offered, otherwise: skip}
    then: end done
"""

ONE_FOR_BOTH = """
stages:
  main:
    steps:
      look: {by: screener}
      plan: {by: manager, after: look}
      both:
        by: screener
        after: plan
        when: role.screener.responsible and role.manager.responsible
        otherwise: skip
    then: end done
"""

THREE_TOGETHER = """
stages:
  main:
    steps:
      look: {by: screener}
      first: {by: screener, manual: yes}
      talk:
        by: manager
        after: look
        when: interrupt.leaves.raised and interrupt.moves.raised and step.first.opened
        otherwise: skip
    then: end done
interrupts:
  leaves: {raised_by: screener}
  moves: {raised_by: screener}
"""

LEFT_THOUGH_SOMETHING_WAITS = """
stages:
  main:
    steps:
      talk: {by: screener, optional: yes}
      letter: {by: manager, after: talk}
      look: {by: manager}
    then: end done
"""


@pytest.mark.parametrize(
    "body",
    [
        BEGUN_WHEN_ALL_IS_DONE,
        ASKED_AGAIN,
        STILL_OWED,
        OVER_BEFORE_IT_IS_ASKED_FOR,
        NOBODY_TO_ASK,
        RAISED_ONCE,
        OVER_WITHOUT_A_TASK,
        ONE_FOR_BOTH,
        THREE_TOGETHER,
        LEFT_THOUGH_SOMETHING_WAITS,
    ],
    ids=[
        "begun when all is done",
        "a consent that two steps ask for",
        "a floor that passes while something is owed",
        "a floor that has passed before anything waits for it",
        "no agency has the role",
        "an answer after what was raised too early to set it again",
        "what is over though nobody has the task to say so",
        "one agency has both roles",
        "three things that nobody waits for",
        "what may be left undone is done in the end",
    ],
)
def test_what_a_case_comes_to_is_not_refused(body: str) -> None:
    """Nothing is said of it, and the walk says that it is complete."""
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


def test_what_more_situations_might_come_to_is_told_as_a_note() -> None:
    """Nothing is refused that was not shown to be out of reach."""
    body = """
stages:
  main:
    steps:
      ask: {by: screener, form: [risk]}
      one: {by: screener, after: ask, when: risk = low, otherwise: skip}
      two: {by: manager, after: one, when: risk = high and step.one.done, otherwise: skip}
    then: end done
"""
    shown, cut = prove(pathway(body, ONE_END)), prove(pathway(body, ONE_END), 8)
    told = "no case ever reaches `two`"
    assert shown.complete
    assert [sentence(each) for each in shown.faults] == [told]
    assert not cut.complete
    assert cut.faults == ()
    assert [sentence(each) for each in cut.notes] == [f"perhaps {told}"]


@pytest.mark.parametrize(
    ("first", "path"),
    [
        ("{steps: {look: {by: screener}}, then: end done}", ("stages", "second", "after")),
        (
            "{when: risk = high, otherwise: skip, steps: {look: {by: screener}}, then: end done}",
            ("stages", "second", "when"),
        ),
    ],
    ids=["that always ends the case", "that may be passed over"],
)
def test_a_condition_is_to_blame_where_the_stage_before_lets_it_be_asked(
    first: str, path: tuple[str, ...]
) -> None:
    """`second` waits for no clock; where `first` has ended the case it is not even asked."""
    body = f"""
clocks: {{rest: 5 days after talk.done}}
stages:
  start:
    steps: {{talk: {{by: screener, form: [risk]}}}}
  first: {{after: start, {first[1:]}
  second:
    after: first
    when: clock.rest.reached
    otherwise: skip
    steps: {{see: {{by: manager}}}}
    then: end done
"""
    proof = prove(pathway(body, ONE_END))
    assert [each.path for each in proof.faults if "reaches `second`" in sentence(each)] == [path]


def test_an_end_that_nothing_leads_to_needs_no_farther_look() -> None:
    """It is told whatever the bound, once the walk is complete."""
    body = "stages: {main: {steps: {look: {by: screener}}, then: end done}}"
    proof = prove(pathway(body, ONE_END.replace("success}", "success, stays: neutral}")), 2)
    assert [sentence(each) for each in proof.faults] == ["no case ever ends as `stays`"]

"""What a walk leaves out, because it leads where something else has led."""

from __future__ import annotations

from typing import Any

import pytest

from engine import commands as c
from engine.decide import Decision, decide
from engine.proofs import prove
from engine.proofs.walk import Walk
from tests.factories import HEAD, lawful
from tests.told import advice, sentence

TOO_FEW = """
stages:
  both:
    steps:
      decide_it:
        panel: {members: [screener, manager, home], quorum: 2, agree: 3, tied: split, no_quorum: nobody}
        decide: {yes_it_is: go on, split: end stays, nobody: end gone}
        due: 1 week
    then: end done
"""


def test_too_few_to_agree_are_walked_until_their_time_has_passed() -> None:
    """Without the seat over the border no vote of theirs comes to `no_quorum`: only silence does."""
    bases = """
bases:
  law: {ground: statutory, source: The law, to: [screener, manager]}
  order: {ground: court, source: The order, to: home, when: step.decide_it.done}
"""
    walk = Walk(lawful(HEAD + TOO_FEW + bases, "trial.yaml"))
    assert {found.state.end for found in walk.found.values()} == {"", "stays", "gone"}


LATE = """
stages:
  both:
    steps:
      look: {by: screener}
      vote:
        after: look
        panel: {members: [screener, manager], quorum: 1, agree: all, tied: other, no_quorum: other}
        decide: {yes_it_is: go on, other: go on}
        due: 1 week
    then: end done
interrupts:
  danger:
    raised_by: [responsible]
    suspends: all
    review: 1 week
    resolved: {over: go on, watched: tell manager, gone: end gone}
"""


def test_what_leads_where_a_vote_or_another_word_does_is_not_asked_of_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Time that passes for a panel, and a second way to resolve an interrupt and go on."""
    acts: list[c.AnyAct] = []

    def decided(*given: Any) -> Decision:
        acts.append(given[2].act)
        return decide(*given)

    monkeypatch.setattr("engine.proofs.doing.decide", decided)
    assert Walk(lawful(HEAD + LATE, "trial.yaml")).complete
    assert {act.outcome for act in acts if isinstance(act, c.Resolve)} == {"over", "gone"}
    assert not [act for act in acts if isinstance(act, c.Settle)]


ASKED_WITH_A_FORM = """
stages:
  one:
    steps:
      hand: {hand_over: manager, answers: [risk], answer: 1 week, declined: end stays, silent: end gone}
      care: {after: hand, by: manager, when: risk = high, otherwise: skip}
    then: end done
"""


def test_a_no_is_asked_of_the_engine_once_however_a_yes_is_filled_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each yes is one way to fill in its form; a no has none."""
    acts: list[c.AnyAct] = []

    def decided(*given: Any) -> Decision:
        acts.append(given[2].act)
        return decide(*given)

    monkeypatch.setattr("engine.proofs.doing.decide", decided)
    walk = Walk(lawful(HEAD + ASKED_WITH_A_FORM, "trial.yaml"))
    assert {found.state.end for found in walk.found.values()} >= {"stays", "done"}
    assert len([act for act in acts if isinstance(act, c.AcceptHandOver)]) > 1
    assert len([act for act in acts if isinstance(act, c.DeclineHandOver)]) == 1


def test_a_panel_that_lets_its_time_pass_is_walked_where_a_condition_asks() -> None:
    """Silence and a vote for `no_quorum` are two things then."""
    chase = "chase: {after: vote, by: screener, when: step.vote.overdue, otherwise: skip}"
    text = HEAD + LATE.replace("    then: end done", f"      {chase}\n    then: end done")
    assert "chase" in Walk(lawful(text, "trial.yaml")).reached.steps


KNOWN_OVER_THE_BORDER = """
stages:
  ask:
    steps:
      where: {by: screener, form: [home_country]}
      allow: {by: screener, after: where, consent: tell_home, refused: go on}
  wait: {after: ask, steps: {sit: {by: screener}}}
  there:
    after: wait
    steps:
      again: {by: screener, consent: tell_home, refused: end stays}
      help: {by: home, after: again, needs: consent.tell_home}
    then: end done
"""


def test_who_was_told_before_a_step_that_needs_to_be_allowed_again_tells_nothing_apart() -> None:
    """Without the `needs` it does: the agency would go on knowing by the first yes."""
    consents = "consents:\n  tell_home: {to: home, shows: [risk], ask: May we?}\n"
    text = HEAD + consents + KNOWN_OVER_THE_BORDER

    def waiting(text: str) -> int:
        found = Walk(lawful(text, "trial.yaml")).found.values()
        sits = [each.state for each in found if not each.disturbed]
        return sum(state.steps.get("sit") == "open" for state in sits)

    assert waiting(text) == 1
    assert waiting(text.replace(", needs: consent.tell_home", "")) == 2


TWICE = """
clocks:
  law: 10 days after case.opened
stages:
  both:
    steps:
      vote:
        panel: {members: [screener, manager], quorum: 1, agree: all, tied: other, no_quorum: other}
        decide: {yes_it_is: go on, other: go on}
        due: 1 week
      again:
        after: vote
        panel: {members: [screener, manager], quorum: 1, agree: all, tied: other, no_quorum: other}
        decide: {yes_it_is: go on, other: go on}
        due: 1 week
      late: {by: screener, after: again, when: clock.law.reached, otherwise: skip}
    then: end done
"""


def test_a_panel_that_lets_its_time_pass_is_walked_while_another_period_runs() -> None:
    """Only where the first takes its week does the period of ten days end before the second's."""
    walk = Walk(lawful(HEAD + TWICE, "trial.yaml"))
    assert "late" in walk.reached.steps


BEGUN = """
stages:
  one:
    steps:
      talk: {by: screener, form: [risk]}
      extra: {by: screener, manual: yes, after: talk, when: risk = high, otherwise: skip}
      sit: {by: screener, after: talk}
      more: {by: manager, after: sit, when: step.extra.done, otherwise: skip}
    then: end done
"""


def test_what_somebody_may_begin_is_tried_until_an_answer_lets_them() -> None:
    """That it was refused after another answer, with the same steps open, shows nothing."""
    walk = Walk(lawful(HEAD + BEGUN, "trial.yaml"))
    assert {"extra", "more"} <= walk.reached.steps


BEGUN_OVER_THE_BORDER = """
consents:
  know: {to: home, shows: [risk], ask: May they know?}
  tell_home: {to: home, shows: [risk], ask: May we?}
stages:
  one:
    steps:
      where: {by: screener, form: [home_country]}
      allow: {by: screener, after: where, consent: know, refused: go on}
      prepare: {by: screener, after: allow, when: consent.know.given, otherwise: skip}
      word: {hand_over: home, after: prepare, needs: consent.know, kind: notification}
      extra: {by: screener, manual: yes, started_by: [home], after: word}
      sit: {by: screener, after: word}
      more: {by: manager, after: sit, when: step.extra.done, otherwise: skip}
  two:
    after: one
    steps:
      again: {by: screener, consent: tell_home, refused: end stays}
      help: {by: home, after: again, needs: consent.tell_home}
    then: end done
"""


def test_who_was_told_tells_apart_what_only_who_knows_of_the_case_may_begin() -> None:
    """The way on which nobody is told is the shorter one: there the agency may begin nothing."""
    walk = Walk(lawful(HEAD + BEGUN_OVER_THE_BORDER, "trial.yaml"))
    assert "more" in walk.reached.steps


NEVER_PASSED_OVER = """
clocks:
  law: 5 days after case.opened
stages:
  one:
    steps:
      talk: {by: screener}
      look: {by: screener, not_before: law, when: step.talk.skipped, otherwise: skip}
    then: end done
"""


def test_who_asks_for_what_never_happens_is_not_told_to_wait_for_it() -> None:
    """`after: talk` would change nothing: nobody ever passes over it."""
    faults = prove(lawful(HEAD + NEVER_PASSED_OVER, "trial.yaml")).faults
    (said,) = [each for each in faults if "look" in sentence(each)]
    assert (sentence(said), advice(said)[:5]) == ("no case ever reaches `look`", "check")


TWO_THINGS = """
stages:
  one:
    steps:
      talk: {by: screener}
      look: {by: screener, after: talk, manual: yes, when: interrupt.danger.outcome = over, otherwise: skip}
      more: {by: manager, after: talk}
      report: {by: manager, after: more, when: step.look.done, otherwise: skip}
    then: end done
interrupts:
  danger:
    raised_by: [responsible]
    suspends: all
    review: 1 week
    resolved: {over: go on, gone: end gone}
"""


def test_what_may_be_begun_only_after_an_interrupt_is_begun() -> None:
    """Nobody waits for either, and without both nothing leads there."""
    walk = Walk(lawful(HEAD + TWO_THINGS, "trial.yaml"))
    assert {"look", "report"} <= walk.reached.steps

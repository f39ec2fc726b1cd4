"""What a walk through all cases shows of a pathway, and what it may not claim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.loader import load_document, load_pathway, problems_of
from engine.proofs import prove
from engine.proofs.walk import Walk
from tests.factories import HEAD, pathway
from tests.played import adult_return

CORPUS = sorted((Path(__file__).parents[1] / "unsound_pathways").glob("*.yaml"))
EXPECTED = re.compile(r"^# expected (.+)$", re.MULTILINE)


def shown(text: str) -> list[str]:
    """The problems that a walk shows in a pathway that `checks` passes."""
    proof = prove(load_pathway(text, "trial.yaml"))
    assert proof.complete
    problems = problems_of(load_document(text, "trial.yaml"), proof.faults)
    return [str(problem).removeprefix("trial.yaml:") for problem in problems]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_an_unsound_pathway_is_shown_to_be_so_at_the_right_place(path: Path) -> None:
    """Exactly what its head says, with the way that leads there."""
    text = path.read_text(encoding="utf-8")
    assert EXPECTED.findall(text)
    assert shown(text) == EXPECTED.findall(text)


def test_the_library_is_sound() -> None:
    """No false alarm, and nothing was left out of the walk."""
    proof = prove(adult_return())
    assert proof.faults == ()
    assert proof.complete


def test_a_walk_that_was_stopped_claims_nothing_about_what_is_never_reached() -> None:
    """It says that it was stopped."""
    proof = prove(adult_return(), 50)
    assert not proof.complete
    assert proof.situations == 50
    assert not [fault for fault in proof.faults if "no case ever" in fault.message]


TRACKS = """
stages:
  both:
    steps:
      ask: {by: screener, form: [risk]}
      left: {by: screener, after: ask, when: risk = high, otherwise: skip, decide: {yes_it_is: go on, no_it_is_not: end stays}}
      right: {by: manager, after: ask, form: [rooms]}
    then: end done
"""


def test_each_outcome_and_each_answer_that_matters_is_walked() -> None:
    """The three risks fall into two kinds; what nobody reads has one answer only."""
    walk = Walk(pathway(TRACKS))
    ends = {each.state.end for each in walk.found.values()}
    assert ends == {"", "done", "stays"}
    assert {each.state.data.get("rooms") for each in walk.found.values()} <= {None, 1}


def test_the_way_to_a_situation_is_told_in_the_words_of_the_pathway() -> None:
    """From the opening on."""
    walk = Walk(pathway(TRACKS))
    ended = next(key for key, each in walk.found.items() if each.state.end == "stays")
    assert walk.path(ended) == ["Ask", "Left: no it is not"]


AGES = """
clocks:
  sixteen: birthday 16 of born
  of_age: birthday 18 of born
stages:
  start:
    steps:
      talk: {by: screener, form: [born]}
      first: {by: screener, after: talk, when: not clock.sixteen.reached, otherwise: skip}
      second:
        by: screener
        after: talk
        when: clock.sixteen.reached and not clock.of_age.reached
        otherwise: skip
      third: {by: screener, after: talk, when: clock.of_age.reached, otherwise: skip}
      later: {by: manager, after: talk, not_before: of_age}
    then: end done
"""


def test_people_on_either_side_of_each_birthday_are_walked() -> None:
    """No step is taken for unreachable because everybody was of one age."""
    one_end = HEAD.replace(", stays: neutral, gone: withdrawn", "")
    proof = prove(pathway(AGES, one_end))
    assert proof.faults == ()
    assert proof.complete


REASONS = """
stages:
  one:
    steps:
      refer:
        hand_over: manager
        answer: 5 working days
        answers: [risk]
        wait_list: 2 weeks
        declined: {unsafe: end gone, otherwise: end stays}
        silent: tell screener
      look: {by: screener, after: refer, when: risk = high, otherwise: end done}
    then: end done
"""


def test_each_answer_to_a_request_is_walked() -> None:
    """A no for each reason that has a word, each form that comes with a yes, the wait list."""
    walk = Walk(pathway(REASONS))
    assert walk.complete
    assert {each.state.end for each in walk.found.values()} == {"", "done", "stays", "gone"}
    steps = {each.state.steps.get("look") for each in walk.found.values()}
    assert {"open", "skipped"} <= steps
    statuses = {h.status for each in walk.found.values() for h in each.state.hand_overs.values()}
    assert statuses >= {"waiting", "silent", "accepted", "declined"}

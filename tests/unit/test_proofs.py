"""What a walk through all cases shows of a pathway, and what it may not claim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.documents.document import load_document
from engine.loader import problems_of
from engine.message import finding
from engine.proofs import prove
from engine.proofs.walk import Walk
from tests.factories import HEAD, lawful, pathway
from tests.played import adult_return
from tests.told import sentence
from wording.sentences import placed

CORPUS = sorted((Path(__file__).parents[1] / "unsound_pathways").glob("*.yaml"))
EXPECTED = re.compile(r"^# expected (.+)$", re.MULTILINE)


def shown(text: str) -> list[str]:
    """The problems that a walk shows in a pathway that `checks` passes."""
    proof = prove(lawful(text, "trial.yaml"))
    assert proof.complete
    problems = problems_of(load_document(text, "trial.yaml"), proof.faults)
    return [placed(problem).removeprefix("trial.yaml:") for problem in problems]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_an_unsound_pathway_is_shown_to_be_so_at_the_right_place(path: Path) -> None:
    """Exactly what its head says, with the way that leads there."""
    text = path.read_text(encoding="utf-8")
    assert EXPECTED.findall(text)
    assert shown(text) == EXPECTED.findall(text)


def test_a_walk_that_was_stopped_claims_nothing_about_what_is_never_reached() -> None:
    """It says that it was stopped."""
    proof = prove(adult_return(), 50)
    assert not proof.complete
    assert proof.situations == 50
    assert not [fault for fault in proof.faults if "no case ever" in sentence(fault)]


PANEL = """
stages:
  plan:
    steps:
      ask: {by: screener, form: [risk]}
      sign:
        after: ask
        panel: {members: [screener, manager, reviewer, adviser], quorum: 4, agree: all, tied: no_plan, no_quorum: no_plan}
        decide: {signed: go on, no_plan: end stays}
        due: 1 week
    then: end done
"""


def test_who_declined_before_a_vote_was_cast_tells_no_situations_apart() -> None:
    """A panel is walked vote by vote, not once for each way in which seats were filled."""
    more = "  reviewer: supervisor @ host\n  adviser: legal_aid @ host\ndata:\n"
    walk = Walk(pathway(PANEL, HEAD.replace("data:\n", more)))
    assert walk.complete
    assert len(walk.found) < 40


DANGER = """
stages:
  main:
    steps:
      look: {by: screener, form: [risk], repeat: {at_most: 50, on: [talk.done, interrupt.danger]}}
      talk: {by: manager, after: look}
      plan: {by: manager, after: talk, when: risk < high, otherwise: end stays}
    then: end done
interrupts:
  danger: {raised_by: [screener]}
"""


def test_what_nothing_asks_for_any_more_tells_no_situations_apart() -> None:
    """An interrupt that holds nothing back, and how often a step was done with rounds to spare."""
    walk = Walk(pathway(DANGER))
    keys = [key for key in walk.places if len(key) > 2]
    assert walk.complete
    assert not [key for key in keys if ("danger",) in key]


OF_ONE_MIND = """
stages:
  both:
    steps:
      decide_it:
        panel: {members: [screener, manager, reviewer], quorum: 2, agree: majority, tied: other, no_quorum: other}
        decide: {yes_it_is: go on, other: go on, no_it_is_not: go on}
        due: 1 week
      then_yes: {by: manager, after: decide_it, when: decision.decide_it = yes_it_is, otherwise: skip}
      then_other: {by: manager, after: decide_it, when: decision.decide_it = other, otherwise: skip}
    then: end done
"""


def test_a_panel_is_walked_as_one_of_one_mind() -> None:
    """Each outcome is reached, and no situation is looked at for who has voted what."""
    text = HEAD.replace("  manager:", "  reviewer: supervisor @ host\n  manager:", 1) + OF_ONE_MIND
    walk = Walk(lawful(text, "trial.yaml"))
    assert walk.complete
    outcomes = {found.state.decisions.get("decide_it") for found in walk.found.values()}
    assert {"yes_it_is", "other", "no_it_is_not"} <= outcomes
    assert not [
        found
        for found in walk.found.values()
        if len({task.outcome for task in found.state.tasks.values()} - {""}) > 1
    ]


THREE_SIDES = """
stages:
  both:
    steps:
      ask: {by: screener, form: [home_country]}
      ask_third: {by: screener, after: ask, form: [third_country]}
    then: end done
"""


def test_each_side_of_three_gets_a_country_of_its_own() -> None:
    """Two sides never share a country, so the second would be refused."""
    head = HEAD.replace("[host, origin]", "[host, origin, third]").replace(
        "data:", "data:\n  third_country: {country, binds: third}"
    )
    assert [line for line in shown(head + THREE_SIDES) if "no case ever ends" not in line] == []


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


def test_the_way_to_a_situation_is_told_by_the_names_of_the_pathway() -> None:
    """From the opening on."""
    walk = Walk(pathway(TRACKS))
    ended = next(each for each in walk.found.values() if each.state.end == "stays")
    assert walk.path(ended) == [
        finding("way.did", step="ask"),
        finding("way.outcome", step="left", outcome="no_it_is_not"),
    ]


COMES_OF_AGE = """
clocks:
  of_age: birthday 18 of born
stages:
  both:
    steps:
      ask: {by: screener, form: [born?]}
      talk: {by: screener, after: ask, consent: tell_home, refused: go on}
      object: {by: screener, after: talk, when: consent.tell_home.objected, otherwise: skip}
      young: {by: manager, after: ask, when: born.answered and not clock.of_age.reached, otherwise: skip}
      grown: {by: manager, after: ask, when: clock.of_age.reached, otherwise: skip}
    then: end done
interrupts:
  leaves: {raised_by: screener, then: end gone}
  moves: {raised_by: screener, then: end stays}
"""
GUARDED = "tell_home: {to: manager, guardian: not clock.of_age.reached, ask: May we?}"


def test_a_child_and_an_adult_are_walked_and_guardians_answer_for_the_child() -> None:
    """With both views of the child; who comes of age on the way is asked again."""
    walk = Walk(pathway(COMES_OF_AGE, consents=GUARDED))
    assert prove(walk.pathway).faults == ()
    given = [each.state.consents.get("tell_home") for each in walk.found.values()]
    assert {(each.giver, each.view) for each in given if each} >= {
        ("guardian", "agrees"),
        ("guardian", "objects"),
        ("person", ""),
    }
    assert "expired" in {each.status for each in given if each}


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


LATE = """
stages:
  main:
    steps:
      claim:
        by: screener
        due: {time: 1 year, kind: limitation, source: A law}
        lapsed: end gone
      call: {by: manager, due: 1 day}
      look: {by: screener, after: call, when: step.call.overdue, otherwise: skip}
    then: end done
"""


def test_what_follows_from_lateness_is_walked() -> None:
    """A limitation passes, and a condition asks whether something was late."""
    walk = Walk(pathway(LATE))
    assert {each.state.end for each in walk.found.values()} == {"", "done", "gone"}
    assert {each.state.steps.get("look") for each in walk.found.values()} >= {"skipped", "open"}
    assert prove(pathway(LATE)).complete


OUTLIVED = """
stages:
  main:
    steps:
      talk: {by: screener, decide: {well: end done, badly: end stays, leaves: end gone}}
  care:
    outlives_end: [done, stays]
    steps:
      visit: {by: manager, series: {every: 1 month, for: 3 months, after: case.ended}}
  later:
    after: main
    steps:
      rest: {by: manager}
    then: end gone
"""


def test_what_outlives_the_end_is_walked_until_the_case_closes() -> None:
    """With each end; what will not come any more is not waited for."""
    walk = Walk(pathway(OUTLIVED))
    open_with = {s.state.end for s in walk.found.values() if s.state.status == "open"}
    closed_with = {s.state.end for s in walk.found.values() if s.state.status == "ended"}
    assert (open_with, closed_with) == ({"", "done", "stays"}, {"done", "stays", "gone"})
    faults = [sentence(fault) for fault in prove(pathway(OUTLIVED)).faults]
    assert faults == ["no case ever enters stage `later`"]


ROUNDS = """
stages:
  ask: {steps: {first: {by: screener}}}
  plan:
    after: ask
    steps:
      check: {by: screener, decide: {fine: go on, wrong: "back to ask, at most 2, then end stays"}}
  look:
    after: plan
    repeat: {at_most: 2, until: risk = low, then: end gone}
    steps: {see: {by: screener, form: [risk]}}
    then: end done
"""


def test_rounds_are_told_apart() -> None:
    """What follows after the last of them is reached, and the walk ends."""
    proof = prove(pathway(ROUNDS))

    assert proof.complete
    assert proof.faults == ()


UNDONE = """
clocks:
  word: earliest of (30 days after talk.done, report.done)
stages:
  first:
    steps:
      talk: {by: screener, form: [leaves?]}
      in_time:
        by: manager
        after: talk
        when: leaves.answered
        otherwise: skip
        due: {time: 72 hours after leaves, kind: clinical}
        lapsed: go on
      report: {by: manager, after: talk, optional: yes}
      rest: {by: manager, after: talk, not_before: word, stops_when: step.report.done}
  without:
    after: rest
    when: not step.report.done
    otherwise: skip
    steps:
      tell: {kind: notification, hand_over: manager}
    then: end gone
  with_it:
    after: report
    when: step.report.done
    otherwise: skip
    steps: {sum_up: {by: screener, decide: {well: end done, not_well: end stays, gone: end gone}}}
"""


def test_what_is_optional_is_left_undone_in_some_case() -> None:
    """Nobody has to report; what follows then is no dead branch, nor is what a day closes.

    A notification right before an end is sent, although the case is over in the same turn.
    """
    proof = prove(pathway(UNDONE))
    assert proof.complete
    assert proof.faults == ()


def test_a_choice_called_as_a_field_is_walked_like_any_other() -> None:
    """Every word of it is tried, and the field of that name for itself."""
    head = HEAD.replace("  married:", "  reason: {choice: [risk, rooms, other]}\n  married:")
    body = """
stages:
  start:
    steps:
      ask: {by: screener, form: [reason, risk]}
      danger: {by: screener, after: ask, when: reason = risk, otherwise: skip}
      room: {by: screener, after: ask, when: reason != risk, otherwise: skip}
      high: {by: screener, after: ask, when: risk = high, otherwise: skip}
      choose: {by: screener, after: ask, decide: {risk: go on, married: go on}}
      wed: {by: screener, after: choose, when: decision.choose = married, otherwise: skip}
    then: end done
"""
    walk = Walk(pathway(body, head))
    assert walk.complete
    assert {"danger", "room", "high", "wed"} <= walk.reached.steps

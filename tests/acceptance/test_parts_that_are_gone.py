"""A version drops what a case has finished: whoever looks at the case, or tries it once more, is answered."""

from __future__ import annotations

import pytest

from tests.desk import Desk, Prepare

FIRST = """\
pathway: passage
version: 1
title: Ask and go on
effective: 2026-01-01
sides: [host]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
  helper: shelter_provider @ host
data:
  full_name: {text, protected}
  note: {text, protected}
  nights: {number}
  risk: {choice: [low, high], ordered}
clocks:
  quiet: 1 hour after talk.done
stages:
  contact:
    title: First contact
    steps:
      talk: {title: First talk, by: screener, form: [full_name, note, nights, risk], due: 24 hours}
      weigh_up: {by: screener, after: talk, decide: {good: go on, bad: go on}}
      visit: {title: Visit, by: helper, after: weigh_up, when: risk = low, otherwise: skip}
      ask_help: {title: Ask for room, hand_over: helper, after: visit, answer: 5 days, declined: go on, silent: go on}
      agree: {by: screener, after: ask_help, consent: pictures, refused: go on}
  work:
    title: What follows
    after: contact
    steps:
      plan: {title: Plan, by: manager, due: 9 days}
    then: end settled
interrupts:
  halt: {title: Halt, raised_by: [screener], suspends: contact, review: 2 hours, resolved: {over: go on}}
consents:
  pictures: {ask: "May we keep it?"}
bases:
  care: {ground: statutory, source: The law, to: [manager, helper]}
ends: {settled: success}
"""
GONE = ("contact", "talk", "weigh_up", "visit", "ask_help", "quiet")
"""Stages, steps and periods of the first version that the second one has not."""
SECOND = """\
pathway: passage
version: 2
title: Go on
effective: 2026-01-01
running_cases: ask
sides: [host]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
data:
  full_name: {text, protected}
stages:
  work:
    title: What follows
    steps:
      plan: {title: Plan, by: manager, due: 9 days}
      agree: {by: screener, consent: pictures, optional: yes, refused: go on}
    then: end settled
consents:
  pictures: {ask: "May we keep it?"}
bases:
  care: {ground: statutory, source: The law, to: [screener, manager]}
ends: {settled: success}
"""
REGISTRY = """\
registry: trial
countries: {GH: {zone: Africa/Accra}}
agencies:
  GH-DESK: {name: Front desk, country: GH, roles: [first_responder], languages: [en, fr], staff: {s1: {}}}
  GH-CARE: {name: Care, country: GH, roles: [case_manager], staff: {s3: {}}}
  GH-CARE2: {name: Second care, country: GH, roles: [case_manager]}
  GH-HOUSE: {name: House, country: GH, roles: [shelter_provider], staff: {s2: {}}}
  GH-HOUSE2: {name: Second house, country: GH, roles: [shelter_provider]}
"""

DESK, HOUSE = ("--as", "GH-DESK", "--person", "s1"), ("--as", "GH-HOUSE", "--person", "s2")
ANSWERS = "full_name=Person 7\nnote=a word\nnights=3\nrisk=low\n"


@pytest.fixture(scope="module")
def prepare() -> Prepare:
    """Version 1 and its agencies."""
    return with_the_first


def with_the_first(desk: Desk) -> None:
    desk.environment |= {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00Z"}
    published(desk, FIRST)
    desk.load(REGISTRY)


def published(desk: Desk, text: str) -> None:
    file = desk.folder / "passage.yaml"
    file.write_text(text)
    desk.do("publish", str(file))


def moved(desk: Desk) -> str:
    """A case that has finished what version 2 drops, and is on version 2."""
    code = desk.do("open", "passage", "--country", "GH", "--as", "GH-DESK").split()[0]
    desk.do("complete", code, "talk.1", *DESK, "--answers", "-", typed=ANSWERS)
    desk.do("raise", code, "halt", *DESK)
    desk.do("resolve", code, "halt", *DESK, "--outcome", "over")
    desk.do("complete", code, "weigh_up.1", *DESK, "--outcome", "good")
    desk.do("complete", code, "visit.1", *HOUSE)
    desk.do("answer", "decline", code, "ask_help.1", *HOUSE, "--reason", "no_capacity")
    desk.do("clock", "2026-03-04T09:00+00:00")
    desk.do("consent", "refuse", code, "agree.1", *DESK)
    published(desk, SECOND)
    desk.do("migrate", "passage@2", "--case", code)
    return code


def test_a_case_that_has_finished_what_a_version_drops_is_shown(desk: Desk) -> None:
    """Also after it has gone back and over once more; a stage that is gone is named in plain words."""
    code = moved(desk)
    look_at(desk, code)
    desk.do("migrate", "passage@2", "--revert")
    assert "stages       First contact: ended, What follows: open" in desk.do("case", code)
    desk.do("migrate", "passage@2", "--case", code)
    look_at(desk, code)


def look_at(desk: Desk, code: str) -> None:
    assert "stages       Contact: ended, What follows: open" in desk.do("case", code)
    assert "Contact\N{NO-BREAK SPACE}: terminé" in desk.do("case", code, "--language", "fr")
    assert "First contact: ended" in desk.do("log", code)
    assert "Person 7" in desk.do("person", code, *DESK)
    assert "there is no case" in desk.refused("request", code, "ask_help.1", *HOUSE)
    assert "0 with faults" in desk.do("verify", code)
    desk.do("draw", "--case", code, "--out", str(desk.folder))
    for name in (*GONE, "talk.1", "visit.1", "ask_help.1"):
        desk.do("explain", code, name)
    said = desk.do("explain", code, "visit.1")
    assert "it is for the role helper: shelter_provider @ host (GH)" in said
    assert "its condition held: risk is low" in said


def test_what_a_version_drops_is_refused_in_words(desk: Desk) -> None:
    """Whoever tries a task once more is told that it is over, and of no case once its part is; not that
    Onward is faulty."""
    code = moved(desk)
    assert "is done" in desk.refused("complete", code, "talk.1", *DESK, "--answer", "nights=4")
    assert "there is no case" in desk.refused("complete", code, "visit.1", *HOUSE)
    assert "there is no case" in desk.refused("answer", "accept", code, "ask_help.1", *HOUSE)
    assert "no interrupt" in desk.refused("raise", code, "halt", *DESK)


def test_an_agency_that_leaves_held_a_role_that_is_gone(desk: Desk) -> None:
    """Nobody is looked for to hold it, and the case goes on."""
    code = moved(desk)
    house = "  GH-HOUSE: {name: House, country: GH, roles: [shelter_provider], staff: {s2: {}}}\n"
    assert house in REGISTRY
    desk.load(REGISTRY.replace(house, ""))
    assert "open" in desk.do("case", code)
    desk.do("claim", code, "plan.1", "--as", "GH-CARE", "--person", "s3")

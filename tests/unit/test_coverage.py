"""What scenarios walk of a pathway is told, and so is what they do not."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from engine import commands as c
from engine.coverage import Coverage, coverage
from engine.errors import Place, Problem
from engine.message import message
from engine.scenarios import Miss, Played
from engine.scenarios.playing import Player
from onward.authoring.scenarios import Suite, junit_xml
from tests.factories import CALENDARS, CARE, CARE2, DESK, REGISTRY, Case, pathway

BODY = """
clocks: {rest: 2 days after ask.done}
stages:
  first:
    steps:
      ask: {by: screener, form: [risk], due: 1 day}
      look: {by: screener, after: ask, when: risk = high, otherwise: skip, decide: {fine: go on, bad: end stays}}
    then: end done
interrupts:
  leaves: {raised_by: screener, then: end gone}
"""


def walked(*cases: Case) -> Coverage:
    return coverage(pathway(BODY), [fact for case in cases for fact in case.facts])


def test_ways_that_no_case_went_are_told_with_their_place() -> None:
    """One case that passes the second step over leaves its outcomes, lateness and the interrupt."""
    case = Case(BODY)
    case.complete("ask.1", risk="low")
    found = walked(case)
    assert [str(way) for way in found.missing] == [
        "ask: overdue",
        "look: open",
        "look: fine",
        "look: bad",
        "clock rest: reached",
        "interrupt leaves: raised",
        "end stays: reached",
        "end gone: reached",
    ]
    assert found.missing[2].path == ("stages", "first", "steps", "look", "decide", "fine")


def test_what_several_cases_went_counts_together() -> None:
    """Late, with either outcome, raised."""
    fine, bad, left = Case(BODY), Case(BODY), Case(BODY)
    fine.wait(days=2)
    for case, outcome in ((fine, "fine"), (bad, "bad")):
        case.complete("ask.1", risk="high")
        case.do(c.Complete(task="look.1", outcome=outcome), DESK)
    left.do(c.Raise(interrupt="leaves"), DESK)
    assert [str(way) for way in walked(fine, bad, left).missing] == [
        "look: skipped",
        "clock rest: reached",
    ]


def test_a_report_for_build_servers_names_each_scenario_and_what_it_missed() -> None:
    """JUnit's XML: one failure a scenario, all its misses as text."""
    problem = Problem(
        Place("advice.scenarios.yaml", 7, 3), message("expect.open", seen=("a",), wanted=("b",))
    )
    misses = (Miss("one", "open", problem), Miss("one", "end", problem))
    end = Player(pathway(BODY), REGISTRY, CALENDARS)
    suite = Suite(
        Path("advice.yaml"), [Played("one", misses, end), Played("two", (), end)], Coverage((), ())
    )
    root = ElementTree.fromstring(junit_xml([suite], {}))
    assert root[0].attrib == {"name": "advice", "tests": "2", "failures": "1"}
    assert [case.get("name") for case in root[0]] == ["one", "two"]
    assert root[0][0][0].text == "\n".join(["advice.scenarios.yaml:7:3: open steps: a, not b"] * 2)


REQUESTS = """
stages:
  first:
    steps:
      refer:
        hand_over: manager
        fall_back: [screener]
        answer: 2 days
        wait_list: 1 week
        declined: {no_capacity: "next receiver, at most 3", unsafe: end stays, otherwise: go on}
        silent: go on
      inform: {kind: notification, hand_over: manager}
    then: end done
"""


def test_each_way_of_a_request_is_one_to_walk() -> None:
    """Every reason that has a word, the wait list, and each role that is fallen back upon."""
    case = Case(REQUESTS)
    case.do(c.DeclineHandOver(hand_over="refer.1", reason="no_capacity"), CARE)
    case.do(c.WaitList(hand_over="refer.2"), CARE2)
    found = coverage(case.pathway, case.facts)
    assert [str(way) for way in found.missing if way.subject in ("refer", "inform")] == [
        "refer: asked screener",
        "refer: accepted",
        "refer: silent",
        "refer: declined for unsafe",
    ]

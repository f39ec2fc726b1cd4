"""What is shown of a case is its one projection: for an operator, for each agency, and by every use case."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, get_args, get_type_hints

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from casework.driving import CaseDriving
from casework.turn import Moved
from engine import commands as c
from engine import visibility
from engine.acts.linking import Link
from engine.commands import Command
from engine.decide import Decision, decide
from engine.facts import CaseLinked, Fact, TaskAssigned
from engine.numbering import Work
from engine.pathway import Pathway
from engine.projection import Seen, SeenFacts, foreseen, seen, seen_entry
from engine.state import State
from engine.turn_records import TurnRecord
from engine.view import View
from engine.withheld import blanked, without_person
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, MONDAY, Case
from tests.random_pathways import pathways
from tests.random_plays import Play
from tests.source_code import modules
from tests.use_cases import use_cases

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, AWAY)
AS_STORED = (State, View, Decision, TurnRecord, Fact)
SHOWN = (Seen, SeenFacts)
plays = settings(
    max_examples=25,
    phases=[Phase.generate],
)


def views(trial: Pathway, seed: int) -> Iterator[View]:
    """A case of a random pathway, after each thing that is done in it by chance."""
    play = Play(trial, Random(seed))
    for _ in range(25):
        if play.state.status != "open":
            return
        yield View(trial, play.state, play.now, play.registry, CALENDARS)
        play.move()


@plays
@given(pathways(), st.integers(0, 2**32))
def test_an_agency_is_shown_its_part_and_no_other(trial: Pathway, seed: int) -> None:
    """The tasks and requests that it sees, and the answers that it may read now; no linked case."""
    for view in views(trial, seed):
        linked = replace(view.state, links={"7K2F-9QXM": "sibling"})
        whole = View(trial, linked, view.now, view.registry, view.calendars)
        for agency in AGENCIES:
            shown = seen(whole.seen_by(agency)).state
            works: list[Work] = [*linked.tasks.values(), *linked.hand_overs.values()]
            for work in works:
                is_shown = work in (*shown.tasks.values(), *shown.hand_overs.values())
                assert is_shown == visibility.sees(whole, agency, work), (agency, work.id)
            readable = visibility.readable(whole, linked.data, agency)
            assert shown.data == {name: linked.data[name] for name in readable}
            assert not shown.links
            if not visibility.sees_all(whole, agency):
                assert (shown.consents, shown.clocks, shown.roles) == ({}, {}, {})
                assert shown.numbers.keys() <= {agency}
            if not visibility.hears_on(whole, agency):
                assert (shown.status, shown.responsible, shown.end) == ("new", "", "")


def test_who_said_no_is_not_shown_who_has_the_person_now() -> None:
    """Though the consent was for a class of agencies and names it still: it sees its own request, and that it said no."""
    case = Case(HANDED_ON, consents="tell_home: {to: home, any: true, shows: [risk], ask: May we?}")
    case.complete("interview.1", DESK, home_country="NG", risk="low")
    case.give("talk.1")
    case.do(c.DeclineHandOver(hand_over="ask.1", reason="no_capacity"), HOME)
    case.do(c.AcceptHandOver(hand_over="ask.2"), HOME2)
    assert case.state.responsible == HOME2
    assert visibility.may_know(case.view, HOME)
    shown = seen(case.view.seen_by(HOME)).state
    assert (shown.responsible, shown.status, [*shown.hand_overs]) == ("", "new", ["ask.1"])
    opener = seen(case.view.seen_by(DESK)).state
    assert (opener.responsible, opener.status) == (HOME2, "open")


def foreseen_by(case: Case, act: c.Act, by: str) -> list[Fact]:
    command = Command(act=act, agency=by, occurred_at=case.now, recorded_at=case.now)
    made = decide(case.pathway, case.state, command, case.registry, case.calendars)
    after = View(case.pathway, made.state, case.now, case.registry, case.calendars)
    return [*foreseen(case.view.seen_by(by), after.seen_by(by), made.facts).facts]


def test_who_gives_a_task_up_does_not_foresee_who_will_have_it() -> None:
    """Unless the responsible agency will, whom they know."""
    case = Case(
        "stages: {start: {steps: {talk: {by: screener, consent: care, refused: go on},"
        " visit: {by: manager, after: talk, needs: consent.care}}, then: end done}}",
        consents="care: {to: manager, any: true, ask: May we?, withdrawn: go on}",
    )
    case.give()
    decline = c.Decline(task="visit.1", reason="no_capacity")
    assert [
        each for each in foreseen_by(case, decline, CARE) if isinstance(each, TaskAssigned)
    ] == []
    withdraw = c.WithdrawConsent(consent="care", agency=CARE)
    (passed,) = (
        each for each in foreseen_by(case, withdraw, CARE) if isinstance(each, TaskAssigned)
    )
    assert passed.agency == DESK


HANDED_ON = """
stages:
  start:
    steps:
      interview: {by: screener, form: [home_country, risk]}
      talk: {by: screener, after: interview, consent: tell_home, refused: go on}
      ask:
        hand_over: home
        after: talk
        needs: consent.tell_home
        seen: 2 days
        answer: 5 days
        declined: next receiver, at most 2
        responsibility: on_acceptance
        silent: tell screener
      wait: {by: screener, after: ask}
    then: end done
"""


@plays
@given(pathways(), st.integers(0, 2**32))
def test_an_operator_is_shown_how_all_of_it_stands_and_no_answer(trial: Pathway, seed: int) -> None:
    for view in views(trial, seed):
        whole = replace(view.state, links={"7K2F-9QXM": "sibling"})
        shown = seen(View(trial, whole, view.now, view.registry, view.calendars)).state
        assert without_person(shown) == without_person(whole)
        assert shown == replace(blanked(whole), links={"7K2F-9QXM": ""})
        assert (shown.data, shown.tasks, shown.steps) == ({}, whole.tasks, whole.steps)


def test_in_the_log_an_operator_reads_that_there_is_a_link_and_not_to_whom() -> None:
    command = Command(
        act=Link(case="7K2F-9QXM", word="sibling"),
        agency=DESK,
        occurred_at=MONDAY,
        recorded_at=MONDAY,
    )
    fact = CaseLinked(case="7K2F-9QXM", word="sibling")
    shown = seen_entry(TurnRecord(command=command, facts=(fact,)))
    assert not [each for each in ("7K2F-9QXM", "sibling") if each in repr(shown)]
    assert (without_person(shown.command.act), without_person(shown.facts)) == (
        {"do": "link", "agreed": False},
        [{"is": "case_linked"}],
    )


def returned(function: Any) -> object:
    """What a function gives back, as its annotation says."""
    names = vars(inspect.getmodule(function)) | {"Moved": Moved}
    return get_type_hints(function, globalns=names)["return"]


def kept_in(kind: object, above: tuple[object, ...] = ()) -> set[type]:
    """The records as they are stored, in or below a type, other than by what is shown of them."""
    if kind in above or (isinstance(kind, type) and issubclass(kind, SHOWN)):
        return set()
    if isinstance(kind, type) and issubclass(kind, AS_STORED):
        return {kind}
    below = [*get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        below += [hints[name] for name in kind.__struct_fields__]
    return {each for one in below for each in kept_in(one, (*above, kind))}


_WITHIN = {
    "training.whole_case": "shows all of a case, where nobody is real",
    "turn.take": "plays all agencies of a demonstration",
    "acting.do": "prints what the agency that acted sees of it, `Moved.seen`",
    "opening.open_case": "the same, for the agency that opens it",
    "settling.settle_due": "is asked by time, which tells nobody",
}
"""What gives back a case as it is stored, and why that is shown to nobody."""


def test_no_use_case_gives_back_a_case_as_it_is_stored(project_root: Path) -> None:
    found = set()
    for name in use_cases(project_root):
        module, _, function = name.rpartition(".")
        if kept_in(returned(getattr(import_module(f"casework.{module}"), function))):
            found.add(name)
    assert found == _WITHIN.keys()


def test_prefect_is_shown_nothing_as_it_is_stored() -> None:
    for name, function in inspect.getmembers(CaseDriving, inspect.isfunction):
        if not name.startswith("_"):
            assert not kept_in(returned(function)), name


_SHOWS = {
    ("onward/printing.py", "moved.seen.state"),
    ("onward/commands/case.py", "view.state"),
    ("onward/commands/explain.py", "end.state"),
}
"""Where states are printed: what is seen of one, and what a scenario has played."""
_OF_ANOTHER_KIND = {"run.state"}
"""Prefect's."""
_PLAYED = ("onward/rehearsal/", "onward/demonstration/", "onward/commands/demo.py")
"""Where cases are played whose persons are made up."""


def test_no_outer_room_looks_into_a_case_by_itself(project_root: Path) -> None:
    """Neither in what an act gives back, nor by reading the case beside casework."""
    for room in ("onward", "flows"):
        for path, source in modules(project_root / room):
            if path.startswith(_PLAYED):
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute) and node.attr in ("state", "decision", "view"):
                    said = ast.unparse(node)
                    assert (path, said) in _SHOWS or said in _OF_ANOTHER_KIND, (path, said)
                if isinstance(node, ast.ImportFrom):
                    assert node.module not in ("casework.held_case", "casework.log"), path


def test_only_the_projection_makes_what_is_shown(project_root: Path) -> None:
    names = {"Seen", "SeenFacts", "SeenEntry"}
    for room in ("casework", "engine", "flows", "onward"):
        for path, source in modules(project_root / room):
            if "engine.projection import" in source:
                tree = ast.walk(ast.parse(source))
                made = [ast.unparse(each.func) for each in tree if isinstance(each, ast.Call)]
                assert not names & {*made}, path

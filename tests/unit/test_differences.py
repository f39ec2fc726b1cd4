"""What two pathways mean differently, and what only looks different."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

import pytest

from engine.checks import check
from engine.definition import Definition, Entry
from engine.definition.entries import Title
from engine.loader import checked, load_pathway, reload_pathway
from engine.versions.differences import Difference, differences
from engine.versions.redefined import NAMED, in_names_of
from engine.versions.renames import SECTIONS, Renames, entries_of
from onward.authoring.pathway_files import pathway_files, whole
from tests.factories import HEAD

LIBRARY = Path(__file__).parents[2] / "pathways"

BODY = """
consents: {refer: {to: home, shows: [risk], ask: May we?}}
stages:
  first:
    steps:
      talk: {by: screener, form: [risk, married?], due: 24 hours}
      agree: {by: screener, after: [talk], consent: refer, refused: go on}
      visit: {by: screener, after: talk, when: risk<high and married, otherwise: skip}
  second: {after: first, steps: {look: {by: manager, decide: {well: end done, ill: go on}}}}
"""


def compared(*changes: tuple[str, str]) -> list[Difference]:
    old = new = HEAD + BODY
    for before, after in changes:
        assert before in new
        new = new.replace(before, after)
    law = "bases: {law: {ground: statutory, source: The law, to: manager}}\n"
    return differences(load_pathway(old + law).definition, load_pathway(new + law).definition)


def test_what_only_looks_different_is_none() -> None:
    """Short and long forms, spaces in phrases, comments, the order of names."""
    assert compared() == []
    same = compared(
        ("after: [talk]", "after: talk"),
        ("due: 24 hours", "due: {time: 24 hours}"),
        ("risk<high and married", "risk < high  and  married"),
        ("to: home, shows: [risk], ask: May we?", "ask: May we?, shows: risk, to: [home]"),
        ("\nstages:", "\n# a word\nstages:"),
    )
    assert same == []


def test_a_changed_word_is_told_with_its_old_and_its_new_value() -> None:
    """As they may be written, under the words that lead to them."""
    found = compared(
        ("due: 24 hours", "due: {time: 2 days, source: Act 5}"),
        ("ill: go on", "ill: end stays"),
        ("form: [risk, married?]", "form: [risk]"),
        (", when: risk<high and married, otherwise: skip", ""),
    )
    assert found == [
        Difference("steps", "changed", "talk", "form", "[risk, married?]", "risk"),
        Difference("steps", "changed", "talk", "due", "24 hours", "2 days"),
        Difference("steps", "added", "talk", "due source", "", "Act 5"),
        Difference("steps", "removed", "visit", "when", "risk < high and married", ""),
        Difference("steps", "removed", "visit", "otherwise", "skip", ""),
        Difference("steps", "changed", "look", "decide ill", "go on", "end stays"),
    ]


def test_entries_come_and_go_with_what_they_say() -> None:
    """In every section, in the order in which a pathway is written."""
    found = compared(
        ("title: A trial", "title: Another"),
        ("  rooms: {number}\n", "  weight: {number}\n"),
        ("stays: neutral", "stays: failure"),
    )
    assert [(each.section, each.kind, each.entry, each.before, each.after) for each in found] == [
        ("head", "changed", "title", "A trial", "Another"),
        ("data", "removed", "rooms", "number yes", ""),
        ("data", "added", "weight", "", "number yes"),
        ("ends", "changed", "stays", "neutral", "failure"),
    ]


def test_a_step_that_moved_is_the_same_step_in_another_stage() -> None:
    """Each step has one name in the whole pathway."""
    visit = (
        "      visit: {by: screener, after: talk, when: risk<high and married, otherwise: skip}\n"
    )
    found = compared((visit, ""), ("steps: {look:", "steps: {visit: {by: screener}, look:"))
    assert found[0] == Difference("steps", "changed", "visit", "stage", "first", "second")
    assert {each.entry for each in found} == {"visit"}


def test_the_head_of_a_pathway_has_no_sections_in_it() -> None:
    """What stands under them is told once, at its own entry."""
    assert {each.section for each in compared(("by: manager", "by: screener"))} == {"steps"}


def test_what_has_another_name_is_the_same_entry() -> None:
    """Compared with what it was, where `was` says so."""
    found = compared(
        ("look: {by: manager,", "weigh: {was: look, by: screener,"),
    )
    assert found == [
        Difference("steps", "renamed", "weigh", "", "look", "weigh"),
        Difference("steps", "changed", "weigh", "by", "manager", "screener"),
    ]


def test_another_name_is_told_once_wherever_it_stands() -> None:
    """Of a role, a field, a step, a stage, an end, a consent: nothing else has changed."""
    found = compared(
        ("  screener: desk @ host", "  desk: {type: desk, side: host, was: screener}"),
        ("by: screener", "by: desk"),
        (
            "  risk: {choice: [low, medium, high], ordered}",
            "  danger: {choice: [low, medium, high], ordered, was: risk}",
        ),
        ("shows: [risk]", "shows: [danger]"),
        ("form: [risk, married?]", "form: [danger, married?]"),
        ("when: risk<high", "when: danger<high"),
        ("refer: {to", "tell: {was: refer, to"),
        ("consent: refer", "consent: tell"),
        ("      talk: {", "      chat: {was: talk, "),
        ("after: [talk]", "after: [chat]"),
        ("after: talk", "after: chat"),
        ("  first:\n", "  begin:\n    was: first\n"),
        ("after: first", "after: begin"),
        ("{done: success", "{over: {kind: success, was: done}"),
        ("end done", "end over"),
    )
    assert [(each.kind, each.before, each.after) for each in found] == [
        ("renamed", "screener", "desk"),
        ("renamed", "risk", "danger"),
        ("renamed", "refer", "tell"),
        ("renamed", "first", "begin"),
        ("renamed", "talk", "chat"),
        ("renamed", "done", "over"),
    ]


@pytest.mark.parametrize("file", list(pathway_files([LIBRARY])), ids=lambda file: str(file))
def test_every_name_of_a_pathway_is_found_where_it_stands(file: Path) -> None:
    """With all of its names changed it is without a fault, and with all changed back the same."""
    definition = checked(whole(file)).definition
    new_names = {
        section: {name: f"x{name}"[:40] for name in entries_of(definition, section)}
        for section in SECTIONS
    }
    there = in_names_of(definition, names := Renames(**new_names))
    assert not check(there)
    assert set(there.roles) == {f"x{name}" for name in definition.roles}
    assert differences(definition, there, names) == [
        Difference(section, "renamed", new, "", old, new)
        for section in SECTIONS
        for old, new in new_names[section].items()
    ]
    assert in_names_of(there, names.back()) == definition


def test_what_a_link_needs_and_brings_and_who_signs_is_called_by_its_new_name() -> None:
    text = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {desk: desk @ host}
links: {needs: {sibling: consent.stay}, brings: [full_name]}
data: {full_name: {text, protected}, proof: {signature}}
consents: {stay: {ask: Stay?}}
stages: {main: {steps: {hand: {by: desk, serves: proof, form: [proof]}}}}
ends: {done: success}
"""
    renamed = text.replace("stay", "keep").replace("full_name", "called").replace("proof", "paper")
    for was, now in (("stay", "keep"), ("full_name", "called"), ("proof", "paper")):
        renamed = renamed.replace(f"{now}: {{", f"{now}: {{was: {was}, ")
    old, new = (reload_pathway(each, "trial.yaml").definition for each in (text, renamed))
    assert {each.kind for each in differences(old, new)} == {"renamed"}


NO_OTHER_NAME = {
    *("Definition.pathway", "Definition.sides", "Role.type", "Role.side", "Role.words"),
    *("DataField.choice", "DataField.binds", "Consent.ask", "Stage.one_of", "Step.one_of"),
    *("Step.decide", "Interrupt.resolved", "Panel.tied", "Panel.no_quorum"),
    "Stage.rests",
}
"""Fields whose names or texts no version calls otherwise, besides each `source` and `was`."""
BY_THEMSELVES = {"Links.needs", "Panel.shows_to"}
"""Fields for which no row is enough."""


def test_each_field_that_may_hold_a_name_says_what_it_names() -> None:
    """A new one, as of a step, has a row; or it is put above, with those that no version renames."""
    said = {f"{entry.__name__}.{word}" for entry, rows in NAMED.items() for word in rows}
    held = {
        f"{entry.__name__}.{word}"
        for entry, hints in entries_within(Definition, {}).items()
        for word, hint in hints.items()
        if str in leaves(hint) and word not in ("source", "was")
    }
    assert held == said | NO_OTHER_NAME | BY_THEMSELVES


Hints = dict[str, object]


def entries_within(kind: type[Entry], found: dict[type[Entry], Hints]) -> dict[type[Entry], Hints]:
    """A kind of entry and all that may stand in it, each with the types of its own fields."""
    if kind not in found:
        hints = get_type_hints(kind, include_extras=True)
        found[kind] = {word: hints[word] for word in kind.model_fields}
        for hint in found[kind].values():
            for leaf in leaves(hint):
                if isinstance(leaf, type) and issubclass(leaf, Entry):
                    entries_within(leaf, found)
    return found


def leaves(hint: object) -> set[object]:
    """The types that a type is made of; a title is words for people, and holds no name."""
    if hint == Title or get_origin(hint) is Literal:
        return set()
    inner = get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint)
    return set().union(*map(leaves, inner)) if inner else {hint}

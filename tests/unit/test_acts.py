"""Acts are declared once, and whole: what is made from a declaration needs nothing besides."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from msgspec.structs import fields

from engine import commands as c
from engine.acts.declared import Declared, Way, WordKind, required
from engine.verbs import BY_VERB

DECLARED = {act: act.declared for act, _ in c.WAYS if act.declared}
BY_THEMSELVES = {c.OpenCase, c.Settle, c.Refresh, c.Migrate, c.Remain, c.Revert}
"""What `decide` does not hand on by a rule, or another function does."""


@pytest.mark.parametrize(("act", "way"), c.WAYS, ids=lambda each: str(each)[:60])
def test_what_an_act_needs_is_said_by_each_way_to_ask_for_it(act: type[c.Act], way: Way) -> None:
    """Its words, what the way says by itself, and the case."""
    declared = DECLARED[act]
    said = {word.field for word in declared.words} | {*way.fixed} | {declared.case_in} - {""}
    known = {each.name for each in fields(act)}
    assert required(act) <= said <= known


@pytest.mark.parametrize(("act", "declared"), DECLARED.items(), ids=lambda each: str(each)[:60])
def test_protected_words_are_kept_by_names_that_the_act_has(
    act: type[c.Act], declared: Declared
) -> None:
    """And an act with a form has the fields for its answers, or becomes one that has."""
    known = {each.name for each in fields(act)}
    if protected := declared.protected:
        named = {name for _, name, _, _ in Formatter().parse(protected.kept_as) if name}
        assert named | ({protected.announced} - {""}) <= known
    if declared.fill:
        filled = declared.fill(act(**dict.fromkeys(required(act), "x")), {"risk": "low"}, ("name",))
        assert (getattr(filled, "answers", None), getattr(filled, "protected", None)) == (
            {"risk": "low"},
            ("name",),
        )


def test_that_there_are_protected_words_is_not_asked_but_follows_from_them() -> None:
    declared = DECLARED[c.AcceptHandOver]
    assert [word.field for word in declared.words] == ["hand_over", "conditions"]
    assert [word.field for word in declared.asked_words] == ["hand_over"]


def test_every_act_that_is_asked_for_has_a_rule() -> None:
    """`decide` hands it on by that."""
    assert {act for act in c.Act.__subclasses__() if not hasattr(act, "rule")} == BY_THEMSELVES


def test_no_command_and_no_verb_means_two_things() -> None:
    """A verb may be about a task and about a request, and its word is joined alike for both."""
    commands = [way.command for _, way in c.WAYS]
    assert len({*commands}) == len(commands)
    by_verb = [(way.verb, kind) for act, way in c.WAYS if way.verb for kind in [_kind(act)]]
    assert len({*by_verb}) == len(by_verb)
    assert {kind for kinds in map(set, BY_VERB.values()) for kind in kinds if len(kinds) > 1} <= {
        WordKind.TASK,
        WordKind.REQUEST,
    }


def _kind(act: type[c.Act]) -> WordKind:
    subject = DECLARED[act].subject
    return subject.kind if subject else WordKind.CASE


def test_the_reference_has_each_verb_with_what_may_stand_behind_it(project_root: Path) -> None:
    """`decline STEP for REASON`: as the act declares it, and no other."""
    text = (project_root / "docs/reference/scenarios.md").read_text(encoding="utf-8")
    table = text.partition("| verb | does |\n")[2].partition("\n\n")[0]
    phrases = [
        phrase.split()
        for line in table.splitlines()
        for phrase in re.findall(r"`([a-z_]+(?: [^`]+)?)`", line.split("|")[1])
    ]
    told: dict[str, set[str]] = {}
    for verb, *rest in phrases:
        told.setdefault(verb, set()).update([word for word in rest if word.islower()][:1])
    declared: dict[str, set[str]] = {verb: set() for verb in BY_VERB}
    for verb, acts in BY_VERB.items():
        for asked in acts.values():
            if word := asked.declared.joined:
                declared[verb].add(word.joint)
    assert told == declared

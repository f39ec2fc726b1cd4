"""A scenario may say what agencies have in other cases, and is told where nobody can hold a role."""

from __future__ import annotations

import pytest

from engine.agencies.registry import Agency, Registry
from engine.errors import DefinitionError
from engine.scenarios import Scenarios, load_scenarios
from tests.factories import CALENDARS, lawful
from tests.told import sentence
from wording.sentences import placed

PATHWAY = """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: desk @ host, helper: {type: help, side: host, choose: most_free, for: children}}
stages:
  first:
    steps:
      help: {by: helper, due: 1 day}
    then: end done
ends: {done: success}
"""
SCENARIO = """\
scenarios: visit
cases:
  one:
    opened: 2026-03-02 09:00
    by: GH-DESK
    country: GH
    loads: {GH-ONE: {help: 4}, GH-TWO: {help: 3}}
    play:
      - {at: +1 hour, expect: {agency: {help: GH-TWO}}}
"""
HELPERS = Registry(
    (
        Agency(code="GH-DESK", name="Desk", country="GH", roles=("desk",)),
        Agency(code="GH-ONE", name="One", country="GH", roles=("help",), specialised=("children",)),
        Agency(code="GH-TWO", name="Two", country="GH", roles=("help",), specialised=("children",)),
    )
)


def scenarios(text: str = SCENARIO, registry: Registry = HELPERS) -> Scenarios:
    read = load_scenarios(text, "s.yaml")
    read.require_names(lawful(PATHWAY), registry)
    return read


def test_what_agencies_have_elsewhere_decides_who_is_chosen() -> None:
    """Each scenario by its own numbers."""
    other = SCENARIO.replace("GH-TWO: {help: 3}", "GH-TWO: {help: 5}")

    played = scenarios().play("one", lawful(PATHWAY), HELPERS, CALENDARS)
    turned = scenarios(other).play("one", lawful(PATHWAY), HELPERS, CALENDARS)

    assert played.misses == ()
    assert [sentence(each.problem) for each in turned.misses] == [
        "agency of help: GH-ONE, not GH-TWO"
    ]


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("{GH-ONE: {", "{GH-ON: {", "s.yaml:7:13: there is no agency `GH-ON`"),
        ("{help: 4}", "{helps: 4}", "s.yaml:7:22: GH-ONE has no role `helps`"),
        ("{help: 4}", "{help: -4}", "s.yaml:7:28: this number is too small"),
    ],
)
def test_a_load_that_leads_nowhere_is_refused(written: str, instead: str, said: str) -> None:
    """At its place."""
    with pytest.raises(DefinitionError) as refused:
        scenarios(SCENARIO.replace(written, instead))

    assert placed(refused.value.problems[0]).startswith(said)


def test_a_registry_without_an_agency_for_the_words_of_a_role_is_named() -> None:
    """Else every such task would silently be the responsible agency's."""
    plain = Registry(
        tuple(
            Agency(code=each.code, name=each.name, country="GH", roles=each.roles)
            for each in HELPERS.agencies
        )
    )

    with pytest.raises(DefinitionError) as refused:
        scenarios(registry=plain)

    assert [placed(each) for each in refused.value.problems] == [
        (
            "s.yaml:1:12: no agency in the registry that may hold `help` is specialised in children"
            " (add `for: [children]` to an agency that may hold `help`)"
        )
    ]

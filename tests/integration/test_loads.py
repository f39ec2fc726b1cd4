"""Agencies are chosen by what they have in other cases; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import worklists
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from tests.installations import START, installation
from tests.principals import OPERATOR, staff

AGENCIES = """\
registry: trial
countries: {GH: {}}
agencies:
  GH-DESK: {name: Desk, country: GH, roles: [desk]}
  GH-ONE: {name: One, country: GH, roles: [help], CAPACITY}
  GH-TWO: {name: Two, country: GH, roles: [help]}
  GH-THREE: {name: Three, country: GH, roles: [help]}
"""
PATHWAY = """\
pathway: shared
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles:
  desk: desk @ host
  helper: {type: help, side: host, choose: CHOOSE}
bases: {law: {ground: statutory, source: The law, to: [desk, helper]}}
stages:
  first:
    steps:
      look: {by: desk, after: help, due: 24 hours}
      help: {by: helper, due: 24 hours}
    then: end done
ends: {done: success}
"""
ONE, TWO, THREE = "GH-ONE", "GH-TWO", "GH-THREE"


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    made = installation(url, tmp_path, at=START)
    yield made
    made.close()


def prepare(onward: Onward, choose: str, first: str = "") -> None:
    register(onward, AGENCIES.replace(", CAPACITY", f", {first}" if first else ""), by=OPERATOR)
    publish_pathway(onward, PATHWAY.replace("CHOOSE", choose), by=OPERATOR)


def new(onward: Onward) -> tuple[str, str]:
    """Code of a new case, and the agency that helps in it."""
    moved = open_case(onward, "shared", "GH", staff("GH-DESK", "desk-1"))
    return moved.code, moved.state.tasks["help.1"].agency


def done(onward: Onward, code: str, agency: str) -> None:
    do(onward, code, c.Complete(task="help.1"), staff(agency, "one-1"), answers={})


def test_a_full_agency_is_passed_over_until_it_has_room_again(onward: Onward) -> None:
    """Its capacity outlives the loading of the registry; done is not open."""
    prepare(onward, "first", "capacity: {help: 1}")

    code, first = new(onward)
    _, second = new(onward)
    done(onward, code, first)
    _, third = new(onward)

    assert (first, second, third) == (ONE, TWO, ONE)


def test_cases_go_to_the_agencies_in_turn(onward: Onward) -> None:
    """What is done already has still been a turn."""
    prepare(onward, "in_turn")

    seen = []
    for _ in range(4):
        code, agency = new(onward)
        done(onward, code, agency)
        seen.append(agency)

    assert seen == [ONE, TWO, THREE, ONE]


def test_a_case_goes_to_who_has_most_room(onward: Onward) -> None:
    """Tasks of an agency in its worklist count."""
    prepare(onward, "most_free")

    opened = [new(onward) for _ in range(3)]
    done(onward, *opened[1])
    _, freest = new(onward)

    assert [agency for _, agency in opened] == [ONE, TWO, THREE]
    assert freest == TWO
    assert len(worklists.tasks(onward, staff(TWO))) == 1


def test_what_a_registry_says_of_leave_and_words_is_kept(onward: Onward) -> None:
    """The alternate gets what is new, from the registry as it is stored."""
    prepare(
        onward,
        "first",
        "for: children, areas: [north], leave: [{from: 2026-01-01, until: 2027-12-31,"
        " alternate: GH-THREE}]",
    )

    assert new(onward)[1] == THREE

"""What `onward new` writes holds, whatever was answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from engine.checks.passing import passing_decisions
from engine.checks.silent_ends import silent_ends
from engine.errors import EngineError
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.proofs import Proven, prove
from onward.starts import files
from onward.starts.files import files_of
from onward.starts.start import (
    PARTS,
    ROLES,
    Side,
    StartAnswers,
    parts_for,
    read_effective,
    read_name,
    read_parts,
    read_roles,
    read_sides,
    read_zones,
)
from tests.editors import Editor

COUNTRIES = (("GH", "NG"), ("BG", "RO"), ("NP", "IN"), ("IR", "AF"), ("GB", "VN"))
"""Weekends, holidays and zones that differ; each combination is tried with one pair."""


def _all_starts() -> Iterator[StartAnswers]:
    number = 0
    for count in (1, 2):
        for parts in _subsets(PARTS):
            for roles in _subsets(ROLES):
                here, there = COUNTRIES[number % len(COUNTRIES)]
                sides = (Side("host", here), Side("origin", there))[:count]
                if _may_be(parts, sides):
                    number += 1
                    yield _start(sides=sides, parts=parts, roles=roles)


def _subsets(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for length in range(len(words) + 1):
        yield from combinations(words, length)


def _may_be(parts: tuple[str, ...], sides: tuple[Side, ...]) -> bool:
    try:
        return read_parts(",".join(parts), sides) == parts
    except EngineError:
        return False


def _start(**given: Any) -> StartAnswers:
    sides = (Side("host", "GH"), Side("origin", "NG"))
    usual: dict[str, Any] = {
        "name": "visit",
        "title": "Ask and visit",
        "effective": date(2026, 1, 1),
        "sides": sides,
        "parts": parts_for(given.get("sides", sides)),
        "roles": tuple(ROLES),
    }
    return StartAnswers(**(usual | given))


STARTS = list(_all_starts())


def test_every_combination_is_among_those_that_are_tried() -> None:
    """7 of parts in one country, 16 over a border, each with 4 of roles."""
    assert len(STARTS) == (7 + 16) * 4


@pytest.mark.parametrize("start", STARTS, ids=lambda each: "-".join((*each.parts, *each.roles)))
def test_what_is_written_holds_and_is_walked_whole(
    start: StartAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`files_of` refuses what `check` or `test --coverage` would say anything of; all cases are seen,
    no answer ends a case silently, and no number hides that it is a proposal."""
    walks: list[tuple[Pathway, Proven]] = []

    def walk(pathway: Pathway) -> Proven:
        walks.append((pathway, prove(pathway)))
        return walks[-1][1]

    monkeypatch.setattr(files, "prove", walk)  # the one that it makes, not a second one
    written = files_of(start)
    ((pathway, proof),) = walks
    assert proof.complete
    assert silent_ends(pathway.definition) == passing_decisions(pathway.definition) == []
    periods = [line for line in written["visit.yaml"].splitlines() if _PERIOD.match(line)]
    assert [line for line in periods if "assumed: yes}" not in line] == []


_PERIOD = re.compile(r" *(?:due|seen|answer|feedback|review|within|series):")


def test_each_file_names_its_schema_which_is_written_beside_it() -> None:
    """An editor completes them in a folder of their own, without a network."""
    written = files_of(_start())
    files = [name for name in written if name.endswith(".yaml")]
    assert len(files) == 3
    for name in files:
        head, _, schema = written[name].splitlines()[0].partition("$schema=")
        assert head == "# yaml-language-server: "
        assert Editor(json.loads(written[schema])).marks(written[name]) == []


@pytest.mark.parametrize("title", ["Return: who asks # and who hears", "null", "True", "Off"])
def test_titles_and_sides_are_written_as_they_were_answered(title: str) -> None:
    """A title that YAML would read as something else stands in quotes."""
    sides = (Side("shore", "PT"), Side("islands", "CV"))
    text = files_of(_start(title=title, sides=sides, zones={"PT": "Europe/Lisbon"}))["visit.yaml"]
    head = load_pathway(text).definition
    assert (head.title, head.sides) == (title, ("shore", "islands"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "police"}, "finding.name.not_neutral word=Police"),
        ({"zones": {"GH": "Africa/Nowhere"}}, "finding.country.zone"),
    ],
)
def test_what_would_not_hold_is_not_written(given: Any, said: str) -> None:
    """It says what `check` would say."""
    with pytest.raises(EngineError) as refused:
        files_of(_start(**given))
    assert str(refused.value).startswith("start.would_not_hold faults=[(placed place=")
    assert said in str(refused.value)


HOST, BOTH = read_sides("host=gh"), read_sides("host=GH, origin=NG")


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda: read_name("Safe return"), "start.no_name written=Safe return"),
        (lambda: read_sides("GH"), "start.no_side written=GH"),
        (lambda: read_sides("host=UK"), "finding.country code=GB name=Britain"),
        (lambda: read_sides("a=GH,b=NG,c=TG"), "start.one_or_two_sides"),
        (lambda: read_sides(""), "start.one_or_two_sides"),
        (lambda: read_sides("a=GH,a=NG"), "start.same_side side=a"),
        (lambda: read_sides("a=GH,b=GH"), "start.same_country country=GH"),
        (lambda: read_parts("request", HOST), "start.needs_two_sides part=request"),
        (
            lambda: read_parts("shelter", BOTH),
            "start.needs_request side=origin",
        ),
        (lambda: read_parts("journey", BOTH), "start.needs_request side=origin"),
        (lambda: read_parts("", HOST), "start.no_parts known=[identification, "),
        (lambda: read_parts("shelters", HOST), "start.unknown_part missing=shelters known=["),
        (lambda: read_roles("boss"), "start.unknown_role missing=boss known=["),
        (
            lambda: read_zones([], read_sides("a=US")),
            "start.several_zones what=(calendar.",
        ),
        (lambda: read_zones(["US"], HOST), "start.no_zone written=US"),
        (
            lambda: read_zones(["XX=Africa/Accra"], HOST),
            "start.zone_of_none written=XX=Africa/Accra country=XX countries=[GH]",
        ),
        (
            lambda: read_zones(["GH=Africa/Accra", "gh=Africa/Lagos"], HOST),
            "start.zone_twice country=GH",
        ),
        (lambda: read_effective("9999-12-31"), "start.other_year earliest=1900 latest=2198"),
        (lambda: read_effective("2026-02-29"), "start.never written=2026-02-29"),
        (lambda: read_effective("soon"), "start.no_day"),
    ],
)
def test_a_wrong_answer_is_said_with_its_remedy(read: Any, said: str) -> None:
    """By a code, with what was written."""
    with pytest.raises(EngineError) as refused:
        read()
    assert said in str(refused.value)

"""A task for either of two roles stands in both worklists until one of them takes it; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from casework import migrating, queries, worklists
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.opening import open_case
from casework.principal import Principal
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine import commands as c
from engine.errors import Refusal
from tests.installations import START, move_clock, ready
from tests.principals import OPERATOR, staff

AGENCIES = """\
registry: trial
countries: {GH: {}}
agencies:
  GH-DESK: {name: Desk, country: GH, roles: [desk]}
  GH-PATROL: {name: Patrol, country: GH, roles: [patrol]}
  GH-HELP: {name: Help, country: GH, roles: [help]}
"""
PATHWAY = """\
pathway: either
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {desk: desk @ host, patrol: patrol @ host, helper: help @ host}
bases: {law: {ground: statutory, source: The law, to: [desk, patrol, helper]}}
stages:
  first:
    steps:
      note: {by: desk, after: interview}
      interview: {by: [patrol, helper], due: 24 hours}
    then: end done
ends: {done: success}
"""
DESK, PATROL, HELP = (staff(code, "staff-1") for code in ("GH-DESK", "GH-PATROL", "GH-HELP"))


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    made = ready(url, tmp_path, agencies=AGENCIES, pathways=[PATHWAY])
    yield made
    made.close()


def worklist(onward: Onward, who: Principal) -> list[tuple[str, str]]:
    """Tasks, each with the agency that owes it."""
    return [(line.task, line.agency) for line in worklists.tasks(onward, staff(who.agency))]


def test_it_stands_in_both_worklists_until_one_takes_it(onward: Onward) -> None:
    """Each sees who owes it; whoever claims it has it alone."""
    code = open_case(onward, "either", "GH", DESK).code
    assert worklist(onward, PATROL) == worklist(onward, HELP) == [("interview.1", "GH-PATROL")]
    assert [
        line.owed_instead_of("GH-HELP") for line in worklists.tasks(onward, staff("GH-HELP"))
    ] == ["GH-PATROL"]
    assert verify(onward, code, by=OPERATOR).faults == ()
    do(onward, code, c.Claim(task="interview.1"), HELP)
    assert worklist(onward, PATROL) == []
    assert worklist(onward, HELP) == [("interview.1", "GH-HELP")]
    with pytest.raises(Refusal, match=r"not_found\.task"):
        do(onward, code, c.Claim(task="interview.1"), PATROL)
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_worklist_is_cut_where_it_is_to_be_cut(onward: Onward) -> None:
    """What an agency owes and what it may take are one list, the newest first."""
    for _ in range(3):
        open_case(onward, "either", "GH", DESK)
    assert len(worklists.tasks(onward, staff("GH-HELP"), limit=2)) == 2


@pytest.mark.parametrize("limit", [1, 2])
def test_a_worklist_is_not_shorter_for_what_is_left_out_of_it(onward: Onward, limit: int) -> None:
    """What can be shown stands behind the newest cases, which cannot be read."""
    codes = []
    for hour in range(5):
        move_clock(onward, START + timedelta(hours=hour))
        codes.append(open_case(onward, "either", "GH", DESK).code)
    with onward.store.write() as connection:
        newest = CASES.c.code.in_(codes[2:])
        connection.execute(update(CASES).where(newest).values(sealed_state=b"damaged"))
    for agency in ("GH-PATROL", "GH-HELP"):
        found = worklists.tasks(onward, staff(agency), limit=limit)
        assert [line.code for line in found] == codes[1::-1][:limit]
        assert found.unreadable == 3


def test_it_is_for_both_in_a_case_that_moves_to_another_version(onward: Onward) -> None:
    """By the new names of the step and of the roles."""
    code = open_case(onward, "either", "GH", DESK).code
    text = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: ask").replace(
        "interview", "talk"
    )
    text = text.replace("talk: {by: [patrol, helper]", "talk: {was: interview, by: [patrol, aide]")
    text = text.replace("patrol, helper]}}", "patrol, aide]}}")
    text = text.replace("helper: help @ host", "aide: {was: helper, type: help, side: host}")
    publish_pathway(onward, text, by=OPERATOR)
    moved = migrating.move_case(onward, code, "either", 2, OPERATOR)
    assert moved.word == "unaffected"
    assert worklist(onward, PATROL) == worklist(onward, HELP) == [("talk.1", "GH-PATROL")]
    assert queries.case(onward, code, by=OPERATOR).state.tasks["talk.1"].also == {"aide": "GH-HELP"}
    assert verify(onward, code, by=OPERATOR).faults == ()

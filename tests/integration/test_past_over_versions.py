"""What an agency is told of the past of a case that has moved: of its own part, in the words of then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework import migrating, reverting
from casework.acting import do
from casework.context import Onward
from casework.disclosures import DisclosedBy, disclosures
from casework.opening import open_case
from casework.principal import Principal
from casework.publishing import publish_pathway
from casework.queries import protected_values
from casework.settling import settle_due
from casework.timeline import timeline
from engine import commands as c
from tests.installations import CANARY, ready
from tests.principals import OPERATOR, TIME, staff
from wording.sentences import as_line

DESK, CARE, LAW = staff("GH-DESK", "ama"), staff("GH-CARE", "esi"), staff("GH-LAW", "kwa")
AGENCIES = """\
registry: trial
countries:
  GH: {zone: Africa/Accra}
agencies:
  GH-DESK: {name: Desk, country: GH, roles: [first_responder], channels: [email], staff: {ama: {}}}
  GH-CARE: {name: Care, country: GH, roles: [case_manager], channels: [email], staff: {esi: {}}}
  GH-LAW: {name: Law, country: GH, roles: [legal_aid], channels: [email], staff: {kwa: {}}}
"""
FIRST = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
running_cases: migrate
sides: [host]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
  adviser: legal_aid @ host
data:
  wishes: {text, protected}
bases:
  law: {ground: statutory, source: The law, to: [screener, manager, adviser], shows: [wishes]}
stages:
  first:
    steps:
      stay: {title: Place to stay, by: screener}
      talk: {title: First talk, by: manager, form: [wishes], due: 2 days}
    then: end done
ends: {done: success}
"""
SECOND = FIRST.replace("version: 1", "version: 2").replace(
    "talk: {title: First talk", "interview: {was: talk, title: Interview"
)
ADVICE = "talk: {title: Advice in law, by: adviser, due: 2 days}"
THIRD = (
    FIRST.replace("version: 1", "version: 3")
    .replace("talk: {title: First talk", "interview: {title: Interview")
    .replace("    then: end done", f"      {ADVICE}\n    then: end done")
)
"""Another step has the name that the talk had first."""
REPLACED = FIRST.replace("version: 1", "version: 2").replace(
    "talk: {title: First talk, by: manager, form: [wishes], due: 2 days}", ADVICE
)


@pytest.fixture(name="onward")
def _onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(ready(url, tmp_path, agencies=AGENCIES, pathways=(FIRST,))) as made:
        yield made


def _talked(onward: Onward) -> str:
    code = open_case(onward, "trial", "GH", DESK, identity={}).code
    do(onward, code, c.Complete(task="talk.1"), CARE, answers={"wishes": CANARY})
    return code


def _told(onward: Onward, code: str, by: Principal) -> list[str]:
    return [as_line(said, "en") for each in timeline(onward, code, by) for said in each.said]


TALKED = ["Done: First talk", "Asked GH-CARE: First talk"]


def test_of_an_old_task_nobody_reads_who_has_a_new_one_with_its_id(onward: Onward) -> None:
    code = _talked(onward)
    for number, text in ((2, SECOND), (3, THIRD)):
        publish_pathway(onward, text, by=OPERATOR)
        migrating.move_case(onward, code, "trial", number, OPERATOR)
    settle_due(onward, code, TIME)
    assert _told(onward, code, LAW) == ["Asked GH-LAW: Advice in law"]
    assert _told(onward, code, CARE) == TALKED


def test_a_task_is_told_in_the_words_of_its_version_though_the_move_is_not(onward: Onward) -> None:
    code = _talked(onward)
    publish_pathway(onward, REPLACED, by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    assert _told(onward, code, CARE) == TALKED


def test_what_was_read_before_a_move_is_listed_by_the_name_of_today(onward: Onward) -> None:
    """As what is read after it, and what the person is given."""
    code = _talked(onward)
    assert protected_values(onward, code, DESK) == {"wishes": CANARY}
    renamed = SECOND.replace("wishes: {text, protected}", "hopes: {text, protected, was: wishes}")
    renamed = renamed.replace("[wishes]", "[hopes]")
    publish_pathway(onward, renamed, by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    assert protected_values(onward, code, DESK) == {"hopes": CANARY}
    looks = (each for each in disclosures(onward, code, DESK) if each.way == DisclosedBy.LOOK)
    assert [each.fields for each in looks] == [("hopes",)] * 2
    reverting.revert_case(onward, code, "trial", 2, OPERATOR)
    looks = (each for each in disclosures(onward, code, DESK) if each.way == DisclosedBy.LOOK)
    assert [each.fields for each in looks] == [("wishes",)] * 2

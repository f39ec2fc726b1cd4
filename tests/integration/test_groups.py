"""Several cases at once: each has its own turn, and none is refused in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.groups import OfOne, together
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine import commands as c
from tests.erased import erase_case
from tests.inside import whole_log
from tests.installations import (
    CANARY,
    HOME,
    SCREEN,
    asked_home,
    opened,
    ready,
)
from tests.principals import OPERATOR

FORM = {"full_name": CANARY, "home_country": "NG"}


@pytest.fixture
def onward(sqlite_url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation with the trial pathway and its agencies."""
    made = ready(sqlite_url, tmp_path)
    yield made
    made.close()


def reasons(found: list[OfOne]) -> list[str]:
    return [each.reason for each in found]


def test_what_is_done_for_a_group_is_a_turn_in_each_case(onward: Onward) -> None:
    """Named twice, it is done once."""
    codes = [asked_home(onward) for _ in range(3)]
    found = together(onward, [*codes, codes[0]], "see ask_home", HOME)
    assert [(each.code, each.done, each.reason) for each in found] == [
        (code, True, "") for code in codes
    ]
    for code in codes:
        assert (
            queries.case(onward, code, by=OPERATOR).state.hand_overs["ask_home.1"].status == "seen"
        )
        assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_case_that_refuses_is_told_and_stops_no_other(onward: Onward) -> None:
    """One that does not exist, one in which it has no part yet, one whose key is gone."""
    first, young, erased, last = (
        asked_home(onward),
        opened(onward),
        asked_home(onward),
        asked_home(onward),
    )
    do(onward, erased, c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    erase_case(onward, erased)
    found = together(onward, [first, "0000-0000", young, erased, last], "accept ask_home", HOME)
    assert reasons(found) == ["", "unknown_case", "unknown_case", "unknown_case", ""]
    assert all(each.refusal for each in found if each.reason)
    again = together(onward, [first, last], "accept ask_home", HOME)
    assert reasons(again) == ["unknown_case", "unknown_case"]


def test_consents_and_decisions_are_each_persons_own(onward: Onward) -> None:
    """A group cannot agree, and nobody decides about a group."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    for phrase in ("give agree", "refuse agree", "withdraw referral", "complete agree as yes"):
        assert reasons(together(onward, [code], phrase, SCREEN)) == ["alone"]
    assert queries.case(onward, code, by=OPERATOR).version == 2


OWN = """\
pathway: own
version: 1
title: What is each person's own
effective: 2026-01-01
sides: [host]
roles: {screener: first_responder @ host, manager: case_manager @ host}
data:
  full_name: {text, protected, each_their_own}
  day: {date}
  agreed: {signature}
  speaks: {choice: [en, fr]}
  age: {choice: [child, adult]}
  threat: {choice: [low, high]}
  words: {text}
consents:
  telling: {to: manager, guardian: age != adult, language: speaks, ask: "May we tell {agency}?"}
stages:
  first:
    steps:
      talk: {by: screener, form: [day, "full_name?", "agreed?", "speaks?", "age?", "threat?"]}
      ask: {by: screener, after: talk, consent: telling, refused: go on}
      weigh:
        by: screener
        after: talk
        form: [threat, words]
        decide: {stay: go on, leave: end done}
    then: end done
ends: {done: success}
"""


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("full_name", CANARY, "declared field=full_name"),
        ("agreed", "person", "signature field=agreed"),
        ("speaks", "fr", "language field=speaks consent=telling"),
        ("age", "adult", "guardian field=age consent=telling"),
        ("threat", "low", "decision field=threat step=weigh"),
    ],
)
def test_what_is_each_persons_own_is_not_answered_for_a_group(
    onward: Onward, name: str, value: str, why: str
) -> None:
    """It is refused by name, in each case, with nothing recorded; what is common to all may be said."""
    publish_pathway(onward, OWN, by=OPERATOR)
    codes = [open_case(onward, "own", "GH", SCREEN).code for _ in range(2)]
    common = {"day": "2026-03-02"}
    found = together(onward, codes, "complete talk", SCREEN, given=lambda _: common | {name: value})
    assert reasons(found) == ["alone", "alone"]
    assert all(f"(own.{why})" in str(each.refusal) for each in found)
    assert CANARY not in str(found)
    assert [queries.case(onward, code, by=OPERATOR).version for code in codes] == [1, 1]
    done = together(onward, codes, "complete talk", SCREEN, given=lambda _: common)
    assert reasons(done) == ["", ""]


def test_protected_answers_of_a_group_are_sealed_for_each_person(onward: Onward) -> None:
    """They never stand in a command."""
    codes = [opened(onward), opened(onward)]
    wrong = together(
        onward, codes, "complete interview", SCREEN, given=lambda _: {**FORM, "full_name": 3}
    )
    assert reasons(wrong) == ["wrong_form", "wrong_form"]
    done = together(onward, codes, "complete interview", SCREEN, given=lambda _: FORM)
    assert reasons(done) == ["", ""]
    for code in codes:
        assert queries.protected_values(onward, code, SCREEN)["full_name"] == CANARY
        assert not any(CANARY in str(line) for line in whole_log(onward, code))

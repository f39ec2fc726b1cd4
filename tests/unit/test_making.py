"""An act is made from its declaration, whoever asks for it."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.acts.declared import ActWord, WordKind
from engine.acts.making import made
from engine.errors import Refusal

CODE = "7K2F-9QXM"
BY_NAME = {way.name: (act, way) for act, way in c.WAYS}


def _said(word: ActWord) -> object:
    if word.kind is WordKind.FLAG:
        return True
    return ("name", "place") if word.kind is WordKind.FIELDS else f"some_{word.field}"


@pytest.mark.parametrize("name", BY_NAME)
def test_an_act_has_what_was_said_what_its_way_says_and_the_case(name: str) -> None:
    act, way = BY_NAME[name]
    declared = act.declared
    assert declared
    said = {word.field: _said(word) for word in declared.words}
    asked = made(act, way, CODE, said)
    case = {declared.case_in: CODE} if declared.case_in else {}
    meant = {word.field: word.sets or said[word.field] for word in declared.words}
    for field, value in ({**way.fixed, **case} | meant).items():
        assert getattr(asked, field) == value


def _give(**said: object) -> c.Act:
    return made(*BY_NAME["consent.give"], CODE, {"task": "consent.1", **said})


def test_a_flag_that_sets_a_word_sets_it_and_otherwise_the_act_keeps_its_own() -> None:
    """`--guardian` is `giver: guardian`; unsaid or False, the person has answered."""
    assert _give(giver=True) == c.RecordConsent(task="consent.1", given=True, giver="guardian")
    assert _give(giver=False) == _give() == c.RecordConsent(task="consent.1", given=True)


def test_what_an_act_does_not_declare_is_no_part_of_it() -> None:
    """Its answers are put in by what checks them."""
    said = {"hand_over": "refer.1", "answers": {"risk": "low"}, "protected": ("risk",)}
    asked = made(*BY_NAME["answer.accept"], CODE, said)
    assert asked == c.AcceptHandOver(hand_over="refer.1")


def test_what_a_way_says_is_not_said_otherwise() -> None:
    assert _give(given=False) == _give()


@pytest.mark.parametrize(
    "said", [{}, {"hand_over": "refer.1"}, {"hand_over": 1, "reason": "other"}]
)
def test_a_word_that_is_missing_or_of_another_type_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="wrong_request"):
        made(*BY_NAME["answer.decline"], CODE, said)

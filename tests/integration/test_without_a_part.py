"""An agency without a part in a case learns nothing from asking, and nothing of the case is opened."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import null, text, update

from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.opening import open_case
from casework.principal import Principal
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine import commands as c
from engine import visibility
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.records import RecordError
from engine.state import State
from models.keys import SealError
from tests.erased import erase_case
from tests.factories import MONDAY
from tests.inside import whole_log, whole_state
from tests.installations import (
    CANARY,
    HOME,
    HOME_TWO,
    PATHWAY,
    SCREEN,
    asked_home,
    installation,
    opened,
    prepared,
)
from tests.outsiders import ASKS, NO_CASE, answer, is_as_invented
from tests.principals import OPERATOR, staff
from tests.promised_reading import Ledger
from tests.random_pathways import documents
from tests.stored_plays import AGENCIES, StoredPlay

EXAMPLES = {"sqlite": 8, "postgr": 2}
MOVES = 12


@pytest.mark.parametrize("ask", ASKS)
def test_who_has_no_part_is_answered_as_if_there_were_no_case(
    onward: Onward, ask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words and the same statements, whether it is there or not; no key is unwrapped."""
    code = opened(onward)
    for by in (HOME, HOME_TWO):
        answer(onward, ask, NO_CASE, by, monkeypatch)  # the first look of the hour begins its count
        invented = answer(onward, ask, NO_CASE, by, monkeypatch)
        assert answer(onward, ask, code, by, monkeypatch) == invented
        assert "unknown_case" in invented[0]
        assert "a key" not in invented[1]


def test_whom_a_refused_consent_names_is_answered_as_if_there_were_no_case(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was bound to its role to be named, and was told nothing."""
    code = refused(onward)
    assert "NG-HOME" in whole_state(onward, code).roles.values()
    assert is_as_invented(onward, code, HOME, monkeypatch)


def screened(onward: Onward) -> str:
    code = opened(onward)
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    return code


def refused(onward: Onward) -> str:
    """The code of a case in which the person did not want NG-HOME to be told."""
    code = screened(onward)
    do(onward, code, c.RecordConsent(task="agree.1", given=False), SCREEN)
    return code


def test_who_was_never_let_in_is_answered_as_if_there_were_no_case(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each thing that is done by chance: who has not acted, was given nothing, told nothing and never
    covered.
    """
    onward = installation(url, tmp_path, at=MONDAY)
    numbers, asked = count(), list[bool]()

    @settings(
        max_examples=EXAMPLES[url[:6]],
        derandomize=True,
        phases=[Phase.generate],
    )
    @given(documents(), st.integers(0, 2**32))
    def look(document: dict[str, Any], seed: int) -> None:
        document |= {"pathway": f"trial_{next(numbers)}"}
        publish_pathway(onward, json.dumps(document), by=OPERATOR)
        play = StoredPlay(onward, document, Random(seed))
        for _ in range(MOVES):
            play.move()
            for each in never_let_in(onward, play):
                assert is_as_invented(onward, play.code, staff(each, "staff-1"), monkeypatch), each
                asked.append(each in play.state.roles.values())
            if play.state.status != "open":
                return

    look()
    if url.startswith("sqlite"):  # the few plays of the other store need not have met it
        assert any(asked), "somebody has a role and nothing else"
    onward.close()


def never_let_in(onward: Onward, play: StoredPlay) -> set[str]:
    ledger, knew = Ledger(play.trial, play.registry), set[str]()
    for entry in whole_log(onward, play.code):
        at = entry.command.recorded_at
        for _ in ledger.reading(entry.facts, entry.command.agency):
            knew |= {each for each in AGENCIES if ledger.may_know(each, at)}
        knew |= {each for each in AGENCIES if ledger.may_know(each, at)}
    return {*AGENCIES} - knew - ledger.heard


@pytest.mark.parametrize("ask", ["request", "explain"])
def test_who_gets_a_part_is_heard_from_then_on(onward: Onward, ask: str) -> None:
    """Who was asked, and nobody else."""
    code = asked_home(onward)
    with pytest.raises(Refusal, match="unknown_case"):
        ASKS[ask](onward, code, HOME_TWO)
    ASKS[ask](onward, code, HOME)


def test_who_is_named_by_a_consent_that_stands_has_a_part_before_it_is_asked(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = screened(onward)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    ASKS["part"](onward, code, HOME)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    assert is_as_invented(onward, code, HOME, monkeypatch), "it was told nothing"


ALARM = """
interrupts:
  alarm: {raised_by: [manager], suspends: second, review: 1 day}
"""


@pytest.mark.parametrize("acts", [True, False])
def test_who_has_acted_by_right_has_no_part_once_its_cover_has_ended(
    onward: Onward, acts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it had never had one, whether it did anything or not."""
    text = PATHWAY.replace("version: 1", "version: 2") + ALARM
    law = "to: [manager], until: step.interview.done}"
    publish_pathway(onward, text.replace("to: [manager]}", law), by=OPERATOR)
    code = open_case(onward, "trial", "GH", SCREEN, roles={"manager": "GH-TWO"}).code
    by = staff("GH-TWO", "efe")
    if acts:
        do(onward, code, c.Raise(interrupt="alarm"), by)
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    for ask in ASKS:
        with pytest.raises(Refusal, match="unknown_case"):
            ASKS[ask](onward, code, by)
    assert verify(onward, code, OPERATOR).faults == ()


def test_a_row_without_its_list_is_told_by_its_state(onward: Onward) -> None:
    """And has the list once something happens."""
    code = asked_home(onward)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(parties=null()))
    ASKS["explain"](onward, code, HOME)
    with pytest.raises(Refusal, match="unknown_case"):
        ASKS["explain"](onward, code, HOME_TWO)


def test_rows_that_lack_their_list_get_it_at_the_next_start(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a migration leaves them; a damaged one keeps no other from its own."""
    onward = prepared(installation(url, tmp_path))
    damaged, code, known = refused(onward), refused(onward), asked_home(onward)
    do(onward, known, c.Prohibit(agency="NG-TWO"), SCREEN)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(parties=null(), shut_out=null()))
        spoilt = update(CASES).where(CASES.c.code == damaged).values(sealed_state=b"spoilt")
        connection.execute(spoilt)
    onward.close()
    onward = installation(url, tmp_path)
    assert is_as_invented(onward, code, HOME, monkeypatch)
    ASKS["explain"](onward, known, HOME)
    assert [verify(onward, each, OPERATOR).faults for each in (code, known)] == [(), ()]
    onward.close()


def test_a_list_that_says_too_much_is_mended_by_the_next_turn(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = screened(onward)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(parties=["GH-ONE", "NG-HOME"]))
    do(onward, code, c.RecordConsent(task="agree.1", given=False), SCREEN)
    assert is_as_invented(onward, code, HOME, monkeypatch)
    assert verify(onward, code, OPERATOR).faults == ()


def test_an_erased_case_does_not_exist_for_who_had_no_part(onward: Onward) -> None:
    """Not even by a right that the agency would have in it."""
    code = asked_home(onward)
    with onward.store.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET status = 'ended'")
    erase_case(onward, code)
    with pytest.raises(Refusal, match="unknown_case"):
        do(onward, code, c.Raise(interrupt="gone"), HOME_TWO)


def test_a_case_that_was_erased_with_a_list_that_says_too_much_does_not_exist_either(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate proves the list as it is; the rows of the case tell who was told or had something."""

    def as_before(pathway: Pathway, state: State) -> set[str]:
        return {*parties(pathway, state), *state.roles.values()}

    parties = visibility.parties
    with monkeypatch.context() as before:
        before.setattr("casework.rows.parties", as_before)
        code = refused(onward)
    erase_case(onward, code)
    for ask in ASKS:
        assert "unknown_case" in answer(onward, ask, code, HOME, monkeypatch)[0]
        with pytest.raises(SealError, match="erased"):
            ASKS[ask](onward, code, SCREEN)
    assert verify(onward, code, OPERATOR).faults == ()


SPOILT = {
    "its list": "parties = '5'",
    "who answers for it, and its list": "parties = '\"NG-HOME\"', responsible = 'NG-XXX'",
    "its key": "wrapped_key = {nonsense}",
    "its state": "sealed_state = {nonsense}",
    "its state, and its list is not there": "sealed_state = {nonsense}, parties = NULL",
}
ON_SQLITE = {
    "the kind of its version": "version = 'many'",
    "the kind of its list": "parties = 'no list'",
    "the bytes of its moment": "recorded_at = 'yesterday'",
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_damaged_case_does_not_exist_for_who_has_no_part(onward: Onward, what: str) -> None:
    """Nor by a right that the agency would have in it. Who had a part is told that it is damaged."""
    nonsense = "x'00ff'" if onward.store.kind == "sqlite" else "'\\x00ff'"
    code = look_at_damaged(onward, SPOILT[what].format(nonsense=nonsense))
    if "nonsense" in SPOILT[what]:
        with pytest.raises((RecordError, SealError)):
            ASKS["explain"](onward, code, SCREEN)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", ON_SQLITE)
def test_nor_does_one_whose_columns_hold_anything(onward: Onward, what: str) -> None:
    """SQLite keeps anything in any column."""
    look_at_damaged(onward, ON_SQLITE[what])


def by_right(onward: Onward, code: str, by: Principal) -> object:
    return do(onward, code, c.Raise(interrupt="gone"), by)


def look_at_damaged(onward: Onward, change: str) -> str:
    code, invented = refused(onward), NO_CASE
    with onward.store.write() as connection:
        connection.execute(text(f"UPDATE cases SET {change}"))
    onward.states.forget(code)
    for by in (HOME, HOME_TWO):
        for ask in (*ASKS.values(), by_right):
            said = list[str]()
            for each in (code, invented):
                with pytest.raises(Refusal) as refusal:
                    ask(onward, each, by)
                said.append(str(refusal.value).replace(each, "CODE"))
            assert said[0] == said[1]
    return code

"""A legal hold keeps a case, or all of a person, from being erased until it is lifted; both stores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import insert, select

from casework import certificates, erasing, operators, placing_holds
from casework.acting import do
from casework.case_rows import CASES
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.erasing import KeyOf
from casework.opening import open_case
from casework.placing_holds import HoldReason, Order
from casework.verifying import verify_installation
from engine import commands as c
from engine.errors import Refusal
from models.columns import table_of
from models.holds import Hold
from tests.erased import erase_case, erase_person
from tests.installations import SCREEN, START, ended, opened
from tests.principals import OPERATOR
from tests.retained import ORDER, end, hold
from wording.sentences import in_words

BOTH = (KeyOf.PERSON, KeyOf.CASE)


def refused(
    onward: Onward, code: str, *keys: KeyOf, ground: ErasureGround = ErasureGround.ORDER
) -> Refusal:
    assert erasing.preview(onward, code, keys, ground, OPERATOR).is_held
    with pytest.raises(Refusal, match="on_hold") as caught:
        erasing.erase(onward, code, keys, ground, OPERATOR)
    return caught.value


def test_what_is_held_is_not_erased_on_any_ground_until_the_hold_is_lifted(onward: Onward) -> None:
    """The answers of a held case are under the person's key, so that stays too."""
    code = ended(onward)
    number = hold(onward, code)
    for ground in ErasureGround:
        for keys in ({KeyOf.CASE}, {KeyOf.PERSON}, BOTH):
            refused(onward, code, *keys, ground=ground)
    assert certificates.certificates(onward, OPERATOR) == []
    placing_holds.lift(onward, number, Order("High Court", "CR/12/2026, judgment"), OPERATOR)
    assert len(erasing.erase(onward, code, BOTH, ErasureGround.ORDER, OPERATOR)) == 2


def test_a_hold_on_a_person_is_one_on_each_of_their_cases(onward: Onward) -> None:
    """Later ones too; one on a case leaves their other cases alone."""
    first = ended(onward)
    number = hold(onward, first, person=True)
    other = open_case(onward, "trial", "GH", SCREEN, after=first).code
    end(onward, other)
    refused(onward, first, KeyOf.CASE)
    refused(onward, other, KeyOf.CASE)
    placing_holds.lift(onward, number, ORDER, OPERATOR)
    hold(onward, other)
    refused(onward, other, KeyOf.CASE)
    refused(onward, first, KeyOf.PERSON)
    assert len(erase_case(onward, first)) == 1


def test_a_duplicate_is_held_with_the_case_into_which_it_was_merged(onward: Onward) -> None:
    stays, duplicate = opened(onward), opened(onward)
    do(onward, duplicate, c.Merge(case=duplicate, into=stays), SCREEN)
    end(onward, stays)
    number = hold(onward, stays)
    refused(onward, duplicate, KeyOf.CASE)
    placing_holds.lift(onward, number, ORDER, OPERATOR)
    hold(onward, duplicate)
    refused(onward, stays, KeyOf.PERSON)


def test_a_person_who_asks_meanwhile_gets_an_answer_and_is_not_forgotten(onward: Onward) -> None:
    code = ended(onward)
    number = hold(onward, code)
    said = refused(onward, code, *BOTH, ground=ErasureGround.REQUEST)
    assert "erased once the hold is lifted" in in_words(said.message)
    refused(onward, code, *BOTH, ground=ErasureGround.REQUEST)
    assert [each.act for each in operators.acts(onward, OPERATOR)].count("asked_to_erase") == 1
    (line,) = placing_holds.holds(onward, OPERATOR)
    assert line.asked_at == START
    assert placing_holds.still_asked(onward, OPERATOR) == []
    assert placing_holds.lift(onward, number, ORDER, OPERATOR).asked_at == START
    assert [each.number for each in placing_holds.still_asked(onward, OPERATOR)] == [number]
    erase_case(onward, code)
    assert placing_holds.still_asked(onward, OPERATOR) == []


def test_a_hold_is_recorded_and_its_reference_is_sealed(onward: Onward) -> None:
    """It goes with the key of what was held; that there was a hold stays, and is proved."""
    code = ended(onward)
    number = hold(onward, code)
    placing_holds.lift(onward, number, ORDER, OPERATOR)
    placed, lifted = operators.acts(onward, OPERATOR)[-2:]
    about = {"hold": "1", "of": f"case:{code}", "why": "proceedings"}
    assert (placed.act, placed.about) == ("hold", about)
    assert (lifted.act, lifted.about) == ("lift_hold", {"hold": "1"})
    (line,) = placing_holds.holds(onward, OPERATOR)
    assert (line.of, line.cases, line.reason) == ("case", (code,), HoldReason.PROCEEDINGS)
    assert (line.placed, line.lifted, line.lifted_at) == (ORDER, ORDER, START)
    with onward.store.read() as connection:
        (row,) = connection.execute(select(table_of(Hold))).mappings()
    assert not any(ORDER.reference.encode() in bytes(row[name]) for name in ("placed", "lifted"))
    erase_case(onward, code)
    (line,) = placing_holds.holds(onward, OPERATOR)
    assert (line.cases, line.placed, line.lifted) == ((code,), None, None)
    assert [*verify_installation(onward, OPERATOR)] == []


def test_an_order_that_is_typed_again_gets_no_second_hold(onward: Onward) -> None:
    """Whoever does not know whether it was placed, types it again; lifting it then frees the case."""
    code = ended(onward)
    number, acts = hold(onward, code), operators.acts(onward, OPERATOR)
    with pytest.raises(Refusal, match=rf"hold\.in_place hold={number}"):
        hold(onward, code)
    blanks = Order(f" {ORDER.authority}", f"{ORDER.reference} ")
    with pytest.raises(Refusal, match=r"hold\.in_place"):
        placing_holds.hold(onward, code, HoldReason.PROCEEDINGS, blanks, OPERATOR, person=False)
    assert operators.acts(onward, OPERATOR) == acts
    placing_holds.lift(onward, number, ORDER, OPERATOR)
    assert hold(onward, code) != number


@pytest.mark.parametrize(
    ("order", "reason", "person"),
    [
        (Order("Court of Appeal", ORDER.reference), HoldReason.PROCEEDINGS, False),
        (Order(ORDER.authority, "CR/13/2026"), HoldReason.PROCEEDINGS, False),
        (ORDER, HoldReason.INQUIRY, False),
        (ORDER, HoldReason.PROCEEDINGS, True),
    ],
)
def test_another_order_has_a_hold_of_its_own(
    onward: Onward, order: Order, reason: HoldReason, person: bool
) -> None:
    """So what it holds stays once the first one is lifted."""
    code = ended(onward)
    number = hold(onward, code)
    placing_holds.hold(onward, code, reason, order, OPERATOR, person=person)
    placing_holds.lift(onward, number, ORDER, OPERATOR)
    refused(onward, code, KeyOf.CASE)


def test_a_hold_names_its_order_and_what_there_is(onward: Onward) -> None:
    code = ended(onward)
    for authority, reference in (("", "CR/12"), ("High Court", " ")):
        with pytest.raises(Refusal, match=r"hold\.no_order"):
            placing_holds.hold(
                onward, code, HoldReason.CLAIM, Order(authority, reference), OPERATOR, person=False
            )
    with pytest.raises(Refusal, match="unknown_case"):
        hold(onward, "2222-2222")
    with pytest.raises(Refusal, match=r"hold\.unknown"):
        placing_holds.lift(onward, 7, ORDER, OPERATOR)
    number = hold(onward, code)
    placing_holds.lift(onward, number, ORDER, OPERATOR)
    with pytest.raises(Refusal, match=r"hold\.lifted"):
        placing_holds.lift(onward, number, ORDER, OPERATOR)
    erase_case(onward, code)
    erase_person(onward, code)
    for person, why in ((False, r"hold\.erased_case"), (True, r"hold\.erased_person")):
        with pytest.raises(Refusal, match=why):
            hold(onward, code, person=person)


def test_a_hold_that_no_operator_put_is_found(onward: Onward) -> None:
    """Also before any was put; it would keep for good what is to be erased."""
    code = ended(onward)
    assert [*verify_installation(onward, OPERATOR)] == []
    with onward.store.write() as connection:
        (case,) = connection.execute(select(CASES).where(CASES.c.code == code))
        row = {"person_id": case.person_id, "reason": "claim", "since": START, "placed": b""}
        connection.execute(insert(table_of(Hold)).values(version=1, **row))
    (fault,) = verify_installation(onward, OPERATOR)
    assert (fault.code, fault.values["table"]) == ("proof.unrecorded", "holds")


def test_of_a_hold_and_an_erasure_at_once_one_comes_first(onward: Onward) -> None:
    """And the other is refused: nothing is erased that a hold stands on."""

    def outcome(do_it: Callable[[], object]) -> str:
        try:
            do_it()
        except Refusal as refused:
            return refused.reason
        return "done"

    for _ in range(5):
        code = ended(onward)
        with ThreadPoolExecutor(2) as pool:
            tries = [partial(hold, onward, code), partial(erase_case, onward, code)]
            found = {*pool.map(outcome, tries)}
        assert found in ({"done", "on_hold"}, {"done", "hold"})

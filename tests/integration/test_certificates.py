"""The record of destroyed keys: what it says, and what is found in it afterwards; both stores."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from casework import certificates, delivering, erasing
from casework.acting import do
from casework.case_rows import CASES
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.driving import CaseDriving
from casework.erasing import KeyOf
from casework.erasure_list import Certificate
from casework.verifying import verify, verify_installation
from engine import commands as c
from engine.errors import Refusal
from models.columns import table_of
from models.erasures import Erasure
from models.migrating import migrate, upgrade
from models.people import Person
from models.session import Store
from tests.erased import erase_case, erase_person
from tests.installations import HOME, START, asked_home, ended, installation
from tests.principals import OPERATOR, TIME
from tests.told import in_english

_PEOPLE = table_of(Person)
NO_TEXT = hashlib.sha256(b"").hexdigest()
MADE = START.isoformat(sep=" ")


def wrapped_key(onward: Onward) -> bytes:
    with onward.store.read() as connection:
        return bytes(connection.execute(select(CASES.c.wrapped_key)).scalar_one())


def declined(onward: Onward) -> str:
    """A case that has ended, and owes notices."""
    code = asked_home(onward)
    do(onward, code, c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    return code


def test_a_certificate_says_which_key_is_gone(onward: Onward) -> None:
    """By its digest, so that a backup can be searched for it; one for each key, and none twice."""
    code = ended(onward)
    digest = hashlib.sha256(wrapped_key(onward)).hexdigest()
    assert erase_case(onward, code) == [
        Certificate(
            number=1,
            made_at=START,
            operator=OPERATOR.person,
            owner=f"case:{code}",
            cases=[code],
            ground="request",
            key_digest=digest,
        )
    ]
    (of_person,) = erase_person(onward, code)
    assert (of_person.number, of_person.cases) == (2, [code])
    assert of_person.owner.startswith("person:")
    assert erase_case(onward, code) == erase_person(onward, code) == []
    assert [each.number for each in certificates.certificates(onward, OPERATOR)] == [1, 2]
    assert in_english(verify_installation(onward, OPERATOR)) == []


def test_a_preview_says_what_goes_and_changes_nothing(onward: Onward) -> None:
    code = declined(onward)
    both = erasing.preview(
        onward, code, {KeyOf.CASE, KeyOf.PERSON}, ErasureGround.REQUEST, OPERATOR
    )
    assert [each.partition(":")[0] for each in both.owners] == ["person", "case"]
    assert (both.cases, both.entries, both.answers) == ((code,), 5, 2)
    assert both.notices > 0
    alone = erasing.preview(onward, code, {KeyOf.PERSON}, ErasureGround.REQUEST, OPERATOR)
    assert (alone.entries, alone.answers, alone.notices) == (0, 2, 0)
    assert certificates.certificates(onward, OPERATOR) == []
    erase_case(onward, code)
    assert erasing.preview(onward, code, {KeyOf.CASE}, ErasureGround.REQUEST, OPERATOR).owners == ()
    with pytest.raises(Refusal, match="open_case"):
        erasing.preview(onward, asked_home(onward), {KeyOf.CASE}, ErasureGround.REQUEST, OPERATOR)


def test_nothing_is_owed_by_a_case_whose_key_is_gone(onward: Onward) -> None:
    """Its notices could not be checked any more, nor its run be told anything."""
    code = declined(onward)
    assert {each.code for each in CaseDriving(onward).due(START, 10)} == {code}
    erase_case(onward, code)
    assert delivering.claim_notices(onward, code, by=TIME) == []
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(lease_until=0.0))
    assert list(CaseDriving(onward).due(START, 10)) == []


def test_an_erasure_that_is_refused_leaves_no_certificate(onward: Onward) -> None:
    code = asked_home(onward)
    for refused in (erase_case, erase_person):
        with pytest.raises(Refusal, match="open_case"):
            refused(onward, code)
    assert certificates.certificates(onward, OPERATOR) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"ground": "mistake"}, "certificate of erasure 1 was changed (table erasures)"),
        ({"operator": "op-2"}, "certificate of erasure 1 was changed (table erasures)"),
        ({"key_digest": "0" * 64}, "certificate of erasure 1 was changed (table erasures)"),
        ({"owner": "person:99"}, "certificate of erasure 1 was changed (table erasures)"),
        ({"cases": []}, "certificate of erasure 1 was changed (table erasures)"),
        ({"number": 3}, "certificate of erasure 1 is missing (table erasures)"),
    ],
)
def test_a_changed_certificate_is_found(
    onward: Onward, change: dict[str, object], fault: str
) -> None:
    code = ended(onward)
    erase_case(onward, code)
    erase_person(onward, code)
    first = table_of(Erasure).c.number == 1
    with onward.store.write() as connection:
        connection.execute(update(table_of(Erasure)).where(first).values(change))
    assert fault in in_english(verify_installation(onward, OPERATOR))


def test_a_key_that_was_put_back_is_found(onward: Onward) -> None:
    """From a copy, say: what is certified as gone can be read again."""
    code = ended(onward)
    kept = wrapped_key(onward)
    erase_case(onward, code)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(wrapped_key=kept))
    said = f"case {code} was erased, but its key is back (table cases)"
    assert said in in_english(verify(onward, code, OPERATOR).faults)


def test_what_was_erased_before_gets_a_certificate(empty_url: str, tmp_path: Path) -> None:
    """An older store has none; they say that nobody knows why."""
    store = Store(empty_url)
    upgrade(store, "0021")
    with store.write() as connection:
        person = {"id": 1, "version": 1, "created_at": START, "erased_at": START}
        connection.execute(insert(_PEOPLE).values(person))
        connection.exec_driver_sql(
            "INSERT INTO pathway_versions (id, name, number, text, content_hash, published_at)"
            f" VALUES (1, 'trial', 1, '', '{NO_TEXT}', '{MADE}')"
        )
        connection.exec_driver_sql(
            'INSERT INTO cases (id, code, version, pathway, pathway_version_id, person_id, status, "end",'
            " stages, responsible, opened_at, recorded_at, told, lease_until, lease_by, sealed_state,"
            " last_hash) VALUES (1, '7K2F-9QXM', 1, 'trial', 1, 1, 'ended', 'done', '[]', 'GH-ONE',"
            f" '{MADE}', '{MADE}', 0, 0, '', '', '')"
        )
    migrate(store)
    store.close()
    older = installation(empty_url, tmp_path)
    assert [
        (each.owner, each.cases, each.ground, each.operator, each.key_digest)
        for each in certificates.certificates(older, OPERATOR)
    ] == [
        ("person:1", ["7K2F-9QXM"], "unrecorded", "", ""),
        ("case:7K2F-9QXM", ["7K2F-9QXM"], "unrecorded", "", ""),
    ]
    assert in_english(verify_installation(older, OPERATOR)) == []
    older.close()

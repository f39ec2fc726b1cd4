"""What `verify` and the sealed log find once data keys were replaced: damage, tampering, forgery; both stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from casework import drafts, log
from casework.context import Onward
from casework.drafts import DraftOf
from casework.placing_holds import HoldReason, Order, hold
from models.columns import METADATA, table_of
from models.keys import Cipher
from models.protected import ProtectedValue
from models.resealings import Resealing
from models.turns import LogEntry
from tests.erased import erase_case, erase_person
from tests.every_table import found, past_all_guards
from tests.installations import SCREEN, START, asked_home, ended, opened
from tests.principals import OPERATOR
from tests.resealed import (
    HELD,
    former_owners,
    held,
    in_log,
    replaced,
    restore_rows,
    said,
    tables,
)

_ENTRIES, _VALUES = table_of(LogEntry), table_of(ProtectedValue)
_RESEALINGS = table_of(Resealing)


def test_what_is_damaged_keeps_its_key_and_is_named(onward: Onward) -> None:
    """Nothing is proved anew that was not as it was written; everything else is replaced."""
    first, second = asked_home(onward), asked_home(onward)
    with onward.store.write() as connection:
        entry = _ENTRIES.c.case_id == 1, _ENTRIES.c.number == 3
        connection.execute(update(_ENTRIES).where(*entry).values(agency="XX"))
        name = _VALUES.c.case_id == 2, _VALUES.c.name == "full_name"
        value = connection.execute(select(_VALUES).where(*name)).one()
        connection.execute(insert(_VALUES).values({**value._mapping, "id": 99, "entry": 3}))
    third = asked_home(onward)
    hold(onward, third, HoldReason.CLAIM, Order("The court", "1"), OPERATOR, person=False)
    with onward.store.write() as connection:
        connection.execute(update(METADATA.tables["holds"]).values(reason="other"))
    faults = said(onward)
    left = {
        each.owner: {str(f.values["row"]) for f in each.faults} for each in replaced(onward).left
    }
    assert left == {
        f"case:{first}": {"entry 3"},
        "person:1": {"entry 3"},  # what that entry said of answers is not known
        "person:2": {"protected value 3 full_name"},
        f"case:{third}": {"hold 1"},
    }
    assert former_owners(onward) == [f"case:{second}", "person:3"]
    assert said(onward) == faults


def test_drafts_stay_with_the_keys_that_stay(onward: Onward) -> None:
    """As both keys do under which they are sealed, where a hold on the case and one on the person are damaged."""
    code = opened(onward)
    form = DraftOf(code, "complete", "interview.1")
    drafts.keep(onward, form, {"home_country": ["NG"]}, SCREEN, START)
    for person in (True, False):
        hold(onward, code, HoldReason.CLAIM, Order("The court", "1"), OPERATOR, person=person)
    with onward.store.write() as connection:
        connection.execute(update(METADATA.tables["holds"]).values(reason="other"))
    assert {each.owner for each in replaced(onward).left} == {f"case:{code}", "person:1"}
    assert drafts.kept(onward, form, SCREEN, START) is not None


def test_what_is_tampered_with_after_a_resealing_is_found(onward: Onward) -> None:
    """Entries, answers, keys and the records of resealings; also what stood before is no longer right."""
    code = asked_home(onward)
    note, before = held(onward), tables(onward, *HELD)
    replaced(onward)
    held(onward)
    after = tables(onward, *HELD, "resealings", "installation")
    of = {name: {row["id"]: row for row in rows} for name, rows in before.items()}

    def tampered(name: str, row_id: int, **values: Any) -> tuple[set[str], Sequence[str]]:
        table = METADATA.tables[name]
        with past_all_guards(onward) as connection:
            connection.execute(update(table).where(table.c.id == row_id).values(values))
        result = said(onward), in_log(onward, note)
        restore_rows(onward, after)
        return result

    entry, value = of["log_entries"][2], of["protected_values"][1]
    for sealed in (b"other", entry["sealed"]):
        rows, log = tampered("log_entries", 2, sealed=sealed)
        assert "proof.changed entry 2" in rows
        assert log == (f"case {code}, entry 2: not what was sealed",)
    for sealed in (b"other", value["sealed"]):
        rows, log = tampered("protected_values", 1, sealed=sealed)
        assert "proof.changed protected value 1 known_as" in rows
        assert log == (f"case {code}, answers of entry 1: not what was sealed",)
    rows, _ = tampered("log_entries", 2, hash=bytes(32))
    assert "proof.changed entry 2" in rows
    for name, word in (("cases", f"case {code}"), ("people", "person 1")):
        wrapped = of[name][1]["wrapped_key"]
        rows, _ = tampered(name, 1, wrapped_key=wrapped)
        assert f"proof.other_data_key {word}" in rows
    assert "proof.changed resealing 1" in tampered("resealings", 1, former=b"other")[0]
    assert (found(onward), in_log(onward, note)) == ([], ())


def test_a_case_that_is_put_back_to_its_former_key_is_found(onward: Onward) -> None:
    """With all of its rows as they stood; and if the records of resealings are cut off too."""
    asked_home(onward)
    before = tables(onward, *HELD)
    without = tables(onward, "resealings")
    replaced(onward)
    restore_rows(onward, before)
    assert {"proof.other_data_key person 1", "proof.changed entry 1"} <= said(onward)
    restore_rows(onward, without)
    with onward.store.write() as connection:
        table = METADATA.tables["installation"]
        connection.execute(update(table).values(resealings=0, last_resealing=None))
    assert [(each.code, each.values["table"]) for each in found(onward)] == [
        ("proof.records_gone", "resealings")
    ]


def test_a_forged_resealing_is_found(onward: Onward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has all keys may let an entry say something else: what was written is still known. Without
    the proof key nothing is proved by it.
    """
    asked_home(onward)

    def otherwise(cipher: Cipher, under: Cipher, code: str, row: Any) -> bytes:
        place = f"entry:{code}:{row.number}".encode()
        if row.number == 2:
            return under.seal(cipher.open(row.sealed, place).replace(b"ama", b"ato"), place)
        return cipher.reseal(row.sealed, place, under)

    with monkeypatch.context() as falsifying:
        falsifying.setattr(log, "resealed", otherwise)
        replaced(onward)
    assert said(onward) == {"proof.resealed_otherwise entry 2", "proof.log_not_state"}
    assert [each.owner[:4] for each in replaced(onward).left] == ["case"]

    row = tables(onward, "resealings")["resealings"][-1]
    with onward.store.write() as connection:
        number = row["number"] + 1
        forged = {**row, "id": 99, "number": number, "previous_hash": row["hash"]}
        connection.execute(insert(_RESEALINGS).values(forged))
        ends = {"resealings": number, "last_resealing": row["hash"]}
        connection.execute(update(METADATA.tables["installation"]).values(ends))
    assert f"proof.changed resealing {number}" in said(onward)


def test_what_was_erased_stays_erased(onward: Onward) -> None:
    """Before a rotation and after it: certificates hold, and what stands is still proved."""
    before, after, person = ended(onward), ended(onward), ended(onward)
    erase_case(onward, before)
    erase_person(onward, before)
    note = held(onward)
    assert replaced(onward).replaced == 4
    erase_case(onward, after)
    erase_person(onward, after)
    erase_case(onward, person)  # its person's key stays
    assert (found(onward), in_log(onward, note)) == ([], ())
    rotated = tables(onward, *HELD)
    assert replaced(onward).replaced == 1
    assert (found(onward), in_log(onward, held(onward))) == ([], ())
    with onward.store.write() as connection:
        connection.execute(update(_ENTRIES).where(_ENTRIES.c.case_id == 2).values(agency="XX"))
    assert "proof.changed entry 1" in said(onward)
    assert [row["wrapped_key"] is None for row in rotated["cases"]] == [True, True, True]

"""`verify` names what is damaged, row by row, and what is whole in the same case and in others is proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, text

from casework import case_list, chain, export_log, log, request_lists, worklists
from casework.acting import do
from casework.context import Onward
from casework.export_log import ExportRecord
from casework.verifying import verify, verify_all, verify_installation
from engine import commands as c
from models.columns import table_of
from models.exports import Export
from models.tables import METADATA
from tests.inside import whole_log
from tests.installations import SCREEN, installation, opened
from tests.principals import OPERATOR, staff
from tests.told import in_english

FORM = {"full_name": "Person 1", "home_country": "NG"}
TABLES = ("cases", "log_entries", "tasks", "hand_overs", "consents", "clocks")
NO_TEXT = ("x'00ff'", "CAST(x'80ff' AS TEXT)")
"""Nothing that any column holds; another text in a text that only lists show is told by nothing."""
NONSENSE = (*NO_TEXT, "'text'", "12345", "'2026-99-99'", "1.5")
_MADE_SO = {"id", "case_id", "person_id", "pathway_version_id"}
"""The store itself looks after what a row belongs to."""
_ONE = {"log_entries": "number = 2", "tasks": "ident = 'interview.1'"}
"""Which row of several is damaged; the newest otherwise."""


def under_way(onward: Onward) -> str:
    """A case with a request that waits, and so with rows in each of the tables."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    return code


def damage(onward: Onward, table: str, column: str, value: str, code: str) -> str:
    """Straight into the store, past all that guards it; what mends it again."""
    case = f"(SELECT id FROM cases WHERE code = '{code}')"
    row = f"SELECT max(id) FROM {table} WHERE {'id' if table == 'cases' else 'case_id'} = {case}"
    if table in _ONE:
        row += f" AND {_ONE[table]}"
    with onward.store.write() as connection:
        (ident,) = connection.execute(text(row)).one()
        stored = f"SELECT {column} FROM {table} WHERE id = {ident}"
        (before,) = connection.execute(text(stored)).one()
        connection.execute(text(f"UPDATE {table} SET {column} = {value} WHERE id = {ident}"))
    return f"UPDATE {table} SET {column} = {_written(before)} WHERE id = {ident}"


def _written(value: object) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return "NULL" if value is None else repr(value)


def found(onward: Onward) -> dict[str, tuple[str, ...]]:
    return {each.code: tuple(in_english(each.faults)) for each in verify_all(onward, by=OPERATOR)}


def columns_of(name: str) -> list[str]:
    return [each.name for each in METADATA.tables[name].columns if each.name not in _MADE_SO]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", TABLES)
def test_whatever_stands_in_a_column_is_a_fault_of_its_row_alone(
    onward: Onward, table: str
) -> None:
    """SQLite keeps anything in any column: nothing ends the walk, and the whole case stays proved."""
    whole, broken = under_way(onward), under_way(onward)
    for column in columns_of(table):
        for value in NONSENSE:
            mend = damage(onward, table, column, value, broken)
            seen = found(onward)
            assert seen.pop(whole) == ()
            (faults,) = seen.values()
            if value in NO_TEXT:
                assert faults, (column, value)
            with onward.store.write() as connection:
                connection.execute(text(mend))
    assert found(onward) == {whole: (), broken: ()}


LISTS: dict[str, Callable[[Onward], Sequence[Any]]] = {
    "cases": lambda onward: case_list.cases(onward, OPERATOR),
    "tasks": lambda onward: worklists.tasks(onward, staff("GH-ONE")),
    "requests": lambda onward: request_lists.requests(onward, staff("NG-HOME")),
    "sent requests": lambda onward: request_lists.sent_requests(onward, staff("GH-ONE")),
}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", ["cases", "tasks", "hand_overs"])
def test_whatever_stands_in_a_column_ends_no_list(onward: Onward, table: str) -> None:
    """What is whole is listed, beside a case with a damaged row."""
    early, late = opened(onward), under_way(onward)
    broken = opened(onward) if table == "tasks" else under_way(onward)
    expected = {"cases": {early, late}, "tasks": {early}}
    for column in columns_of(table):
        for value in NONSENSE:
            mend = damage(onward, table, column, value, broken)
            for name, listed in LISTS.items():
                codes = {line.code for line in listed(onward)}
                assert codes >= expected.get(name, {late}), (name, column, value)
            with onward.store.write() as connection:
                connection.execute(text(mend))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("cases", "opened_at", "'infinity'"), ("cases", "due_at", "'infinity'")],
)
def test_a_list_of_cases_names_those_that_it_cannot_show(
    onward: Onward, table: str, column: str, value: str
) -> None:
    """On both stores; a page has as many of the others as it should."""
    first, broken, last = (opened(onward) for _ in range(3))
    damage(onward, table, column, value, broken)
    found = case_list.cases(onward, by=OPERATOR)
    assert [line.code for line in found] == sorted([first, last])
    assert found.damaged == (broken,)
    assert len(case_list.cases(onward, limit=1, by=OPERATOR)) == 1
    assert {line.code for line in worklists.tasks(onward, staff("GH-ONE"))} >= {first, last}


@pytest.mark.parametrize(("column", "shown"), [("opened_at", 2), ("label", 3)])
def test_a_worklist_says_how_many_cases_it_cannot_show(
    onward: Onward, column: str, shown: int
) -> None:
    """A moment that is none is no line of the list; any text may be a label."""
    cases = [opened(onward) for _ in range(3)]
    damage(onward, "tasks", column, "'infinity'", cases[1])
    found = worklists.tasks(onward, staff("GH-ONE"), limit=2)
    assert (len(found), found.unreadable) == (2, 3 - shown)


@pytest.mark.parametrize(
    ("table", "column", "value", "fault"),
    [
        ("cases", "due_at", "'infinity'", "the case's row cannot be read: due_at"),
        ("cases", "opened_at", "'-infinity'", "the case's row cannot be read: opened_at"),
        ("cases", "stages", "'{{}}'", "the case's row does not agree with the records"),
        ("cases", "sealed_state", "{null}", "the state cannot be opened"),
        ("cases", "sealed_state", "substr(sealed_state, 1, 40)", "the state cannot be opened"),
        ("cases", "wrapped_key", "substr(wrapped_key, 1, 20)", "run `onward verify`"),
        ("cases", "last_hash", "{null}", "the log ends with entry 4"),
        ("log_entries", "recorded_at", "'infinity'", "entry 2 cannot be read: recorded_at"),
        ("log_entries", "sealed", "substr(sealed, 1, 5)", "entry 2 was changed"),
        ("log_entries", "hash", "{null}", "entry 2 was changed"),
        ("log_entries", "number", "77", "entry 2 is missing"),
        ("tasks", "due_at", "'infinity'", "task interview.1 cannot be read: due_at"),
        ("hand_overs", "status", "''", "hand-over ask_home.1 does not agree with the records"),
        ("consents", "status", "'refused'", "consent referral does not agree with the records"),
        ("clocks", "at", "'infinity'", "cannot be read: at"),
    ],
)
def test_damage_is_named_and_the_other_cases_are_proved(
    onward: Onward, table: str, column: str, value: str, fault: str
) -> None:
    """A moment that is none, a sealed text cut short, an entry that is gone: on both stores."""
    first, broken, last = (under_way(onward) for _ in range(3))
    null = "''" if onward.store.kind == "postgresql" else "x''"
    damage(onward, table, column, value.format(null=null), broken)
    seen = found(onward)
    assert (list(seen), seen[first], seen[last]) == ([first, broken, last], (), ())
    assert any(fault in each for each in seen[broken]), seen[broken]
    assert tuple(in_english(verify(onward, broken, by=OPERATOR).faults)) == seen[broken]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", ["'text'", "x'00ff'", "1.5"])
def test_the_damaged_key_of_the_oldest_case_closes_no_installation(
    onward: Onward, value: str, tmp_path: Path
) -> None:
    """A start asks the oldest cases whether the master key is theirs; one of them is a fault of its own."""
    broken, whole = under_way(onward), under_way(onward)
    damage(onward, "cases", "wrapped_key", value, broken)
    again = installation(f"sqlite:///{tmp_path / 'onward.db'}", tmp_path)
    seen = found(again)
    again.close()
    assert seen[whole] == ()
    assert seen[broken]


def test_an_entry_that_is_no_entry_is_named(onward: Onward) -> None:
    """Sealed and chained as it should be, and yet nothing that can be read."""
    code = opened(onward)
    with onward.store.write() as connection:
        row = connection.execute(text("SELECT * FROM cases")).one()
        cipher = onward.keys.cipher(bytes(row.wrapped_key), log.owner_of(code))
        (entry,) = whole_log(onward, code)
        stored = connection.execute(text("SELECT wrote FROM log_entries")).one()
        columns = log.sealed_entry(
            onward.proof, cipher, code, 1, entry, chain.START, bytes(stored.wrote)
        )
        columns["sealed"] = cipher.seal(b"\xc1 no record", f"entry:{code}:1".encode())
        digest = log.proof_of(onward.proof, code, columns)
        names = {"sealed": columns["sealed"], "hash": digest}
        connection.execute(METADATA.tables["log_entries"].update().values(**names))
        connection.execute(METADATA.tables["cases"].update().values(last_hash=digest))
    assert in_english(verify(onward, code, by=OPERATOR).faults) == [
        "entry 1 cannot be opened: its sealed record was changed or moved (table log_entries)"
    ]


def test_a_damaged_export_is_named_and_those_after_it_are_proved(onward: Onward) -> None:
    """The record of exports is read in the same way."""
    exports: Table = table_of(Export)
    for _ in range(4):
        record = ExportRecord(
            codes="htcds", pathways=(), since=date(2026, 1, 1), until=None, at_least=1,
            cases=1, lines=1, content_hash="00",
        )  # fmt: skip
        export_log.write_down(onward, record, staff("GH-ONE", "ama"), ())
    assert in_english(verify_installation(onward, by=OPERATOR)) == []
    with onward.store.write() as connection:
        connection.execute(text("UPDATE exports SET made_at = 'infinity' WHERE number = 1"))
        connection.execute(exports.delete().where(exports.c.number == 3))
    assert in_english(verify_installation(onward, by=OPERATOR)) == [
        "export 1 cannot be read: made_at (table exports)",
        "export 3 is missing (table exports)",
    ]

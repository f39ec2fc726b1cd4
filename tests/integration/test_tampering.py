"""Whatever is done to any table past Onward is found and named, and nothing else is; both stores.

The tables are those of `casework.proved_tables`; a table or a column that it does not tell of fails here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Table, delete, insert

from casework.context import Onward
from casework.proved_tables import TABLES, How
from models.columns import METADATA
from models.tables import MODULES
from tests.every_table import (
    Rows,
    edit,
    fill,
    found,
    other,
    past_all_guards,
    put_back,
    rows_of,
    snapshot,
)
from tests.installations import installation
from tests.stores import PostgresServer

assert MODULES
PROVED = [n for n, each in TABLES.items() if each.how not in (How.NOTHING, How.TREE)]
"""What proves the sealed log has tests of its own."""
_KEPT_OUT = {"installation": {"proof_key"}}
"""No process starts any more where that is changed, as a test of its own holds."""
_ELSEWHERE = {
    ("cases", "id"): "log_entries",
    ("cases", "attempts_hash"): "notice_attempts",
    ("cases", "version"): "log_entries",
    ("cases", "last_hash"): "log_entries",
    ("installation", "acts"): "operator_log",
    ("installation", "last_act"): "operator_log",
    ("installation", "exports"): "exports",
    ("installation", "last_export"): "exports",
    ("installation", "erasures"): "erasures",
    ("installation", "last_erasure"): "erasures",
}
"""Where what ends in a row is told."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def onward(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Onward]:
    """With rows in every table; each test leaves it as it was."""
    home = tmp_path_factory.mktemp("home")
    if request.param == "sqlite":
        made = installation(f"sqlite:///{home / 'onward.db'}", home)
        fill(made)
        yield made
        made.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as scratch:
        made = installation(server.url(scratch), home)
        fill(made)
        yield made
        made.close()


def test_each_table_and_column_says_how_it_is_proved() -> None:
    """A new one must say so too."""
    assert TABLES.keys() == METADATA.tables.keys()
    for name, proved in TABLES.items():
        columns = {each.name for each in METADATA.tables[name].columns}
        said = {*proved.columns, *proved.elsewhere, *proved.apart}
        if proved.how is How.NOTHING:
            assert proved.why
        else:
            assert (said, {*proved.name} - columns) == (columns, set()), name


def test_what_nobody_tampered_with_is_clean(onward: Onward) -> None:
    """And there is something to tamper with in every table."""
    assert found(onward) == []
    assert [name for name, rows in snapshot(onward, PROVED).items() if not rows] == []


def named(onward: Onward) -> set[str]:
    return {str(each.values.get("table")) for each in found(onward)}


def some(table: Table, rows: Rows) -> Rows:
    """The first and the last row, of the store's own columns."""
    return [rows[0], rows[-1]] if len(rows) > 1 else rows


@pytest.mark.parametrize("name", PROVED)
def test_an_edit_is_found(onward: Onward, name: str) -> None:
    """Of each column, in the newest row; and so is nothing where there was something."""
    table, proved = METADATA.tables[name], TABLES[name]
    skipped = {*proved.apart, *_KEPT_OUT.get(name, ())}
    with onward.store.read() as connection:
        rows = rows_of(connection, table)
    unseen = []
    for column in table.columns:
        if column.name in skipped:
            continue
        row = next((each for each in reversed(rows) if each[column.name] is not None), None)
        if row is None:
            continue
        tried = [other(row[column.name])] + ([None] if column.nullable else [])
        for value in tried:
            with past_all_guards(onward) as connection:
                edit(connection, table, row, **{column.name: value})
            if _ELSEWHERE.get((name, column.name), name) not in named(onward):
                unseen.append((column.name, value))
            with past_all_guards(onward) as connection:
                put_back(connection, table, rows)
    assert unseen == []
    assert found(onward) == []


@pytest.mark.parametrize("name", PROVED)
def test_what_is_gone_is_found(onward: Onward, name: str) -> None:
    """The first row, the last one, and all of them."""
    table = METADATA.tables[name]
    with onward.store.read() as connection:
        rows = rows_of(connection, table)
    for gone in (rows[:1], rows[-1:], rows):
        with past_all_guards(onward) as connection:
            connection.execute(delete(table).where(table.c.id.in_([each["id"] for each in gone])))
        names = named(onward)
        with past_all_guards(onward) as connection:
            put_back(connection, table, rows)
        # Where no case is left, what belonged to one is named instead.
        assert name in names or (name == "cases" and names), (len(gone), names)


@pytest.mark.parametrize("name", [each for each in PROVED if each not in ("installation",)])
def test_what_was_put_in_is_found(onward: Onward, name: str) -> None:
    """A copy of the newest row, under a number, a name or a mark of its own."""
    table = METADATA.tables[name]
    with onward.store.read() as connection:
        rows = rows_of(connection, table)
    # The last column of each index: it is of the case or the agency of the row, if it can be.
    unique = {list(index.columns)[-1].name for index in table.indexes if index.unique}
    unique |= {each.name for each in table.columns if each.unique or each.primary_key}
    new = {**rows[-1], **{column: other(rows[-1][column]) for column in unique}}
    with past_all_guards(onward) as connection:
        connection.execute(insert(table).values(new))
    names = named(onward)
    with past_all_guards(onward) as connection:
        put_back(connection, table, rows)
    assert name in names, names


@pytest.mark.parametrize("name", PROVED)
def test_rows_that_swap_what_they_say_are_found(onward: Onward, name: str) -> None:
    """Column by column: each says what another one said, which is what Onward has written."""
    table, proved = METADATA.tables[name], TABLES[name]
    with onward.store.read() as connection:
        rows = rows_of(connection, table)
    unseen = []
    for column in (each for each in proved.columns if each not in {"id", *proved.name}):
        one = rows[-1]
        two = next((each for each in rows if each[column] != one[column]), None)
        if two is None:
            continue
        with past_all_guards(onward) as connection:
            edit(connection, table, one, **{column: other(other(one[column] or two[column]))})
            edit(connection, table, two, **{column: one[column]})
            edit(connection, table, one, **{column: two[column]})
        if name not in named(onward):
            unseen.append(column)
        with past_all_guards(onward) as connection:
            put_back(connection, table, rows)
    assert unseen == []

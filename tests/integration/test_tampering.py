"""Whatever is done to any table past Onward is found and named, and nothing else is; both stores.

The tables are those of `casework.proved_tables`; a table or a column that it does not tell of fails here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Table, delete, insert

from casework.context import Onward
from casework.proved import How
from casework.proved_tables import TABLES
from casework.resealing import replace_data_keys
from models.columns import METADATA
from models.tables import MODULES
from tests.every_table import (
    Rows,
    edit,
    fill,
    found,
    is_named,
    other,
    past_all_guards,
    put_back,
    rows_of,
    snapshot,
)
from tests.installations import installation, opened
from tests.principals import OPERATOR
from tests.stores import PostgresServer, on_both

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
    ("installation", "resealings"): "resealings",
    ("installation", "last_resealing"): "resealings",
}
"""Where what ends in a row is told."""


@on_both(scope="module")
def onward(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Onward]:
    """With rows in every table; each test leaves it as it was."""
    home = tmp_path_factory.mktemp("home")
    if request.param == "sqlite":
        made = installation(f"sqlite:///{home / 'onward.db'}", home)
        _filled(made)
        yield made
        assert found(made) == []
        made.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("made_on_postgres")) as scratch:
        made = installation(server.url(scratch), home)
        _filled(made)
        yield made
        assert found(made) == []
        made.close()


def _filled(onward: Onward) -> None:
    """Also with data keys that were replaced, and what was recorded since."""
    fill(onward)
    replace_data_keys(onward, OPERATOR)
    opened(onward)


def _rows(onward: Onward, table: Table) -> Rows:
    with onward.store.read() as connection:
        return rows_of(connection, table)


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


@pytest.mark.parametrize("name", PROVED)
def test_an_edit_is_found(onward: Onward, name: str) -> None:
    """Of each column, in the newest row; and so is nothing where there was something."""
    table, proved = METADATA.tables[name], TABLES[name]
    skipped = {*proved.apart, *_KEPT_OUT.get(name, ())}
    rows = _rows(onward, table)
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
            if not is_named(onward, _ELSEWHERE.get((name, column.name), name), row):
                unseen.append((column.name, value))
            with past_all_guards(onward) as connection:
                put_back(connection, table, rows)
    assert unseen == []
    assert _rows(onward, table) == rows


@pytest.mark.parametrize("name", PROVED)
def test_what_is_gone_is_found(onward: Onward, name: str) -> None:
    """The first row, the last one, and all of them."""
    table = METADATA.tables[name]
    rows = _rows(onward, table)
    for gone in (rows[:1], rows[-1:], rows):
        with past_all_guards(onward) as connection:
            connection.execute(delete(table).where(table.c.id.in_([each["id"] for each in gone])))
        is_found = is_named(onward, name, gone[-1])
        # Where no case is left, what belonged to one is named instead.
        is_found = is_found or (name == "cases" and found(onward) != [])
        with past_all_guards(onward) as connection:
            put_back(connection, table, rows)
        assert is_found, len(gone)


@pytest.mark.parametrize("name", [each for each in PROVED if each not in ("installation",)])
def test_what_was_put_in_is_found(onward: Onward, name: str) -> None:
    """A copy of the newest row, under a number, a name or a mark of its own."""
    table = METADATA.tables[name]
    rows = _rows(onward, table)
    # The last column of each index: it is of the case or the agency of the row, if it can be.
    unique = {list(index.columns)[-1].name for index in table.indexes if index.unique}
    unique |= {each.name for each in table.columns if each.unique or each.primary_key}
    new = {**rows[-1], **{column: other(rows[-1][column]) for column in unique}}
    with past_all_guards(onward) as connection:
        connection.execute(insert(table).values(new))
    is_found = is_named(onward, name, rows[-1])
    with past_all_guards(onward) as connection:
        put_back(connection, table, rows)
    assert is_found


@pytest.mark.parametrize("name", PROVED)
def test_rows_that_swap_what_they_say_are_found(onward: Onward, name: str) -> None:
    """Column by column: each says what another one said, which is what Onward has written."""
    table, proved = METADATA.tables[name], TABLES[name]
    rows = _rows(onward, table)
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
        if not is_named(onward, name, one):
            unseen.append(column)
        with past_all_guards(onward) as connection:
            put_back(connection, table, rows)
    assert unseen == []

"""Rows of files on a store: none becomes a case twice, however it is written the second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from casework import marks
from casework.context import Onward
from casework.intake import IntakeRow, take_in
from casework.principal import Principal
from casework.publishing import publish_pathway
from models.columns import table_of
from models.intakes import Intake
from tests.installations import PATHWAY, ready
from tests.principals import OPERATOR, staff

NAMES = {"full_name": "full_name", "home_country": "home_country"}
CELLS = {"full_name": "Person 7", "home_country": "NG"}


@pytest.fixture
def onward(sqlite_url: str, tmp_path: Path) -> Iterator[Onward]:
    """With the trial pathway."""
    with closing(ready(sqlite_url, tmp_path)) as made:
        yield made


def row(
    cells: Mapping[str, str], number: int = 2, *, copy: int = 1, opened_at: str = ""
) -> IntakeRow:
    return IntakeRow(
        number=number,
        pathway="trial",
        country="GH",
        agency="GH-ONE",
        opened_at=opened_at,
        copy=copy,
        cells=cells,
    )


def as_ama(agency: str) -> Principal:
    return staff(agency, "ama")


def opened(onward: Onward, *rows: IntakeRow, names: Mapping[str, str] = NAMES) -> list[bool]:
    """Whether each row has become a case; otherwise it was one."""
    outcomes = take_in(onward, rows, as_ama, names)
    assert all(each.code or each.known for each in outcomes), outcomes
    return [bool(each.code) for each in outcomes]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"Name": "Person 7", "Home": "NG"}, {"Name": "full_name", "Home": "home_country"}),
        ({"home_country": "NG", "full_name": "Person 7"}, NAMES),
        (
            {"First": "Person", "Last": "7", "home_country": "NG"},
            {"First": "full_name", "Last": "full_name", "home_country": "home_country"},
        ),
        (CELLS | {"risk": ""}, NAMES | {"risk": "risk"}),
    ],
)
def test_a_row_is_known_by_what_it_means(
    onward: Onward, cells: Mapping[str, str], names: Mapping[str, str]
) -> None:
    """Not by how its columns are called or ordered, nor by those in which nothing stands."""
    assert opened(onward, row(CELLS)) == [True]
    assert opened(onward, row(cells), names=names) == [False]
    assert opened(onward, row(CELLS | {"full_name": "Person 8"})) == [True]


def test_a_moment_is_the_same_however_it_is_written(onward: Onward) -> None:
    """A day begins at midnight where the agency is."""
    days = ("2026-02-02", "2026-02-02 00:00", "2026-02-02T00:00+00:00")
    assert [opened(onward, row(CELLS, opened_at=day)) for day in days] == [[True], [False], [False]]


def test_rows_that_say_the_same_are_counted_through_the_whole_file(onward: Onward) -> None:
    """Also from one transaction to the next, and by their meaning."""
    some = [row(CELLS, 2), row(CELLS, 3, copy=2)]

    def taken() -> list[bool]:
        copies: Counter[bytes] = Counter()
        found = [take_in(onward, [each], as_ama, NAMES, copies=copies) for each in some]
        return [bool(outcome.code) for outcomes in found for outcome in outcomes]

    assert taken() == [True, True]
    assert taken() == [False, False]


def test_what_was_taken_in_under_the_names_of_its_columns_is_still_known(onward: Onward) -> None:
    """A mark of before: what stood in which column. Once seen, it is known by its meaning too."""
    assert opened(onward, row(CELLS)) == [True]
    with onward.store.write() as connection:
        secret = marks.secret_of(onward, connection)
        old = ("row", "trial", "GH", "GH-ONE", "", sorted(CELLS.items()), 1)
        table = table_of(Intake)
        connection.execute(update(table).values(mark=marks.mark(secret, *old)))
    assert opened(onward, row(CELLS)) == [False]
    renamed = {"Name": "Person 7", "home_country": "NG"}
    names = {"Name": "full_name", "home_country": "home_country"}
    assert opened(onward, row(renamed), names=names) == [False]
    assert opened(onward, row(CELLS), row(CELLS, 3, copy=2)) == [False, True]


def test_a_row_is_known_though_a_new_version_calls_its_field_otherwise(onward: Onward) -> None:
    """The new version says what it was."""
    assert opened(onward, row(CELLS)) == [True]
    renamed = PATHWAY.replace("version: 1", "version: 2").replace("home_country", "home")
    renamed = renamed.replace("{country, binds", "{country, was: home_country, binds")
    publish_pathway(onward, renamed, by=OPERATOR)
    names = {"full_name": "full_name", "home_country": "home"}
    assert opened(onward, row(CELLS), names=names) == [False]

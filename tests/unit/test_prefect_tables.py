"""The tables of a new database of Prefect's, made at once; whether they are Prefect's own is seen with a stack."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.private_files import HAS_MODES, mode_of
from onward.stack.prefect_settings import database_file
from onward.stack.prefect_tables import make_tables
from tests.prefect_tables import tables_of


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Path:
    """Where a stack has it, in a folder that is there."""
    found = database_file(tmp_path)
    found.parent.mkdir()
    return found


def test_a_new_database_has_its_tables_and_is_for_its_owner_alone(
    tmp_path: Path, database: Path
) -> None:
    make_tables(tmp_path)

    names = {part.partition(" (")[0] for each in tables_of(database) for part in each}
    assert {"CREATE TABLE flow_run", "CREATE TABLE log", "CREATE TABLE artifact"} <= names
    assert not HAS_MODES or mode_of(database) == 0o600


def test_a_database_that_is_there_stays_as_it_is(tmp_path: Path, database: Path) -> None:
    """Of an older Prefect, say, which the newer one migrates."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE older (id INTEGER)")
    before = database.read_bytes()

    make_tables(tmp_path)

    assert database.read_bytes() == before


def test_where_nothing_can_be_written_prefect_says_so_itself(tmp_path: Path) -> None:
    """A full disk is named by its server's log and by the stack."""
    make_tables(tmp_path / "missing")

    assert not (tmp_path / "missing").exists()

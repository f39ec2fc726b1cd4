"""SQLite's journal keeps what was replaced until it is cleared: at once, or once nobody reads any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import COUNT_SECONDS, CaseDriving
from models import session
from models.session import Store, StoreError
from tests.erased import erase_case
from tests.installations import ended, ready


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "onward.db"


@pytest.fixture
def onward(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Onward]:
    """Nobody waits for anybody else."""
    monkeypatch.setattr(session, "SQLITE_WAIT_SECONDS", 0)
    with closing(ready(f"sqlite:///{file}", tmp_path / "home")) as made:
        yield made


def key_of(onward: Onward, code: str) -> bytes:
    with onward.store.read() as connection:
        found = connection.scalar(select(CASES.c.wrapped_key).where(CASES.c.code == code))
    assert found is not None
    return bytes(found)


def are_in(onward: Onward, key: bytes) -> list[str]:
    """The store's files that have this key."""
    return [each.name for each in onward.store.files() if key in each.read_bytes()]


def test_a_destroyed_key_is_nowhere_in_the_files(onward: Onward) -> None:
    code = ended(onward)
    key = key_of(onward, code)
    assert are_in(onward, key)
    erase_case(onward, code)
    assert (onward.store.is_journal_clear, are_in(onward, key)) == (True, [])


def test_what_a_reader_keeps_in_the_journal_is_known_and_goes_within_an_hour(
    onward: Onward, file: Path
) -> None:
    """Such as whoever verifies everything: the erasure is done all the same."""
    real = [0.0]
    driving = CaseDriving(onward, lambda: real[0])
    driving.clear_away()
    code = ended(onward)
    key = key_of(onward, code)
    with closing(Store(f"sqlite:///{file}")) as other, other.read() as connection:
        connection.execute(select(CASES.c.id)).all()
        assert len(erase_case(onward, code)) == 1
        assert (onward.store.is_journal_clear, are_in(onward, key)) == (False, ["onward.db-wal"])
        onward.store.is_journal_clear = True  # to a worker, which is another process
        for seconds in (COUNT_SECONDS - 1, COUNT_SECONDS):
            real[0] = seconds
            driving.clear_away()
            assert are_in(onward, key)
    driving.clear_away()
    assert (onward.store.is_journal_clear, are_in(onward, key)) == (True, [])


def test_a_damaged_file_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "onward.db"
    file.write_text("No database. " * 100)
    with (
        closing(Store(f"sqlite:///{file}")) as store,
        pytest.raises(StoreError, match=r"store\.damaged"),
    ):
        store.clear_journal()

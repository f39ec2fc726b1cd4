"""Files of an installation are for the account that runs it, and nobody else."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from pydantic import SecretStr

from casework.bootstrap import NotSetUp, connect
from casework.settings import Settings
from models.private_files import HAS_MODES, NotPrivate, close_to_others, mode_of
from tests.told import refused_with

pytestmark = pytest.mark.skipif(not HAS_MODES, reason="Windows keeps its permissions elsewhere")


@contextmanager
def careless() -> Iterator[None]:
    """As most systems are set: new files can be read by all."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def modes(home: Path) -> dict[str, int]:
    return {path.name: mode_of(path) for path in (home, *home.iterdir())}


def test_an_installation_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """Its folder, the records and what SQLite keeps beside them, the key."""
    with careless():
        made = connect(Settings(home=tmp_path / "home"))
    with made.store.write():
        found = modes(tmp_path / "home")
    made.close()

    assert found.pop("home") == 0o700
    assert {*found} >= {"onward.db", "onward.db-wal", "onward.db-shm", "master.key"}
    assert {*found.values()} == {0o600}


def test_records_that_stand_elsewhere_are_made_so_too(tmp_path: Path) -> None:
    """The folder is the user's own, and stays as it is."""
    tmp_path.chmod(0o755)
    with careless():
        connect(
            Settings(
                home=tmp_path / "home",
                database_url=SecretStr(f"sqlite:///{tmp_path / 'records.db'}"),
            )
        ).close()

    assert mode_of(tmp_path / "records.db") == 0o600
    assert mode_of(tmp_path) == 0o755


def test_what_stands_open_is_closed_at_the_start_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An older Onward made the records as the system makes files."""
    home = tmp_path / "home"
    connect(Settings(home=home)).close()
    home.chmod(0o755)
    (home / "onward.db").chmod(0o644)

    with caplog.at_level(logging.WARNING):
        connect(Settings(home=home)).close()
        connect(Settings(home=home)).close()

    assert modes(home)["home"] == 0o700
    assert modes(home)["onward.db"] == 0o600
    # The records and what SQLite keeps beside them while they are open, which gets their mode.
    records = [str(home / f"onward.db{end}") for end in ("", "-shm", "-wal")]
    assert sorted(named_in(caplog)) == [str(home), *records]


def test_what_was_closed_is_said_also_if_something_else_cannot_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its owner has to look at who may have read it."""
    file, folder = tmp_path / "records", tmp_path / "shared"
    file.touch()
    folder.mkdir()
    for path, mode in ((file, 0o644), (folder, 0o1777)):
        path.chmod(mode)

    with caplog.at_level(logging.WARNING), pytest.raises(NotPrivate):
        close_to_others(file, folder)

    assert mode_of(file) == 0o600
    assert named_in(caplog) == [str(file)]


def test_what_goes_while_it_is_looked_at_is_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As SQLite's journal does, when another process closes the records."""
    journal, records = tmp_path / "onward.db-wal", tmp_path / "onward.db"
    for file in (journal, records):
        file.touch()
        file.chmod(0o644)

    def goes(path: Path) -> bool:
        journal.unlink(missing_ok=True)
        return False

    with caplog.at_level(logging.WARNING), mock.patch.object(Path, "is_dir", goes):
        close_to_others(journal, records)

    assert mode_of(records) == 0o600
    assert named_in(caplog) == [str(records)]


def test_a_folder_below_what_is_none_is_no_fault_of_its_permissions(tmp_path: Path) -> None:
    """What is wrong with it is told by whatever uses it."""
    file = tmp_path / "file"
    file.touch(mode=0o600)
    close_to_others(file / "home")


def named_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The files and folders that the only warning names."""
    (said,) = [each.getMessage() for each in caplog.records if each.name == "onward.files"]
    return said.split(": ")[-1].split(", ")


def test_a_folder_in_which_nothing_was_set_up_stays_as_it_is(tmp_path: Path) -> None:
    """Whoever names the wrong one is told so, and finds it as it was."""
    named = tmp_path / "documents"
    named.mkdir()
    named.chmod(0o755)

    with pytest.raises(NotSetUp):
        connect(Settings(home=named), set_up=False)

    assert mode_of(named) == 0o755
    assert not list(named.iterdir())


def test_a_folder_in_which_everybody_may_write_is_refused(tmp_path: Path) -> None:
    """Such as /tmp, which nobody wants to have closed."""
    home = tmp_path / "shared"
    home.mkdir()
    home.chmod(0o1777)

    with refused_with(NotPrivate, match="name a separate folder"):
        connect(Settings(home=home))

    assert mode_of(home) == 0o1777


def test_what_belongs_to_somebody_else_is_told(tmp_path: Path) -> None:
    """Only its owner can close it."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    refused = PermissionError(1, "Operation not permitted")

    with (
        mock.patch.object(Path, "chmod", side_effect=refused),
        refused_with(NotPrivate, match=r"0755.*Operation not permitted.*ONWARD_HOME"),
    ):
        connect(Settings(home=home))

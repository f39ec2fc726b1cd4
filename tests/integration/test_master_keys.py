"""The master key's file and command."""

from __future__ import annotations

import base64
import logging
import os
import sys
from pathlib import Path

import pytest

from models.master_keys import MasterKeyError, from_command, from_file


def test_a_missing_file_is_made_once_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Only its owner can read it, and the key itself is not logged."""
    path = tmp_path / "home" / "master.key"
    with caplog.at_level(logging.WARNING):
        keys = from_file(path)
    assert from_file(path) == keys
    assert "Back it up" in caplog.text
    assert base64.b64encode(keys[0]).decode() not in caplog.text
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """With the command that mends it."""
    path = tmp_path / "master.key"
    from_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        from_file(path)


def test_a_command_gives_the_keys() -> None:
    """The newest first, the older ones behind it."""
    script = "import base64; print(*(base64.b64encode(bytes([n] * 32)).decode() for n in (2, 1)))"
    assert from_command(f'{sys.executable} -c "{script}"') == [bytes([2] * 32), bytes([1] * 32)]


@pytest.mark.parametrize("command", ["no-such-command-here", f"{sys.executable} -c 'exit(3)'", "'"])
def test_a_command_that_fails_is_named_without_its_output(command: str) -> None:
    """Its output may hold a key."""
    with pytest.raises(MasterKeyError, match="failed"):
        from_command(command)

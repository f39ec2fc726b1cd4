"""The files and commands of secrets, and the master key's own rules."""

from __future__ import annotations

import base64
import logging
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from casework.bootstrap import connect
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from casework.settings import Settings
from models.keys import UnknownMasterKey
from models.secret_keys import Secret, SecretKeyError, from_command, from_file
from tests.principals import OPERATOR, staff
from tests.told import refused_with

REGISTRY = """
registry: one
agencies:
  GH-A: {name: First, country: GH, roles: [case_manager]}
countries: {GH: {}}
"""
PATHWAY = """
pathway: visit
version: 1
title: A visit
effective: 2026-01-01
sides: [host]
roles: {manager: case_manager @ host}
stages:
  contact:
    steps:
      visit: {by: manager}
    then: end visited
ends: {visited: success}
"""


@pytest.mark.parametrize("secret", Secret)
def test_a_missing_file_is_made_once_with_a_warning(
    secret: Secret, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Only its owner can read it, and the key itself is not logged."""
    home = tmp_path / "home"
    with caplog.at_level(logging.WARNING):
        keys = from_file(secret, home, make=True)
    assert from_file(secret, home, make=False) == keys
    assert "Back it up" in caplog.text
    assert base64.b64encode(keys[0]).decode() not in caplog.text
    assert [each.name for each in home.iterdir()] == [f"{secret}.key"]


def test_a_lost_key_is_told_and_not_replaced_once_records_are_sealed(tmp_path: Path) -> None:
    """A new key would open none of them, and nobody would notice until it mattered."""
    settings = Settings(home=tmp_path)
    with closing(connect(settings)) as onward:
        register(onward, REGISTRY, by=OPERATOR)
        publish_pathway(onward, PATHWAY, by=OPERATOR)
        open_case(onward, "visit", "GH", staff("GH-A"))
    key = (tmp_path / "master.key").read_bytes()
    (tmp_path / "master.key").unlink()

    with refused_with(SecretKeyError, match="restore the file from its backup"):
        connect(settings)

    (tmp_path / "master.key").write_bytes(key)
    (tmp_path / "master.key").chmod(0o600)
    connect(settings).close()


def test_the_key_of_another_installation_seals_nothing_here(tmp_path: Path) -> None:
    """A case that was opened under it was lost as soon as the right key was back."""
    with closing(connect(Settings(home=tmp_path))) as onward:
        register(onward, REGISTRY, by=OPERATOR)
        publish_pathway(onward, PATHWAY, by=OPERATOR)
        open_case(onward, "visit", "GH", staff("GH-A"))
    own = base64.b64decode((tmp_path / "master.key").read_bytes())
    both = " ".join(base64.b64encode(key).decode() for key in (b"\x07" * 32, own))

    with refused_with(UnknownMasterKey, match="under which this database was written"):
        connect(Settings(home=tmp_path, master_key=SecretStr(both.split()[0])))

    connect(Settings(home=tmp_path, master_key=SecretStr(both))).close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """With the command that mends it."""
    path = tmp_path / "master.key"
    from_file(Secret.MASTER, tmp_path, make=True)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with refused_with(SecretKeyError, match="chmod 600"):
        from_file(Secret.MASTER, tmp_path, make=True)


def test_a_command_gives_the_keys() -> None:
    """The newest first, the older ones behind it."""
    script = "import base64; print(*(base64.b64encode(bytes([n] * 32)).decode() for n in (2, 1)))"
    assert from_command(Secret.PROOF, f'{sys.executable} -c "{script}"') == [
        bytes([2] * 32),
        bytes([1] * 32),
    ]


@pytest.mark.parametrize("command", ["no-such-command-here", f"{sys.executable} -c 'exit(3)'", "'"])
def test_a_command_that_fails_is_named_without_its_output(command: str) -> None:
    """Its output may hold a key."""
    with refused_with(SecretKeyError, match="the command for the proof key failed"):
        from_command(Secret.PROOF, command)


@pytest.mark.parametrize("secret", Secret)
def test_each_secret_is_had_from_the_environment_or_else_by_its_command(
    secret: Secret, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a file of its name; what is wrong with it names the variable."""
    ours = base64.b64encode(b"\x03" * 32).decode()
    monkeypatch.setenv(f"{secret.setting}_COMMAND", f"echo {ours}")
    assert Settings(home=tmp_path).keys(secret, first_time=False) == [b"\x03" * 32]

    monkeypatch.setenv(secret.setting, "short")
    with refused_with(SecretKeyError, match=secret.setting):
        Settings(home=tmp_path).keys(secret, first_time=False)

"""A checkpoint is taken away, kept, and held against the installation: docs/how-to/checkpoints.md."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.test_operators import change
from tests.desk import ROOT, Desk

PAGE = ROOT / "docs" / "how-to" / "checkpoints.md"
WITNESS_KEY = re.compile(r"onward/[0-9a-f]{16}\+[0-9a-f]{8}\+B[A-Za-z0-9+/]+=*")
"""Of the kind 0x04, whose first character in base64 is a B."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation with a case, all of which is sealed."""
    made = Desk(tmp_path / "one")
    made.folder.mkdir(exist_ok=True)
    made.set_up()
    made.open()
    assert re.fullmatch(r"\d+ records sealed; the log has \d+\n", made.do("seal"))
    return made


def kept(desk: Desk, name: str, *words: str) -> str:
    """What a command prints, in a file that somebody takes away."""
    file = desk.folder / name
    file.write_text(desk.do(*words), encoding="utf-8")
    return str(file)


def test_what_was_taken_away_finds_what_was_changed(desk: Desk) -> None:
    """As a file, and as the line that was printed."""
    note, line = kept(desk, "checkpoint.txt", "checkpoint"), desk.do("checkpoint", "--line")
    desk.open()
    desk.do("seal")
    for held in (note, line):
        assert "0 with faults" in desk.do("verify", "--against", held)
    change(desk, "DELETE FROM protected_values WHERE id = (SELECT max(id) FROM protected_values)")
    for held in (note, line):
        assert "answers of entry 2: missing, or cannot be read" in desk.refused(
            "verify", "--against", held
        )


def test_a_file_of_checkpoints_may_lie_elsewhere(desk: Desk, tmp_path: Path) -> None:
    """A folder that is not there is said, and what is sealed is written there later."""
    elsewhere = tmp_path / "stick" / "onward-checkpoints"
    desk.environment["ONWARD_CHECKPOINTS"] = str(elsewhere)
    assert desk.refused("seal").startswith(f"{elsewhere} cannot be written: ")
    elsewhere.parent.mkdir()
    desk.do("seal")
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert "0 with faults" in desk.do("verify", "--against", str(elsewhere))


def test_an_installation_witnesses_another(desk: Desk, tmp_path: Path) -> None:
    """By files, as the page says."""
    other = Desk(tmp_path / "two")
    other.folder.mkdir(exist_ok=True)
    other.set_up()
    log_key = desk.do("checkpoint", "--keys").splitlines()[0]
    witness_key = other.do("checkpoint", "--keys").splitlines()[1]
    assert WITNESS_KEY.fullmatch(witness_key)
    asked = kept(desk, "for-the-witness.txt", "checkpoint", "--since", "0")
    assert "--key" in other.refused("witness", asked)
    signed = other.do("witness", asked, "--key", log_key)
    file = desk.folder / "signed.txt"
    file.write_text(signed, encoding="utf-8")
    assert "0 with faults" in desk.do("verify", "--against", str(file), "--key", witness_key)
    alone = kept(desk, "alone.txt", "checkpoint")
    said = desk.refused("verify", "--against", alone, "--key", witness_key)
    assert said == f"the checkpoint is not signed by {witness_key.partition('+')[0]}\n"
    for unsigned in ((), ("--against", desk.do("checkpoint", "--line"))):
        said = desk.refused("verify", *unsigned, "--key", witness_key, code=2)
        assert "--key says who must have signed" in said


def test_a_database_that_was_put_back_waits_until_it_is_confirmed(desk: Desk) -> None:
    """With the words that say so."""
    file, copy = desk.home / "onward.db", desk.folder / "copy.db"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    desk.open()
    desk.do("seal")
    for each in desk.home.glob("onward.db*"):
        each.unlink()
    shutil.copy(copy, file)
    assert "onward restored" in desk.refused("seal")
    assert "was set back" in desk.refused("verify")
    assert desk.do("restored", "--because", "failure") == (
        "this installation sends and seals again; lost: 3 records sealed after the backup was made\n"
        "legal holds placed since the backup are lost too: place them again before you erase anything\n"
    )
    desk.do("seal")
    assert ", 3 lost in a restore; last: " in desk.do("verify")
    assert "nothing to confirm" in desk.refused("restored", "--because", "failure")


def test_an_entry_is_proved_to_somebody_who_sees_no_other(desk: Desk) -> None:
    (code,) = (each["code"] for each in desk.json("cases"))
    proof = desk.do("prove", code, "2")
    assert proof.startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert code not in proof
    assert "not in the sealed log" in desk.refused("prove", code, "9")


def test_the_page_speaks_of_commands_and_options_that_there_are(desk: Desk) -> None:
    """Each line of its examples is typed here, by the shape that it has."""
    lines = {
        re.sub(r" [>\"].*| for-.*| signed.txt.*| checkpoint.txt", "", each)
        for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        for each in block.splitlines()
        if each.startswith("onward ")
    }
    assert lines == {
        "onward checkpoint",
        "onward checkpoint --line",
        "onward checkpoint --since 0",
        "onward restored --because failure",
        "onward verify --against",
        "onward witness",
    }

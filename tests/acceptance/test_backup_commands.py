"""Backing up and restoring by the command line: what is printed is what is typed again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.desk import Desk

ASKED_FOR = ("--ground", "request", "--yes")
_LINE = re.compile(r"^ {4}[1-4]  ((?:[A-Z2-7]{4} ?)+)$", re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.set_up()
    return made


def key_on(sheet: str) -> str:
    """What somebody types who has the sheet before them."""
    lines = _LINE.findall(sheet)
    assert len(lines) == 4
    return "\n".join(lines) + "\n\n"


def test_an_installation_is_lost_and_put_back(desk: Desk, tmp_path: Path) -> None:
    """What was erased after the backup stays so, by the list that was kept beside the secrets."""
    kept, gone = desk.open(), desk.open()
    file = str(tmp_path / "monday.backup")
    assert "there is no recovery key yet" in desk.refused("backup", file)
    sheet = desk.do("backup", file, "--new-sheet")
    opens = (desk.home / "recovery.pub").read_text()
    for wrong in (file, str(tmp_path / "nowhere" / "x.backup")):
        assert desk.run("backup", wrong, "--new-sheet").stdout == ""
    assert (desk.home / "recovery.pub").read_text() == opens
    key = key_on(sheet)
    assert "restore BACKUP --drill" in sheet
    desk.do("raise", gone, "leaves", "--as", "GH-GPS")
    shown = desk.run("erase", "case", gone, *ASKED_FOR)
    assert shown.returncode == 0

    drilled = desk.do("restore", file, "--drill", typed=key)
    assert "restored: 2 cases" in drilled
    assert "destroyed since then, and now destroyed again: 1 key" in drilled
    assert "opened and verified" in drilled

    there = desk.moved(tmp_path / "there")
    newer = str(desk.home / "erasures.jsonl")
    said = there.do("restore", file, "--erasures", newer, typed=key)
    assert "destroyed since then, and now destroyed again: 1 key" in said
    assert there.json("case", kept)["code"] == kept
    assert "erased" in there.refused("case", gone)
    assert "0 with faults" in there.do("verify")
    assert "there is already a database" in there.refused("restore", file, typed=key)


def test_a_slip_in_the_key_is_told_and_no_file_is_taken_for_a_backup(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "monday.backup"
    key = key_on(desk.do("backup", str(file), "--new-sheet"))
    there = desk.moved(tmp_path / "there")
    wrong = ("B" if key[0] == "A" else "A") + key[1:]
    assert "line 1 of the recovery key is not as on the sheet" in there.refused(
        "restore", str(file), typed=wrong
    )
    file.write_text("no backup")
    assert "this is not an Onward backup" in there.refused("restore", str(file), typed=key)
    nothing = str(tmp_path / "nothing")
    assert "cannot be read" in there.refused("restore", nothing, typed=key)

"""What calls off a notice that is being sent says so, whichever command does it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk import LIBRARY, PATHWAY, Desk

SENDS = "one notice is on its way to"
STOP = "anything that is still sent will be followed by a notice to stop"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.environment |= {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-02-02T09:00+00:00"}
    made.set_up()
    return made


def is_being_sent(desk: Desk, kind: str) -> None:
    """A worker has taken up the notices of that kind; all others have left."""
    change = "UPDATE notices SET status = ? WHERE status = 'queued' AND kind"
    with closing(sqlite3.connect(desk.home / "onward.db")) as database:
        database.execute(f"{change} <> ?", ("sent", kind))
        assert database.execute(f"{change} = ?", ("sending", kind)).rowcount
        database.commit()


def asked(desk: Desk) -> str:
    """A case whose request is being sent to NG-NAPTIP."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS", "--language", "fr")
    is_being_sent(desk, "request_received")
    return code


def test_together_says_of_each_case_what_is_on_its_way(desk: Desk) -> None:
    """In words, and for programs."""
    first, second = asked(desk), asked(desk)
    said = desk.do("together", "revoke ask_home", first, "--as", "GH-GPS")
    assert f"{first}: {SENDS} NG-NAPTIP: {STOP}" in said
    (found,) = desk.json("together", "revoke ask_home", second, "--as", "GH-GPS")
    assert found["on_their_way"] == [{"agency": "NG-NAPTIP", "stop": True}]


VISIT = """\
      visit: {title: Visit, by: home_desk, due: 24 hours}
"""
SECOND = (
    PATHWAY.replace("version: 1", "version: 2")
    .replace("  home: receiving", "  home_desk: case_manager @ host\n  home: receiving")
    .replace("      tidy:", VISIT + "      tidy:")
    .replace("to: [screener, manager]}", "to: [screener, manager, home_desk]}")
)


def test_a_move_back_says_what_is_on_its_way(desk: Desk) -> None:
    """The task that only the version of before has was being told of."""
    code = desk.open()
    draft = desk.folder / "second.yaml"
    draft.write_text(SECOND)
    desk.do("publish", str(draft))
    desk.do("migrate", "passage@2", "--case", code)
    is_being_sent(desk, "task_assigned")
    said = desk.do("migrate", "passage@2", "--revert")
    assert f"{code}: {SENDS} GH-DSW: {STOP}" in said
    assert "1 case moved back" in said


def test_a_move_back_that_only_changes_a_date_promises_no_stop(desk: Desk) -> None:
    """The agency keeps its task, and hears the date that holds."""
    said = desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS")
    code = said.split()[0]
    draft = desk.folder / "second.yaml"
    draft.write_text(PATHWAY.replace("version: 1", "version: 2").replace("24 hours", "12 hours", 1))
    desk.do("publish", str(draft))
    desk.do("migrate", "passage@2", "--case", code)
    is_being_sent(desk, "attention")
    lines = desk.do("migrate", "passage@2", "--revert").splitlines()
    assert f"{code}: {SENDS} GH-GPS" in lines


def test_a_clock_that_moves_on_says_what_is_on_its_way(desk: Desk) -> None:
    """Nobody has answered in time, and that ends the case."""
    draft = desk.folder / "second.yaml"
    ends = PATHWAY.replace("silent: tell manager", "silent: end stays")
    draft.write_text(ends.replace("version: 1", "version: 2"))
    desk.do("publish", str(draft))
    code = asked(desk)
    said = desk.do("clock", "2026-02-12T09:00+00:00")
    assert f"{code}: {SENDS} NG-NAPTIP: {STOP}" in said


def test_a_registry_without_the_agency_says_what_is_on_its_way(desk: Desk) -> None:
    """Its task passes on to who is left."""
    code = desk.open()
    is_being_sent(desk, "task_assigned")
    file = desk.folder / "agencies.yaml"
    lines = (LIBRARY / "agencies.yaml").read_text().splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if line.startswith("  GH-DSW:"))
    until = next(
        place
        for place, line in enumerate(lines)
        if place > at and line.startswith("  ") and line[2] not in " #"
    )
    file.write_text("".join(lines[:at] + lines[until:]))
    assert f"{code}: {SENDS} GH-DSW" in desk.do("registry", "load", str(file))

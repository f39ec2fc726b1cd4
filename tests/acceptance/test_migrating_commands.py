"""A new version while cases run, as an operator types it: publish, impact, migrate, back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk import LIBRARY, PATHWAY, Desk

SECOND = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: ask").replace(
    "due: {time: 2 working days,", "due: {time: 6 working days,"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Version 1, the agencies, and one case past its first talk."""
    made = Desk(tmp_path)
    made.set_up()
    return made


def written(desk: Desk, text: str) -> str:
    file = desk.folder / "passage.yaml"
    file.write_text(text)
    return str(file)


def test_a_version_for_which_agencies_are_asked(desk: Desk) -> None:
    """Impact of the file, before it is published; then by agency; then back."""
    code, file = desk.open(), written(desk, SECOND)
    said = desk.do("impact", file)
    assert "passage version 2: 1 running case: 0 unaffected, 0 stays, 1 can move, 0 cannot" in said
    assert "days later" in said
    (case,) = desk.json("impact", file)["cases"]
    assert (case["code"], case["word"]) == (code, "can move")
    assert [each["about"] for each in case["deadlines"]] == ["look.1"]
    said = desk.do("publish", file)
    assert "ask: 1 running case on older versions stays there until then" in said
    assert "say" in desk.refused("migrate", "passage@2")
    assert desk.do("migrate", "passage@2", "--preview", "--responsible", "GH-GPS").endswith(
        "1 case would move\n"
    )
    assert desk.json("case", code)["version"] == 1
    said = desk.do("migrate", "passage@2", "--responsible", "GH-GPS", "--person", "op-7")
    assert said.endswith("1 case moved\n")
    assert desk.json("case", code)["version"] == 2
    log = desk.do("log", code)
    assert "operator op-7" in log
    assert "Moved from version 1 to 2" in log
    assert desk.do("migrate", "passage@2", "--revert").endswith("1 case moved back\n")
    assert desk.json("case", code)["version"] == 1
    assert "0 with faults" in desk.do("verify")


def test_a_version_that_moves_its_cases_as_it_is_published(desk: Desk) -> None:
    """Those that cannot move are named with the reason; the others are on it at once."""
    code = desk.open()
    moves = SECOND.replace("running_cases: ask", "running_cases: migrate")
    assert desk.do("publish", written(desk, moves)).endswith("migrate: 1 case moved\n")
    assert desk.json("case", code)["version"] == 2
    gone = moves.replace("version: 2", "version: 3").replace("      look:", "      gaze:")
    said = desk.do("publish", written(desk, gone))
    assert f"cannot: task look.1 is open, and step look is gone: {code}" in said
    assert said.endswith("migrate: 0 cases moved, 1 cannot\n")
    done = desk.run("migrate", "passage@3", "--json")
    assert (done.returncode, json.loads(done.stdout)[0]["word"]) == (1, "cannot")


def test_a_version_that_holds_from_a_later_day(desk: Desk) -> None:
    """Publish says from when on and how; before that day nothing moves."""
    desk.open()
    later = SECOND.replace("running_cases: ask", "running_cases: migrate")
    later = later.replace("effective: 2026-01-01", "effective: 2030-01-01")
    said = desk.do("publish", written(desk, later))
    assert "migrate: 1 running case moves from 2030-01-01 on, by `onward migrate passage@2`" in said
    assert "in effect from 2030-01-01 on" in desk.refused("migrate", "passage@2")


def test_pinned_cases_move_by_name_alone(desk: Desk) -> None:
    """What `pin` means, and the way round it."""
    code, other = desk.open(), desk.open()
    pinned = SECOND.replace("running_cases: ask", "running_cases: pin")
    assert "pin: 2 running cases on older versions stay there" in desk.do(
        "publish", written(desk, pinned)
    )
    assert "running_cases: pin" in desk.refused("migrate", "passage@2")
    assert desk.do("migrate", "passage@2", "--case", code).endswith("1 case moved\n")
    assert [desk.json("case", each)["version"] for each in (code, other)] == [2, 1]
    assert "takes cases" in desk.refused("migrate", "passage@2", "--revert", "--preview")
    assert (
        "this case is on passage version 1"
        in desk.run("migrate", "passage@2", "--revert", "--case", other).stdout
    )


def test_a_pathway_is_not_published_while_something_fails(desk: Desk) -> None:
    """Neither what the walk finds, nor a scenario that misses, nor a number from before."""
    extra = "      extra: {by: screener, after: travel, when: not hand_over.ask_home.accepted, otherwise: skip}"
    never = SECOND.replace("    then: end settled", f"{extra}\n    then: end settled")
    assert "passage.yaml:" in desk.refused_at_length("publish", written(desk, never))
    scenarios = """\
scenarios: passage
cases:
  wrong:
    opened: 2026-03-02 09:00
    by: GH-GPS
    country: GH
    play:
      - {at: +1 hour, expect: {open: [travel]}}
"""
    (desk.folder / "passage.scenarios.yaml").write_text(scenarios)
    said = desk.run("publish", written(desk, SECOND), "--registry", str(LIBRARY / "agencies.yaml"))
    assert said.returncode == 1
    assert "passage.scenarios.yaml:" in said.stderr
    assert "version 2 of passage was not published" in desk.refused(
        "diff", "passage@1", "passage@2"
    )


def test_a_moved_case_is_explained_and_drawn_under_its_new_names(desk: Desk) -> None:
    """What was written down under the old ones does not stand in the way."""
    code = desk.open()
    renamed = SECOND.replace("running_cases: ask", "running_cases: migrate")
    renamed = renamed.replace("      look:\n", "      gaze:\n        was: look\n")
    desk.do("publish", written(desk, renamed))
    assert desk.json("case", code)["version"] == 2
    for words in (("explain", code), ("explain", code, "gaze"), ("explain", code, "gaze.1")):
        assert "gaze" in desk.do(*words).lower()
    desk.do("complete", code, "gaze.1", "--as", "GH-DSW")
    assert "Look around" in desk.do("log", code)

"""A holiday declared late at a terminal: first what it would move, then that it has, and what a file means later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk
from tests.installations import AGENCIES

HOLIDAY = ("registry", "holiday", "gh", "2026-03-03")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A case in which something is due in 2 working days."""
    made = Desk(tmp_path)
    made.environment |= {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-03-02T09:00+00:00"}
    made.set_up()
    return made


def test_what_would_move_is_told_and_then_moves(desk: Desk) -> None:
    code = desk.open()
    due = next(each["due_at"] for each in desk.json("tasks", "--as", "GH-GPS"))
    told = desk.do(*HOLIDAY, "Mourning", "--preview")
    assert "would move, in 1 of 1 open cases" in told
    assert f"{code}: Becomes due later: " in told
    assert due == next(each["due_at"] for each in desk.json("tasks", "--as", "GH-GPS"))
    done = desk.do(*HOLIDAY, "Mourning")
    assert "2026-03-03 is a holiday in GH; new calendars: GH-2026-2" in done
    assert "1 open case: " in done
    assert desk.json("operator", "log")[-1]["act"] == "declare_holiday"
    assert "2026-03-03 is no longer declared a holiday in GH; new calendars: GH-2026-3" in desk.do(
        *HOLIDAY, "--take-back"
    )
    assert "is not a declared day off" in desk.refused(*HOLIDAY, "--take-back")


def test_what_a_file_means_for_it_is_said(desk: Desk) -> None:
    desk.load(AGENCIES)
    desk.do(*HOLIDAY, "Mourning")
    file = desk.folder / "agencies.yaml"
    assert "stays a holiday in GH (Mourning)" in desk.run("registry", "load", str(file)).stderr
    zone = "zone: Africa/Accra"
    desk.load(AGENCIES.replace(zone, f"{zone}, no_holidays: [2026-03-03]"))
    assert "is not a declared day off" in desk.refused(*HOLIDAY, "--take-back")


def test_what_taking_it_back_would_move_is_not_told(desk: Desk) -> None:
    """Rather than what declaring it once more would move."""
    desk.do(*HOLIDAY, "Mourning")
    done = desk.run(*HOLIDAY, "--take-back", "--preview")
    assert (done.returncode, "cannot be combined with --take-back" in done.stderr) == (2, True)


@pytest.mark.parametrize("day", ["2026-3-3", "tomorrow", "2026-02-30"])
def test_a_day_that_is_none_is_said(desk: Desk, day: str) -> None:
    done = desk.run("registry", "holiday", "GH", day, "Mourning")
    assert (done.returncode, "write a day, such as 2026-03-05" in done.stderr) == (2, True)

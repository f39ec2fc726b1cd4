"""A clock that stands until it is told to go on, for trials and trainings."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.desk import Desk


def test_a_stored_clock_is_moved_on_and_periods_run_by_it(tmp_path: Path) -> None:
    """Forward only; what is done then is done at its time."""
    desk = Desk(tmp_path)
    desk.environment |= {
        "ONWARD_CLOCK": "stored",
        "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00",
    }
    desk.set_up()
    assert desk.do("clock") == "2026-03-02 09:00:00 UTC\n"
    assert desk.do("clock", "2026-03-04T10:30+01:00") == "2026-03-04 09:30:00 UTC\n"
    assert "backwards: it is already 2026-03-04 09:30 UTC" in desk.refused(
        "clock", "2026-03-03T09:00+00:00"
    )
    opened = ("open", "passage", "--country", "GH", "--as", "GH-GPS")
    assert "due 2026-03-05 09:30 GMT" in desk.do(*opened)
    assert desk.do("clock") == "2026-03-04 09:30:00 UTC\n"


def test_the_clock_of_the_machine_is_not_moved(tmp_path: Path) -> None:
    """It says what time it is, and no more."""
    desk = Desk(tmp_path)
    desk.set_up()
    assert desk.do("clock").endswith(" UTC\n")
    assert "only a stored clock can be moved" in desk.refused("clock", "2099-01-01T00:00+00:00")


def test_what_is_due_on_the_way_happens_at_its_own_moment_without_a_worker(tmp_path: Path) -> None:
    """The lists are as they would be, and nothing is dated by the day of the next act."""
    desk = Desk(tmp_path)
    desk.environment |= {
        "ONWARD_CLOCK": "stored",
        "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00",
    }
    desk.set_up()
    code = desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS").split()[0]
    said = desk.do("clock", "2026-03-10T12:00+00:00")
    assert said == "2026-03-10 12:00:00 UTC\neverything that fell due has taken effect in 1 case\n"
    (task,) = desk.json("tasks", "--as", "GH-GPS")
    assert task["overdue"]
    assert desk.do("clock", "2026-03-10T12:00+00:00") == "2026-03-10 12:00:00 UTC\n"
    entries = desk.json("log", code)
    assert [(each["recorded_at"][:16], each["agency"]) for each in entries[1:]] == [
        ("2026-03-03T09:00", "")
    ]


def test_a_damaged_row_keeps_the_clock_from_no_other_case(tmp_path: Path) -> None:
    """A text stands where sealed bytes were: it is told in words of that case, and time goes on."""
    desk = Desk(tmp_path)
    desk.environment |= {
        "ONWARD_CLOCK": "stored",
        "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00",
    }
    desk.set_up()
    opened = ("open", "passage", "--country", "GH", "--as", "GH-GPS")
    damaged, whole = (desk.do(*opened).split()[0] for _ in range(2))
    with closing(sqlite3.connect(desk.home / "onward.db")) as database:
        database.execute("UPDATE cases SET sealed_state = 'text' WHERE code = ?", (damaged,))
        database.commit()
    assert "was changed or moved: run `onward verify`" in desk.refused("case", damaged)
    done = desk.run("clock", "2026-03-10T12:00+00:00")
    assert done.stdout.endswith("everything that fell due has taken effect in 1 case\n")
    assert done.stderr.startswith(f"{damaged}: a sealed record was changed or moved")
    assert len(desk.json("log", whole)) == 2

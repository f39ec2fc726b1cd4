"""`onward explain`: why a case and its parts are as they are, for an operator and for an agency."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import LIBRARY, PATHWAY, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation with a pathway and its agencies."""
    made = Desk(tmp_path)
    made.set_up()
    return made


def test_a_due_moment_is_explained_and_ends_where_it_stands(desk: Desk) -> None:
    """The day by day count of a task, and what was extended."""
    code = desk.open()
    desk.do("extend", code, "look", "--as", "GH-DSW")
    found = desk.json("explain", code, "look.1")
    (count,) = found["counts"]
    (task,) = [each for each in desk.json("case", code)["tasks"] if each["id"] == "look.1"]
    assert count["steps"][-1]["step"]["at"] == count["at"] == task["due_at"]
    said = desk.do("explain", code, "look.1")
    assert "2 working days, from" in said
    assert "extended by 1 week" in said
    assert "GH-DSW holds the role" in said


def test_a_case_and_a_step_that_waits_are_explained(desk: Desk) -> None:
    """To an operator all of it."""
    code = desk.open()
    assert "stage contact is open" in desk.do("explain", code)
    assert "it comes after contact (open)" in desk.do("explain", code, "ask_home")


def test_an_agency_asks_about_its_own_part_alone(desk: Desk) -> None:
    """Another's is refused like one that is not there; a case in which it has no part, too."""
    code = desk.open()
    assert "look.1" in desk.do("explain", code, "--as", "GH-DSW")
    others, nowhere = (
        desk.refused("explain", code, name, "--as", "GH-DSW") for name in ("agree.1", "nothing")
    )
    assert others == nowhere.replace("nothing", "agree.1")
    assert "that your agency sees" in others
    assert "no part in this case" in desk.refused("explain", code, "--as", "NG-NAPTIP")
    assert "no task, request, step" in desk.refused("explain", code, "nothing")


def test_the_end_of_a_scenario_is_explained_without_an_installation(tmp_path: Path) -> None:
    """Before anybody publishes the pathway; a scenario that is nowhere is refused."""
    desk, file = Desk(tmp_path), str(LIBRARY / "adult_return.yaml")
    said = desk.do("explain", file, "home_visit", "--scenario", "home_is_silent")
    assert "Sat 2026-07-18 to Sun 2026-07-19: weekend in NG" in said
    assert "has no scenario `nowhere`: it has goes_home" in desk.refused(
        "explain", file, "--scenario", "nowhere"
    )
    assert "or a file with --scenario NAME" in desk.refused("explain", file, code=2)


MISSED = """\
scenarios: passage
cases:
  one:
    opened: 2026-03-02 09:00
    by: GH-GPS
    country: GH
    play:
      - {at: +1 hour, expect: {open: [look]}}
"""


def test_a_scenario_that_misses_what_it_expects_is_explained_as_it_stands(tmp_path: Path) -> None:
    """Who wonders why it was missed is told both."""
    (tmp_path / "passage.yaml").write_text(PATHWAY)
    (tmp_path / "passage.scenarios.yaml").write_text(MISSED)
    words = ("explain", str(tmp_path / "passage.yaml"), "talk", "--scenario", "one")
    done = Desk(tmp_path).run(*words, "--registry", str(LIBRARY / "agencies.yaml"))
    assert done.returncode == 0
    assert "open steps: talk, not look" in done.stderr
    assert "talk" in done.stdout

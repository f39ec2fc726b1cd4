"""`onward figures`: what is counted over many cases, in a terminal and as a file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.acceptance.test_operators import AS_POLICE, TELEPHONE, opened, set_up
from tests.desk import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An installation with an open case of GH-GPS."""
    desk = Desk(tmp_path_factory.mktemp("figures"))
    desk.environment |= {"ONWARD_CLOCK": "stored", "ONWARD_CLOCK_STARTS": "2026-03-02T09:00Z"}
    made = set_up(desk)
    opened(made, *TELEPHONE)
    return made


def test_without_a_name_it_says_what_there_is(desk: Desk) -> None:
    assert "silence: Requests in open cases" in desk.do("figures")
    assert "looks: How often" in desk.do("figures")
    assert "looks: " not in desk.do("figures", *AS_POLICE, *TELEPHONE)


def test_a_figure_is_a_table_a_file_or_for_programs(desk: Desk, tmp_path: Path) -> None:
    assert "Open tasks and their age, as things stand on 2026-03-02 09:00 UTC" in desk.do(
        "figures", "tasks"
    )
    (line,) = csv.DictReader(io.StringIO(desk.do("figures", "tasks", "--format", "csv")))
    assert (line["agency"], line["open"], line["in_steps_of"]) == ("GH-GPS", "1", "1")
    desk.do("figures", "tasks", "--format", "csv", "--out", str(tmp_path / "tasks.csv"))
    assert "GH-GPS" in (tmp_path / "tasks.csv").read_text(encoding="utf-8")
    for_programs = ("figures", "tasks", "--format", "json", *AS_POLICE, *TELEPHONE)
    made = json.loads(desk.do(*for_programs))
    assert made["rows"][0]["values"]["open"] == 1
    file = tmp_path / "tasks.json"
    assert desk.do(*for_programs, "--out", str(file)) == ""
    assert json.loads(file.read_text(encoding="utf-8")) == made


def test_what_is_for_people_is_not_written_to_a_file(desk: Desk, tmp_path: Path) -> None:
    """Neither the table nor the list of what there is."""
    file = tmp_path / "tasks"
    for asked in (["tasks"], ["--format", "csv"]):
        done = desk.run("figures", *asked, "--out", str(file))
        assert (done.returncode, "add --format csv or" in done.stderr) == (2, True)
        assert not file.exists()


def test_it_is_in_the_readers_language(desk: Desk) -> None:
    said = desk.do("figures", "tasks", "--language", "fr")
    assert "Tâches ouvertes et leur ancienneté" in said


def test_others_cases_are_for_oversight(desk: Desk) -> None:
    refused = desk.refused("figures", "tasks", "--all", *AS_POLICE, *TELEPHONE)
    assert "GH-GPS may see figures only about its own cases" in refused
    assert "is not a period" in desk.refused("figures", "answers", "--period", "spring")

"""A coordinator at the command line: check, test and schema, as separate processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATHWAY = """\
pathway: visit
version: 1
title: Ask and visit
effective: 2026-01-01
sides: [host]
roles:
  manager: case_manager @ host
data:
  wants_visit: {yes_no}
stages:
  contact:
    steps:
      ask: {by: manager, form: [wants_visit], due: {time: 2 working days, assumed: yes}}
      visit: {by: manager, after: ask, when: wants_visit = yes, otherwise: end no_visit, due: 1 month}
    then: end visited
ends: {visited: success, no_visit: neutral}
"""
SCENARIOS = """\
scenarios: visit
cases:
  welcome:
    opened: 2026-03-02 09:00
    by: GH-DSW
    country: GH
    roles: {manager: GH-DSW}
    play:
      - at: 2026-03-02 10:00
        by: GH-DSW
        do: complete ask
        answers: {wants_visit: true}
        expect: {open: [visit], due: {visit: 2026-04-02}}
      - at: +2 days
        by: GH-DSW
        do: complete visit
        expect: {end: visited}
"""


def onward(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onward", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "visit.yaml").write_text(PATHWAY)
    (tmp_path / "visit.scenarios.yaml").write_text(SCENARIOS)
    shutil.copy(ROOT / "pathways" / "west_africa" / "agencies.yaml", tmp_path)
    return tmp_path


def test_check_passes_a_sound_pathway_and_lists_what_is_assumed(folder: Path) -> None:
    """Numbers that no policy sets are shown with their place."""
    result = onward("check", ".", "--json", cwd=folder)

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {
        "problems": [],
        "assumptions": [
            {
                "place": "visit.yaml:13:47",
                "what": "stages contact steps ask due",
                "number": "2 working days",
            }
        ],
        "walks": [{"file": "visit.yaml", "situations": 4, "complete": True}],
    }


def test_check_tells_each_error_at_its_line_and_column(folder: Path) -> None:
    """Two errors of different sorts are told in one go, and the exit code says so."""
    broken = PATHWAY.replace("visit: {by: manager", "visit: {by: manger").replace(
        "due: 1 month", "due: 1 mnth"
    )
    (folder / "visit.yaml").write_text(broken)

    result = onward("check", "visit.yaml", cwd=folder)

    assert result.returncode == 1
    places = [line.split(": ")[0] for line in result.stdout.splitlines()[:2]]
    assert places == ["visit.yaml:14:19", "visit.yaml:14:96"]
    assert "manager" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_scenarios_are_played(folder: Path) -> None:
    """Every scenario beside a pathway is walked, and counted."""
    result = onward("test", "visit.yaml", cwd=folder)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("1 scenario played, 0 expectations missed; ")


def test_a_missed_expectation_is_told_at_its_place(folder: Path) -> None:
    """What was seen stands beside what was expected."""
    (folder / "visit.scenarios.yaml").write_text(SCENARIOS.replace("2026-04-02", "2026-04-01"))

    result = onward("test", "visit.yaml", cwd=folder)

    assert result.returncode == 1
    assert "visit.scenarios.yaml:13:" in result.stdout
    assert "visit is due 2026-04-02, not 2026-04-01" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "missing.yaml"), "there is no file missing.yaml"),
        (("test", "lonely.yaml"), "lonely.yaml has no scenarios"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    """No traceback reaches a user."""
    (folder / "lonely.yaml").write_text(PATHWAY)

    result = onward(*words, cwd=folder)

    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_schema_is_json(folder: Path) -> None:
    """An editor can read it."""
    result = onward("schema", cwd=folder)

    assert json.loads(result.stdout)["title"] == "Definition"
    assert result.stderr == ""

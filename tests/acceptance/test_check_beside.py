"""What `check` learns from the files that lie beside a pathway: its scenarios and the registry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.acceptance.test_authoring_commands import PATHWAY, SCENARIOS, onward

WEST_AFRICA = Path(__file__).parents[2] / "pathways" / "west_africa"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "visit.yaml").write_text(PATHWAY)
    (tmp_path / "visit.scenarios.yaml").write_text(SCENARIOS)
    shutil.copy(WEST_AFRICA / "agencies.yaml", tmp_path)
    return tmp_path


CALM = """\
pathway: visit
version: 1
title: Talk and calm
effective: 2026-01-01
sides: [host]
roles: {manager: case_manager @ host}
bases: {law: {ground: statutory, source: The law, to: [manager]}}
stages:
  main:
    steps:
      talk: {by: manager}
      calm:
        by: manager
        after: talk
        when: interrupt.danger.raised and not interrupt.danger.open
        otherwise: skip
    then: end visited
interrupts: {danger: {raised_by: [manager]}}
ends: {visited: success}
"""
CALMED = """\
    play:
      - {at: 2026-03-02 10:00, by: GH-DSW, do: raise danger}
      - {at: 2026-03-02 11:00, by: GH-DSW, do: resolve danger}
      - {at: 2026-03-02 12:00, by: GH-DSW, do: complete talk, expect: {open: [calm]}}
"""


def test_what_a_scenario_reaches_is_not_doubted(folder: Path) -> None:
    """However few situations are looked at: a case has been there."""
    (folder / "visit.yaml").write_text(CALM)
    few = ("check", "visit.yaml", "--situations", "3")
    assert "perhaps no case ever reaches `calm`" in onward(*few, cwd=folder).stdout
    (folder / "visit.scenarios.yaml").write_text(f"{SCENARIOS.partition('    play:')[0]}{CALMED}")

    result = onward(*few, cwd=folder)

    assert "perhaps" not in result.stdout
    assert "visit.yaml: 3 situations walked through, with none left" in result.stdout


def test_a_role_of_a_type_that_no_agency_has_is_told_at_the_role(folder: Path) -> None:
    (folder / "visit.yaml").write_text(PATHWAY.replace("case_manager @", "case_manger @"))

    result = onward("check", "visit.yaml", cwd=folder)

    assert "visit.yaml:7:3: no agency in agencies.yaml has the role type `case_manger`" in (
        result.stdout
    )

"""A rehearsal in a real terminal: it asks before what was done is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.terminal import terminal

ROOT = Path(__file__).parents[2]
PATHWAY = """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {manager: case_manager @ host}
stages:
  contact: {steps: {talk: {by: manager}, write: {by: manager}}, then: end done}
ends: {done: success}
"""
QUESTION = "Quit all the same (yes, no)? "


def test_quit_and_control_d_ask_before_what_was_done_is_lost(tmp_path: Path) -> None:
    """A no goes on, a yes ends with the report."""
    (tmp_path / "visit.yaml").write_text(PATHWAY)
    shutil.copy(ROOT / "pathways" / "west_africa" / "agencies.yaml", tmp_path)
    with terminal("rehearse", "visit.yaml", environment={}, folder=tmp_path) as screen:
        screen.answers("09:00 ", "complete talk")
        screen.types("quit")
        screen.answers(QUESTION, "no")
        screen.types("save no")
        screen.waits_for("`no` is not a name")
        screen.presses("\x04", QUESTION)
        screen.answers(QUESTION, "yes")
        screen.waits_for("Gap report: ")
        assert "is not a command of the rehearsal" not in screen.seen
        assert screen.ends() == 0
    assert not (tmp_path / "visit.scenarios.yaml").exists()

"""A jump over several days: what is due on the way happens at its own moment, as in an installation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.rehearsal.session import Rehearsal
from engine.scenarios import load_scenarios
from tests.factories import CALENDARS, DESK, REGISTRY, lawful
from tests.unit.test_rehearsal import ANSWERS, PATHWAY, SOUND, begun, played

LATE = "form: [note, risk, visits?, home_country], due: 24 hours, late: [remind screener, after 2 days tell manager]"
DUE = "form: [note, risk, visits?, home_country], due: 24 hours"
WATCHED = PATHWAY.replace(DUE, LATE)
HELD = SOUND.replace(
    "  leaves:",
    "  hold: {raised_by: [screener], review: 5 days, resolved: {over: go on}}\n  leaves:",
)


@pytest.fixture
def rehearsal() -> Rehearsal:
    return begun(lawful(WATCHED))


def test_each_notice_is_dated_by_its_own_moment(rehearsal: Rehearsal) -> None:
    """And not by the end of the jump."""
    opened = rehearsal.now
    moments = rehearsal.jump("+10 days")
    told = [(each.at, notice.owed.kind) for each in moments for notice in each.notices]
    third_day = opened.replace(hour=23, minute=59, second=59) + timedelta(days=3)
    assert told == [(opened + timedelta(days=1), "reminder"), (third_day, "overdue")]
    assert rehearsal.now == opened + timedelta(days=10)
    assert rehearsal.state.tasks["talk.1"].overdue


def test_it_leads_to_the_same_as_jumps_from_moment_to_moment(rehearsal: Rehearsal) -> None:
    """Whoever types `jump to next` sees nothing else."""
    other = begun(lawful(WATCHED))
    end = rehearsal.now + timedelta(days=10)
    rehearsal.jump(end)
    while (due := other.next_moment()) and due < end:
        other.jump(due)
    other.jump(end)
    assert rehearsal.state == other.state
    assert [each.at for each in rehearsal.moments] == [each.at for each in other.moments]


def test_it_is_taken_back_as_one_move(rehearsal: Rehearsal) -> None:
    """Two jumps are two moves."""
    rehearsal.act("complete talk", DESK, ANSWERS)
    before, at = rehearsal.state, rehearsal.now
    rehearsal.jump("+10 days")
    after = rehearsal.state
    rehearsal.jump("+10 days")
    rehearsal.undo()
    assert rehearsal.state == after
    rehearsal.undo()
    assert (rehearsal.state, rehearsal.now) == (before, at)


def test_what_it_has_led_to_is_told_and_saved_moment_by_moment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is saved is played alike."""
    pathway = lawful(SOUND.replace(DUE, LATE))
    said = played(pathway, tmp_path, capsys, "jump 10 days", "save a_try", "quit")
    assert "  Thu 2026-03-05 23:59\n  told: GH-CARE, overdue: Talk\n" in said
    scenarios = load_scenarios((tmp_path / "trial.scenarios.yaml").read_text())
    assert scenarios.play("a_try", pathway, REGISTRY, CALENDARS).misses == ()


def test_what_leads_to_nothing_else_is_answered_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interrupt that let nothing rest is resolved; a task is claimed."""
    said = played(
        lawful(HELD), tmp_path, capsys, "raise hold", "resolve hold as over", "claim talk", "quit"
    )  # fmt: skip
    assert "  interrupt resolved: hold\n" in said
    assert "  nothing else follows from it\n" in said

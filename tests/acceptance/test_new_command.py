"""`onward new`, as a coordinator types it: from nothing to a pathway that holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from tests.desk import Desk, Done
from tests.outside import PATIENCE_SECONDS

WRITTEN = [
    "agencies.yaml",
    "pathway.schema.json",
    "registry.schema.json",
    "scenarios.schema.json",
    "visit.scenarios.yaml",
    "visit.yaml",
]


def onward(*words: str, cwd: Path) -> Done:
    """The command within this process, at no terminal."""
    with chdir(cwd):
        return Desk(cwd).run(*words)


def test_what_is_written_is_checked_and_played_without_a_word_changed(tmp_path: Path) -> None:
    """Without a terminal; `check` finds nothing, and every way is walked."""
    made = onward("new", "visit", "--yes", "--sides", "host=BG,origin=RO", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert sorted(each.name for each in (tmp_path / "visit").iterdir()) == WRITTEN

    checked = onward("check", "visit", cwd=tmp_path)
    assert checked.stdout.splitlines()[-1] == "1 pathway: nothing wrong"
    played = onward("test", "visit", "--coverage", cwd=tmp_path)
    assert played.returncode == 0, played.stdout
    assert len(played.stdout.splitlines()) == 1
    _, _, ways = played.stdout.strip().partition("; ")
    walked, _, whole, *_ = ways.split()
    assert walked == whole


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    """Not even in part: where one file is there, none is written."""
    there = tmp_path / "visit" / "agencies.yaml"
    there.parent.mkdir()
    there.write_text("mine")
    refused = onward("new", "visit", "--yes", "--sides", "host=GH", cwd=tmp_path)
    assert refused.returncode == 1
    assert "visit/agencies.yaml already exists: nothing was written" in refused.stderr
    assert [(each.name, each.read_text()) for each in there.parent.iterdir()] == [
        ("agencies.yaml", "mine")
    ]

    words = ("new", "visit", "--yes", "--sides", "host=GH", "--into", "other")
    assert onward(*words, cwd=tmp_path).returncode == 0
    assert sorted(each.name for each in (tmp_path / "other").iterdir()) == WRITTEN


def test_without_a_terminal_it_says_what_is_missing(tmp_path: Path) -> None:
    """It never waits for an answer that cannot come."""
    for words, said in (
        (("visit",), "without a terminal, or with --yes, no question is asked: give --sides"),
        (("visit", "--sides", "host=GH"), "give --parts, or accept the defaults with --yes"),
        (("--yes",), "without a terminal, or with --yes, no question is asked: give NAME"),
    ):
        refused = onward("new", *words, cwd=tmp_path)
        assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_coordinator_is_asked_and_asked_again(tmp_path: Path) -> None:
    """Each wrong answer is told in words, and the question comes again; Enter takes what is usual."""
    answers = ["visit", "host=UK", "host=GB", "request", "shelter,follow_up", "", "Ask and visit"]
    said = _at_a_terminal(answers, tmp_path)

    assert "did you mean `GB` (Britain)?" in said
    assert "request needs a second side" in said
    assert "a place to stay" in said
    text = (tmp_path / "visit" / "visit.yaml").read_text()
    assert "title: Ask and visit\n" in text
    assert "  lodging: shelter_provider @ host\n" in text
    assert "competent_authority" not in text


def test_who_leaves_a_question_with_ctrl_c_is_told_that_nothing_was_written(tmp_path: Path) -> None:
    """With the exit code that shells know it by."""
    pty = pytest.importorskip("pty", reason="terminals of this kind are POSIX only")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "onward", "new"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=theirs, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        assert process.stderr is not None
        assert os.read(process.stderr.fileno(), 100).startswith(b"Name of the pathway")
        _press_ctrl_c(process)
        said = process.stderr.read().decode()
    os.close(ours)
    assert (process.returncode, list(tmp_path.iterdir())) == (130, [])
    assert said.strip() == "stopped: nothing more was recorded"


def _press_ctrl_c(process: subprocess.Popen[bytes]) -> None:
    """Until it is heard: what comes between the question and the wait for its answer can be lost."""
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()


def _at_a_terminal(answers: list[str], folder: Path) -> str:
    pty = pytest.importorskip("pty", reason="terminals of this kind are POSIX only")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "onward", "new"],
        cwd=folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{each}\n" for each in answers).encode())
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    os.close(ours)
    assert process.returncode == 0, said
    return said

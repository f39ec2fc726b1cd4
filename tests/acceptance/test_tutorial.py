"""docs/tutorial/coordinator.md is followed literally: every command, every change, what is seen."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from onward import cli
from tests.desk import ROOT, without_banner
from tests.terminal import terminal

PAGE = ROOT / "docs" / "tutorial" / "coordinator.md"
ALONE = {"new", "publish", "open"}
"""Commands that are typed as processes of their own: starting one takes longer than most of them."""
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


class Follower:
    """Does what the page says, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        self._codes: dict[str, str] = {}
        """Codes of cases as the page shows them, to what they are here."""

    def does(self, line: str) -> tuple[int, str]:
        """A line of a shell: its exit code, and all that it says."""
        for shown, code in self._codes.items():
            line = line.replace(shown, code)
        words = shlex.split(line)
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self._environment[name] = value
            return 0, ""
        assert words[0] == "onward", line
        return self._alone(words) if words[1] in ALONE else self._within(words[1:])

    def _alone(self, words: list[str]) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        return done.returncode, without_banner(done.stdout)

    def _within(self, words: list[str]) -> tuple[int, str]:
        said = io.StringIO()
        with (
            chdir(self._folder),
            mock.patch.dict(os.environ, self._environment),
            mock.patch("sys.stdin", io.StringIO()),
            redirect_stdout(said),
            redirect_stderr(said),
        ):
            code = cli.run(words)
        return code, without_banner(said.getvalue())

    def answers(self, line: str, asked: str) -> tuple[int, str]:
        """The same at a terminal, which asks `Question: answer`."""
        question, _, answer = asked.partition(": ")
        for shown, code in self._codes.items():
            line = line.replace(shown, code)
        words = shlex.split(line)[1:]
        with terminal(*words, environment=self._environment, folder=self._folder) as typed_at:
            typed_at.answers(f"{question}: ", answer)
            return typed_at.ends(), without_banner(typed_at.seen.replace("\r\n", "\n"))

    def learns(self, shown: str, said: str) -> None:
        """Which code of the page stands for which one here: chance makes them."""
        self._codes |= dict(zip(_CODE.findall(shown), _CODE.findall(said), strict=True))

    def changes(self, name: str, text: str) -> None:
        """Lines that begin with - give way to those that begin with +."""
        file = self._folder / name
        lines = text.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line.startswith("-"))
        after = "".join(line[1:] for line in lines if line.startswith("+"))
        written = file.read_text(encoding="utf-8")
        assert written.count(before) == 1, f"this is not once in {name}:\n{before}"
        file.write_text(written.replace(before, after), encoding="utf-8")


def blocks() -> Iterator[tuple[str, str]]:
    for found in _FENCE.finditer(PAGE.read_text(encoding="utf-8")):
        yield found["info"], found["text"]


def plain(text: str) -> str:
    """Without the blanks around a table."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def test_the_tutorial_of_the_coordinator_is_as_it_says(tmp_path: Path) -> None:
    """Whoever types it sees what it shows below the banner; what shows nothing succeeds."""
    follower, said, shown = Follower(tmp_path), "", True
    code = 0
    for info, text in blocks():
        kind, _, more = info.partition(" ")
        if kind == "text":
            expected, seen = plain(text), plain(said)
            if more == "like":
                follower.learns(text, said)
                expected, seen = _CODE.sub("CODE", expected), _CODE.sub("CODE", seen)
            assert seen.endswith(expected) if more == "end" else seen == expected, said
            shown = True
            continue
        assert shown or code == 0, said
        if kind == "diff":
            follower.changes(more.removeprefix("file="), text)
        else:
            assert kind == "sh", info
            for line in text.splitlines():
                assert shown or code == 0, said
                code, said = follower.answers(line, more) if more else follower.does(line)
                shown = False
    assert shown or code == 0, said

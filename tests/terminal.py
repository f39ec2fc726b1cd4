"""A command at a terminal of its own, at which somebody types."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

SECONDS = 60
HEARD = 5
"""Seconds after which a key that shows nothing is pressed again."""
SCREEN, NO_SCREEN = "xterm-256color", "dumb"
"""Kinds of terminals: with a screen of its own for what is not to stay, and without."""


class Terminal:
    """What a command shows, and what is typed to it."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int) -> None:
        self._process, self._ours = process, ours
        self.seen = ""
        self._read = 0

    def waits_for(self, text: str) -> str:
        """Wait until that is shown, behind what was waited for before; what came between."""
        while text not in self.seen[self._read :]:
            assert self._more(), self.seen
        start, self._read = self._read, self.seen.index(text, self._read) + len(text)
        return self.seen[start : self._read]

    def types(self, text: str) -> None:
        self.keys(f"{text}\n")

    def keys(self, keys: str) -> None:
        """As they are pressed, without Enter behind them."""
        os.write(self._ours, keys.encode())

    def presses(self, key: str, question: str) -> None:
        """Press a key until that question is asked.

        A prompt is shown a moment before its line is read: what is pressed between the two is lost.
        """
        for _ in range(SECONDS // HEARD):
            self.keys(key)
            if self._shows(question):
                return
        raise AssertionError(self.seen)

    def _shows(self, text: str) -> bool:
        while text not in self.seen[self._read :]:
            if not select.select([self._ours], [], [], HEARD)[0]:
                return False
            assert self._more(), self.seen
        return True

    def answers(self, question: str, text: str) -> str:
        """What came before the question is answered."""
        before = self.waits_for(question)
        self.types(text)
        return before

    def ends(self) -> int:
        """Its exit code, once all that it shows was read."""
        while self._more():
            pass
        return self._process.wait(SECONDS)

    def _more(self) -> bool:
        """Read on; False where the command has ended."""
        assert select.select([self._ours], [], [], SECONDS)[0], self.seen
        try:
            found = os.read(self._ours, 4096)
        except OSError:  # Linux: the other end is closed
            return False
        self.seen += found.decode().replace("\r\n", "\n")
        return bool(found)


@contextmanager
def terminal(
    *words: str, environment: Mapping[str, str], folder: Path, kind: str = SCREEN
) -> Iterator[Terminal]:
    """`onward` with these words, at a terminal of that kind."""
    pty = pytest.importorskip("pty", reason="terminals of this kind are POSIX only")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "onward", *words],
        cwd=folder,
        env={**os.environ, **environment, "TERM": kind},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            os.close(ours)

"""A command at a terminal of its own, at which somebody types."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from onward import cli
from tests.outside import PATIENCE_SECONDS

HEARD = 10
"""Seconds after which a key that shows nothing is pressed again."""
SCREEN, NO_SCREEN = "xterm-256color", "dumb"
"""Kinds of terminals: with a screen of its own for what is not to stay, and without."""


class Terminal:
    """What a command shows, and what is typed to it."""

    def __init__(self, process: ForkServerProcess, ours: int) -> None:
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
        for _ in range(int(PATIENCE_SECONDS) // HEARD):
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
        self._process.join(PATIENCE_SECONDS)
        assert self._process.exitcode is not None, self.seen
        return self._process.exitcode

    def _more(self) -> bool:
        """Read on; False where the command has ended."""
        assert select.select([self._ours], [], [], PATIENCE_SECONDS)[0], self.seen
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
    """`onward` with these words, at a terminal of that kind.

    Its process has the commands from one that has imported them for all: a start has tests of its own, and
    takes ten times as long as most commands.
    """
    pty = pytest.importorskip("pty", reason="terminals of this kind are POSIX only")
    begun = get_context("forkserver")
    begun.set_forkserver_preload(
        ["__main__", __name__, "tests.typed_commands", "casework.bootstrap"]
    )
    ours, theirs = pty.openpty()
    has_it, line = begun.Pipe(duplex=False)
    named = {**os.environ, **environment, "TERM": kind}
    process = begun.Process(
        target=_run, args=(words, folder, named, os.ttyname(theirs), line), daemon=True
    )
    with closing(has_it), closing(line):
        process.start()
        assert has_it.poll(PATIENCE_SECONDS), "the command does not begin"
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.join()
        process.close()
        os.close(ours)


def _run(
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    theirs: str,
    line: Connection,
) -> None:
    """In a process of its own: read, and write, at that end of a terminal."""
    os.setsid()
    end = os.open(theirs, os.O_RDWR | os.O_NOCTTY)
    for each in range(3):
        os.dup2(end, each)
    sys.stdin, sys.stdout, sys.stderr = (
        open(each, mode, closefd=False)  # noqa: SIM115 - no file, and open as long as the process
        for each, mode in enumerate("rww")
    )
    os.close(end)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    line.send(None)
    sys.exit(cli.run(words))

"""The input of a rehearsal: a keyboard, a pipe, or a file."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import Protocol, TextIO


class Lines(Protocol):
    """Supplies the lines that people type."""

    @property
    def can_ask(self) -> bool:
        """Whether somebody sees a question before the next line."""
        ...

    def next(self, prompt: str) -> str | None:
        """The next line, stripped; None at the end."""
        ...


class Typed:
    """Lines typed at a keyboard after a prompt; or lines from a pipe, each printed after the
    prompt.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._is_keyboard = stream, stream.isatty()
        if self._is_keyboard:
            with suppress(ImportError):  # with it, the arrow keys bring back earlier lines
                import_module("readline")

    @property
    def can_ask(self) -> bool:
        return self._is_keyboard

    def next(self, prompt: str) -> str | None:
        try:
            if self._is_keyboard:
                return input(prompt).strip()
            line = self._stream.readline()
        except (EOFError, KeyboardInterrupt):  # the report is printed all the same
            return None
        return shown(prompt, line.strip()) if line else None


class WrittenLines:
    """Lines from a file; those beginning with `#` are comments, and skipped."""

    can_ask = False

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter([each for each in lines if not each.lstrip().startswith("#")])

    def next(self, prompt: str) -> str | None:
        line = next(self._lines, None)
        return None if line is None else shown(prompt, line.strip())


def shown(prompt: str, line: str) -> str:
    """Print the prompt and a line that was not typed at the keyboard, so that both appear in the
    output. Returns the line.
    """
    print(f"{prompt}{line}")
    return line

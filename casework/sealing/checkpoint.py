"""A checkpoint: the name of a log, how many leaves the log had, and the root over all of them.

Source: C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint), a signed note of three lines.
"""

from __future__ import annotations

import re

import msgspec

from casework.sealing.merkle import HASH_BYTES
from casework.sealing.notes import NoteError, from_base64, to_base64
from engine.message import message

_SIZE = re.compile("0|[1-9][0-9]{0,17}")


class Checkpoint(msgspec.Struct, frozen=True):
    """The state of a log at one size."""

    origin: str
    """The name of the log."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note that carries the checkpoint."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @property
    def line(self) -> str:
        """The whole checkpoint in one line, to be printed or dictated."""
        return f"{self.origin} {self.size} {to_base64(self.root)}"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in the text of a note; additional lines are ignored. Raises `NoteError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteError(message("checkpoint.misshapen"))
    return _checkpoint(*lines[:3])


def read_line(text: str) -> Checkpoint:
    """An unsigned checkpoint, written in one line as in `Checkpoint.line`. Raises `NoteError`."""
    words = text.split()
    if len(words) != 3:
        raise NoteError(message("checkpoint.misshapen"))
    return _checkpoint(*words)


def _checkpoint(origin: str, size: str, root: str) -> Checkpoint:
    found = from_base64(root)
    if not (_SIZE.fullmatch(size) and len(found) == HASH_BYTES):
        raise NoteError(message("checkpoint.misshapen"))
    return Checkpoint(origin, int(size), found)

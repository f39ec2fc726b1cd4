"""The file of checkpoints, kept away from the database: what was sealed, leaf by leaf, and each
checkpoint. Complete parts of it never change; new ones are added at the end.

Each part consists of a line `leaves SIZE`, the hashes in base64 of the leaves added since that
size, one on each line, a blank line, the signed note, and a blank line. So the file proves its own
contents, and can give back the leaves that a restored database has lost.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

import msgspec

from casework.sealing.checkpoint import Checkpoint, read_checkpoint
from casework.sealing.merkle import Edge
from casework.sealing.notes import Note, NoteError, from_base64, read_note, to_base64
from engine.errors import Coded, why_of
from engine.message import message
from models.private_files import make_file

_TAIL_BYTES = 4096
"""How many bytes to read from the end: more than any of our notes has."""
_NOTE = r"[^\n]+\n[0-9]+\n[^\n]+\n\n(?:\u2014 [^\n]+\n)+"
_LAST = re.compile(rf"\n\n({_NOTE})\n\Z")
_PART = re.compile(rf"leaves ([0-9]+)\n((?:[^\n]+\n)*)\n({_NOTE})\n")


class CheckpointFileError(Coded):
    """The file cannot be read or written, or is damaged; the text names it and says what is
    wrong.
    """


class SealedPart(msgspec.Struct, frozen=True):
    """The part of the file that one sealing adds."""

    old: int
    """The number of leaves before this sealing."""
    leaves: tuple[bytes, ...]
    note: Note

    @property
    def written(self) -> str:
        leaves = "".join(f"{to_base64(each)}\n" for each in self.leaves)
        return f"leaves {self.old}\n{leaves}\n{self.note.written}\n"


class FileContent(msgspec.Struct, frozen=True):
    """The content of the file: all leaves and notes in its complete parts."""

    leaves: tuple[bytes, ...] = ()
    notes: tuple[Note, ...] = ()
    """The notes with the checkpoints, in order, each covering the leaves up to its size."""

    @property
    def newest(self) -> Checkpoint | None:
        return read_checkpoint(self.notes[-1].text) if self.notes else None


class CheckpointFile:
    """The file at a path. Its folder must exist already: if a USB stick is not plugged in, no
    folder must be created in its place.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[tuple[int, int, int], Checkpoint] | None = None
        self._lock = Lock()

    def newest(self) -> Checkpoint | None:
        """The last checkpoint in the file; None if there is no file, or no complete part in it.

        The file is read again only if it has changed. Raises `CheckpointFileError`.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unread(error) from None
        state = (status.st_ino, status.st_size, status.st_mtime_ns)
        with self._lock:
            seen = self._seen
        if seen and seen[0] == state:
            return seen[1]
        found = self._last() or self.read().newest
        if found:
            with self._lock:
                self._seen = (state, found)
        return found

    def _last(self) -> Checkpoint | None:
        """The last checkpoint, if the file ends with a complete part; otherwise None."""
        try:
            with self.path.open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(file.tell() - _TAIL_BYTES, 0))
                tail = file.read().decode(errors="replace")
        except OSError as error:
            raise self._unread(error) from None
        found = _LAST.search(tail)
        try:
            return read_checkpoint(read_note(found.group(1)).text) if found else None
        except NoteError:
            return None

    def read(self) -> FileContent:
        """Read the whole file; an incomplete part at the end, as a power cut may leave it, is
        skipped. The content is empty if there is no file.

        Raises:
            CheckpointFileError: the file cannot be read, or is inconsistent.
        """
        return self._parts()[0]

    def _parts(self) -> tuple[FileContent, int]:
        """The contents of the file, and how many bytes of it form complete parts."""
        try:
            # An incomplete part may end in the middle of a character.
            written = self.path.read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return FileContent(), 0
        except OSError as error:
            raise self._unread(error) from None
        try:
            return read_parts(written)
        except NoteError:
            raise CheckpointFileError(message("checkpoints.damaged", file=str(self.path))) from None

    def append(self, parts: Iterable[SealedPart]) -> None:
        """Add parts to the file, in order; an incomplete part at its end is overwritten. The added
        parts are on the disk when this returns.

        Raises:
            CheckpointFileError: the file cannot be read or written, or is inconsistent.
        """
        written = "".join(each.written for each in parts).encode()
        whole = self._whole()
        try:
            make_file(self.path)
            with self.path.open("r+b") as file:
                file.truncate(whole)
                file.seek(whole)
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            said = message("checkpoints.unwritten", file=str(self.path), why=why_of(error))
            raise CheckpointFileError(said) from None

    def _whole(self) -> int:
        """How many bytes of the file form complete parts."""
        if not self.path.exists():
            return 0
        return self.path.stat().st_size if self._last() else self._parts()[1]

    def _unread(self, error: OSError) -> CheckpointFileError:
        why = why_of(error)
        return CheckpointFileError(message("checkpoints.unread", file=str(self.path), why=why))


def read_parts(written: str) -> tuple[FileContent, int]:
    """The contents of a file of checkpoints, and how many bytes of it form complete parts; the last
    part may be incomplete, and is left out.

    Raises:
        NoteError: the file is inconsistent.
    """
    leaves, notes, edge, at = list[bytes](), list[Note](), Edge(), 0
    while found := _PART.match(written, at):
        new = [from_base64(each) for each in found[2].split()]
        note = read_note(found[3])
        point, before = read_checkpoint(note.text), edge
        edge = edge.append(new)
        if int(found[1]) != before.size or (point.size, point.root) != (edge.size, edge.root):
            raise NoteError(message("checkpoint.misshapen"))
        leaves += new
        notes.append(note)
        at = found.end()
    if _PART.search(written, at):  # there is something else before it
        raise NoteError(message("checkpoint.misshapen"))
    return FileContent(tuple(leaves), tuple(notes)), len(written[:at].encode())


def as_parts(old: int, notes: Iterable[Note], leaves: Sequence[bytes]) -> list[SealedPart]:
    """The parts of the file that hold successive notes.

    Args:
        old: the number of leaves before the first note.
        leaves: the hashes of all leaves added after those.
    """
    found, first = [], old
    for note in notes:
        size = read_checkpoint(note.text).size
        found.append(SealedPart(old, tuple(leaves[old - first : size - first]), note))
        old = size
    return found

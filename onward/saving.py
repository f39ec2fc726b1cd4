"""Writes files for commands: ordinary ones, and private ones with data from real cases."""

from __future__ import annotations

from pathlib import Path

from engine.errors import CodedError
from engine.message import message
from models.private_files import close_to_others, make_file


def save(file: Path, text: str) -> None:
    """Write a text to a file. The text's line endings stay as they are.

    Raises:
        EngineError: the file cannot be written; the error's text says which file, and why.
    """
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:  # which names no file if the disk is full
        there = file.parent.is_dir()
        why = error.strerror if there else message("file.no_folder", folder=str(file.parent))
        raise CodedError(message("file.unwritten", file=str(file), why=why)) from None


def save_of_cases(file: Path, text: str) -> None:
    """Write data from real cases to a file that no other account on this machine may read. A pipe
    or a screen is written to as it is.

    Raises:
        EngineError: as in `save`.
        NotPrivate: other accounts can read the file, and this cannot be changed, for instance
            because it belongs to somebody else.
    """
    make_file(file)
    if file.is_file():  # a pipe or a screen cannot be made private
        close_to_others(file)
    save(file, text)

"""Writing what a command leaves behind in a file."""

from __future__ import annotations

from pathlib import Path

from engine.errors import EngineError
from models.private_files import close_to_others, make_file


def save(file: Path, text: str) -> None:
    """Write a text to a file, its line ends as they are.

    Raises:
        EngineError: with the file and the reason, which a full disk does not name by itself.
    """
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        there = file.parent.is_dir()
        why = error.strerror if there else f"there is no folder {file.parent}"
        raise EngineError(f"{file} cannot be written: {why}") from None


def save_of_cases(file: Path, text: str) -> None:
    """The same of what is told of real cases: no other account of this machine may read it.

    Raises:
        EngineError: as `save` does.
        NotPrivate: it is somebody else's file.
    """
    make_file(file)
    if file.is_file():  # a pipe or a screen is nobody's to close
        close_to_others(file)
    save(file, text)

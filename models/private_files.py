"""Files and folders for their owner alone: 0600 and 0700.

Windows keeps its permissions elsewhere and shows every file as open to all, so nothing is asked there.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from engine.errors import InWords

log = logging.getLogger("onward.files")

HAS_MODES = os.name == "posix"
FILE, FOLDER = 0o600, 0o700
PRIVATE_UMASK = 0o077 if HAS_MODES else -1
"""For a child process that writes nothing for others; -1 is none."""
_OTHERS, _OTHERS_WRITE = 0o077, 0o002


class NotPrivate(InWords):
    """A folder or a file is open to other accounts and cannot be closed; the text says which."""


def mode_of(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def is_open(mode: int) -> bool:
    """Whether other accounts of this machine may read or change it."""
    return HAS_MODES and bool(mode & _OTHERS)


def make_folder(path: Path) -> None:
    """A folder, unless there is one; what is above it is made as the system makes it."""
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER)


def make_file(path: Path) -> None:
    """An empty file, unless there is one; whoever opens it says what hinders that."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def write_first(path: Path, text: str) -> bool:
    """Write a file that is not there yet; False where somebody was first.

    It is complete before it gets its name: two processes that start at once must not read half of it,
    nor make two.
    """
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def write_anew(path: Path, text: str) -> None:
    """Write a file in place of the one that may be there."""
    _draft(path, text).replace(path)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # of a process of the same number that died in between
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def close_to_others(*paths: Path) -> None:
    """Close what stands open to other accounts, and say so; what is not there is passed over.

    Raises:
        NotPrivate: it belongs to somebody else, or everybody may write in the folder.
    """
    found = [path for path in paths if path.exists() and is_open(mode_of(path))]
    for path in found:
        _close(path)
    if found:
        log.warning(
            "Other accounts of this machine could read %s: closed to them now. Where others use this"
            " machine, look at who may have read it.",
            _named(found),
        )


def close_tree(folder: Path) -> None:
    """Close a folder and all that lies in it."""
    if HAS_MODES:
        close_to_others(folder, *(path for path in folder.rglob("*") if not path.is_symlink()))


def _close(path: Path) -> None:
    folder = path.is_dir()
    if folder and mode_of(path) & _OTHERS_WRITE:
        raise NotPrivate(
            f"{path}: every account of this machine may write there, so it cannot be Onward's:"
            " name a folder of its own (ONWARD_HOME), or close it (chmod 700)"
        )
    try:
        path.chmod(FOLDER if folder else FILE)
    except OSError as error:
        raise NotPrivate(
            f"{path}: other accounts of this machine may read it (mode {mode_of(path):04o}), and it"
            f" cannot be closed ({error.strerror}): let its owner close it, or name a folder of your"
            " own (ONWARD_HOME)"
        ) from None


def _named(paths: Iterable[Path]) -> str:
    first, *more = (str(path) for path in paths)
    return first if not more else f"{first} and {len(more)} more"

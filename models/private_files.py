"""Files and folders that only their owner can access: 0600 and 0700.

Windows stores permissions elsewhere and reports every file as open to all, so nothing is checked
there.
"""

from __future__ import annotations

import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

from engine.errors import Coded, why_of
from engine.message import message

log = logging.getLogger("onward.files")

HAS_MODES = os.name == "posix"
FILE, FOLDER = 0o600, 0o700
PRIVATE_UMASK = 0o077 if HAS_MODES else -1
"""The umask for child processes whose files are to be private; -1 leaves theirs unchanged."""
_OTHERS, _OTHERS_WRITE = 0o077, 0o002


class NotPrivate(Coded):
    """A folder or file is open to others and cannot be made private; the text says which."""


def mode_of(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def is_open(mode: int) -> bool:
    """Whether permission bits let other accounts on this machine read or change something; always
    False on Windows.
    """
    return HAS_MODES and bool(mode & _OTHERS)


def make_folder(path: Path) -> None:
    """Create a private folder unless it exists; its parents get default permissions."""
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER)


def make_file(path: Path) -> None:
    """Create an empty private file unless it exists; errors are left to the code that opens it."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def write_first(path: Path, text: str) -> bool:
    """Write a file unless it exists. Returns whether it was written.

    The file is complete before it gets its name. So if two processes start together, one writes it,
    and the other never reads half of it.
    """
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def replace_file(path: Path, text: str) -> None:
    """Write a file, atomically replacing an existing one."""
    _draft(path, text).replace(path)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # left by a process with the same id that died meanwhile
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def close_to_others(*paths: Path) -> None:
    """Make files and folders private that are open to other accounts, and log which they were.
    Missing ones are ignored.

    Raises:
        NotPrivate: one cannot be made private, for instance because it belongs to somebody else, or
            is a folder in which everybody may write.
    """
    closed: list[str] = []
    try:
        for path in paths:
            # What SQLite keeps beside the records goes with whoever closes them last.
            with suppress(FileNotFoundError):
                if path.exists() and is_open(mode_of(path)):
                    _close(path)
                    closed.append(str(path))
    finally:  # told also if a later one cannot be closed
        if closed:
            log.warning(
                "Other accounts of this machine could read these: closed to them now. Where others"
                " use this machine, look at who may have read them: %s",
                ", ".join(closed),
            )


def close_tree(folder: Path) -> None:
    """As `close_to_others`, for a folder and everything in it except symbolic links."""
    if HAS_MODES:
        close_to_others(folder, *(path for path in folder.rglob("*") if not path.is_symlink()))


def _close(path: Path) -> None:
    folder = path.is_dir()
    if folder and mode_of(path) & _OTHERS_WRITE:
        raise NotPrivate(message("private.written_by_all", folder=str(path)))
    try:
        path.chmod(FOLDER if folder else FILE)
    except FileNotFoundError:
        raise
    except OSError as error:
        mode, why = f"{mode_of(path):04o}", why_of(error)
        said = message("private.not_closed", file=str(path), mode=mode, why=why)
        raise NotPrivate(said) from None

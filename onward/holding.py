"""One stack a folder, however busy it is: two would share Prefect's database and the worker's name.

The operating system lets go of the file when its process ends, whatever it died of.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.private_files import make_folder
from onward.prefect_api import stack_address
from onward.stack import StackError

_LOCK = Path("prefect") / "stack.lock"

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def refuse_second(home: Path) -> None:
    """Raise `StackError` where a stack runs in a folder; nothing is made there."""
    if (home / _LOCK).exists():
        with held(home):
            return


@contextmanager
def held(home: Path) -> Iterator[None]:
    """A folder that no other stack runs in until the block ends.

    Raises:
        StackError: one does.
    """
    make_folder((home / _LOCK).parent)
    handle = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(handle)
        except (BlockingIOError, PermissionError):
            address = (stack_address(home) or "it is starting, or stops").removesuffix("/api")
            raise StackError(f"it runs already in {home}: {address}") from None
        yield
    finally:
        os.close(handle)

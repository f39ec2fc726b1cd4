"""Faults of the engine, said without the words they came with.

An error's own text may quote what somebody wrote, and Prefect shows it to everybody, with the
traceback. Its type and its place are enough to find it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EngineFault(Exception):
    """Something broke that no user did wrong: `ValueError in settle (settling.py:41)`."""


def place(fault: BaseException) -> str:
    """The type of an error and where it was raised, without its text."""
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames:
        return type(fault).__name__
    last = frames[-1]
    return f"{type(fault).__name__} in {last.name} ({Path(last.filename).name}:{last.lineno})"


@contextmanager
def discreet(but: type[Exception] = EngineFault) -> Iterator[None]:
    """Whatever breaks inside leaves as an `EngineFault` that bears nothing of it.

    Args:
        but: errors of this type are neutral by themselves and pass unchanged.
    """
    try:
        yield
    except (EngineFault, but):
        raise
    except Exception as fault:  # noqa: BLE001 - raised again without its text
        raise EngineFault(place(fault)) from None

"""Errors of the engine, without their original text.

An error's text may quote what somebody wrote, and Prefect shows it to everybody, with the
traceback. The type and place are enough to find the fault.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EngineFault(Exception):
    """An error that no user caused. Its text quotes nothing that somebody wrote; usually it is a
    type and a place: `ValueError in settle (settling.py:41)`.
    """


def place(fault: BaseException) -> str:
    """The type of an error and where it was raised, without its text."""
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames:
        return type(fault).__name__
    last = frames[-1]
    return f"{type(fault).__name__} in {last.name} ({Path(last.filename).name}:{last.lineno})"


@contextmanager
def discreet(but: type[Exception] = EngineFault) -> Iterator[None]:
    """A context that converts any `Exception` inside it to an `EngineFault`, which reveals nothing
    of the error's text.

    Args:
        but: errors of this type are harmless and pass unchanged.
    """
    try:
        yield
    except (EngineFault, but):
        raise
    except Exception as fault:  # noqa: BLE001 - raised again without its text
        raise EngineFault(place(fault)) from None

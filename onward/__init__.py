"""The outermost room: the command line, and the stack that `onward up` and `onward demo` run."""

from __future__ import annotations

import gc

NEW_OBJECTS = 50_000
"""How many new objects may be made before the garbage collector looks for cycles among them. With
Python's own 700 to 2,000, a process spends a twentieth of its import time looking (with Prefect, a
twelfth), and finds hardly any.
"""
STOPPED = 130
"""The exit code after Ctrl-C, as is usual for shells."""


def collect_seldom() -> None:
    """Have Python collect garbage only once per `NEW_OBJECTS` new objects in this process."""
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])

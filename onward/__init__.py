"""The outermost room: the command line and the stack that `onward up` runs."""

from __future__ import annotations

import gc

NEW_OBJECTS = 50_000
"""How many new objects may be made before the garbage collector looks for cycles among them. With
Python's own 2,000, a process spends a twentieth of its imports looking, one that imports Prefect
a twelfth, and finds hardly any.
"""


def collect_seldom() -> None:
    """Have this process look for garbage only once in `NEW_OBJECTS`."""
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])

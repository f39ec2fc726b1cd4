"""What a check finds: something wrong at a path of the definition, with a remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec

Path = tuple[str | int, ...]


class Fault(msgspec.Struct, frozen=True):
    """Something wrong at a path of the definition; `column` counts within the text there."""

    path: Path
    message: str
    remedy: str = ""
    column: int = 1
    absent: bool = False
    """Something that should stand elsewhere does not."""
    name: bool = False
    """The name itself is wrong, not what stands behind it."""


def unknown(kind: str, name: str, known: Iterable[str], path: Path) -> Fault:
    """A name that leads nowhere, with the nearest that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    remedy = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names) or 'none'}"
    return Fault(path, f"there is no {kind} `{name}`", remedy)

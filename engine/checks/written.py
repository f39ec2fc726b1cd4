"""Faults that can occur anywhere: stray characters, duplicates, conflicting sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.definition import Series, Time, walked
from engine.message import finding

_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
"""Line breaks, and characters that change text direction or control a terminal."""


def check_written(names: Names) -> Iterator[Fault]:
    for path, node in walked(names.d):
        if isinstance(node, str) and path[-1] in ("title", "label", "source"):
            yield from check_line(node, path)
        elif isinstance(node, str) and path[-1] == "ask":
            yield from check_unseen(node.replace("\n", " "), path)
        elif isinstance(node, Time | Series):
            yield from _origin(node, path)
        elif isinstance(node, tuple) and path[-1] != "members":  # a panel has its own message
            yield from _twice(node, path)


def _origin(period: Time | Series, path: Path) -> Iterator[Fault]:
    """Check that a period or series is not marked as assumed although it names a source."""
    if period.source is not None and period.assumed:
        yield Fault((*path, "assumed"), finding("period.assumed_with_source"))


def check_line(text: str, path: Path) -> Iterator[Fault]:
    """Check that a text shown unchanged in lists and notices has no braces and nothing invisible."""
    yield from check_unseen(text, path)
    if brace := re.search("[{}]", text):
        yield Fault(path, finding("text.braces"), column=brace.start() + 1)


def check_unseen(text: str, path: Path) -> Iterator[Fault]:
    """Check that the text contains no line breaks or invisible characters."""
    if found := _UNSEEN.search(text):
        what = finding("text.invisible_character", character=f"U+{ord(found[0]):04X}")
        yield Fault(path, what, column=found.start() + 1)


def _twice(parts: tuple[object, ...], path: Path) -> Iterator[Fault]:
    for number, part in enumerate(parts):
        if part in parts[:number]:
            what = finding("list.twice")
            if isinstance(part, str):
                what = finding("list.name_twice", name=part)
            yield Fault((*path, number), what)

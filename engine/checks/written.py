"""What is wrong wherever it stands: texts that steer a screen, what stands twice, two origins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.definition import Series, Time, walked

_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
"""Ends of lines, and what turns a line round or steers a terminal."""


def check_written(names: Names) -> Iterator[Fault]:
    for path, node in walked(names.d):
        if isinstance(node, str) and path[-1] in ("title", "label", "source"):
            yield from check_line(node, path)
        elif isinstance(node, str) and path[-1] == "ask":
            yield from check_unseen(node.replace("\n", " "), path)
        elif isinstance(node, Time | Series):
            yield from _origin(node, path)
        elif isinstance(node, tuple) and path[-1] != "members":  # a panel says it in its own words
            yield from _twice(node, path)


def _origin(period: Time | Series, path: Path) -> Iterator[Fault]:
    """A number has its source, or it is ours."""
    if period.source is not None and period.assumed:
        what = "a number that a source sets is not assumed"
        remedy = "leave one of the two out; in a patch write `assumed: no`"
        yield Fault((*path, "assumed"), what, remedy)


def check_line(text: str, path: Path) -> Iterator[Fault]:
    """It stands in lists and notices as it is."""
    yield from check_unseen(text, path)
    if brace := re.search("[{}]", text):
        what = "nothing can be filled in here"
        yield Fault(path, what, "leave the `{ }` out", column=brace.start() + 1)


def check_unseen(text: str, path: Path) -> Iterator[Fault]:
    """Nothing in it steers a screen."""
    if found := _UNSEEN.search(text):
        what = f"an invisible character (U+{ord(found[0]):04X}) stands in this text"
        yield Fault(path, what, "take it out, and write the text in one line", found.start() + 1)


def _twice(parts: tuple[object, ...], path: Path) -> Iterator[Fault]:
    for number, part in enumerate(parts):
        if part in parts[:number]:
            what = f"`{part}`" if isinstance(part, str) else "the same"
            yield Fault((*path, number), f"{what} stands here twice", "write it once")

"""Lists what a pathway or a registry marks as assumed: numbers and bases of law that no policy sets,
and that nobody should mistake for rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.documents.document import Document, Path
from engine.errors import Place


class Assumption(msgspec.Struct, frozen=True):
    """An entry marked `assumed`, and its place."""

    place: Place
    what: str
    """The keys that lead to the entry, with spaces between them: `stages intake steps talk due`."""
    number: str
    """What is assumed: `14 days`, `every 1 month for 1 year`, or a basis by ground and roles."""


def assumptions(document: Document) -> list[Assumption]:
    """Everything in a document that is marked `assumed`, in the order of the document."""
    return [
        Assumption(document.place(path, key=True), " ".join(map(str, path)), _number(entry))
        for path, entry in _assumed(document.root, ())
    ]


def _assumed(node: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(node, dict):
        if "assumed" in node and node["assumed"] not in (False, "no"):
            yield path, node
        for key, value in node.items():
            yield from _assumed(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _assumed(value, (*path, number))


def _number(entry: dict[str, Any]) -> str:
    if "every" in entry:
        return f"every {entry['every']} for {entry['for']}"
    if "ground" in entry:
        return f"{entry['ground']} to {entry['to']}"
    return str(entry.get("time") or ", ".join(map(str, entry.get("at", []))))

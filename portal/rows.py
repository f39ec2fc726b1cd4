"""Rows of facts about something, as `parts.summary` draws them."""

from __future__ import annotations

from collections.abc import Iterable

Rows = list[tuple[str, str]]
"""Pairs of a name and a text."""


def told(found: Iterable[tuple[str, str]]) -> Rows:
    """The rows that have a text; each name begins with a capital."""
    return [(f"{name[:1].upper()}{name[1:]}", text) for name, text in found if text]

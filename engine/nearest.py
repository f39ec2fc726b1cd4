"""Suggestions for an unknown name: the nearest known one, or the known ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from engine.message import Message, message

_ALIKE = 0.65
"""The least similarity; with a lower one `lost` would suggest `closed`, and `travel` `talk`."""
_MOST = 10


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was almost certainly meant, whatever capitals it was written with; None if
    there is none.
    """
    names = sorted(known)
    for written in dict.fromkeys((name, name.lower())):
        alike = [each for each in names if _is_like(written, each)]
        if found := get_close_matches(written, alike, 1, _ALIKE):
            return found[0]
    return None


_BETWEEN_PARTS = re.compile(r"[.\s]+")


def _is_like(name: str, other: str) -> bool:
    """Whether two names are similar in each part: `step.travel.done` is not close to
    `step.talk.done`, nor `complete rule` to `complete locate`, however many letters they share.
    Always true if one name has more parts: such names are compared only as a whole.
    """
    parts, others = _BETWEEN_PARTS.split(name), _BETWEEN_PARTS.split(other)
    return len(parts) != len(others) or all(map(_is_part_like, parts, others))


def _is_part_like(part: str, other: str) -> bool:
    are_numbers = part.isdigit() and other.isdigit()
    return are_numbers or SequenceMatcher(None, other, part).ratio() >= _ALIKE


def suggestion(name: str, known: Iterable[str]) -> Message:
    """A message: `did you mean` the nearest name or, if none is near, which names are known. Of
    many names, it lists only the most similar ones.
    """
    names = sorted(known)
    near = nearest(name, names)
    if near:
        return message("known.near", near=near)
    if not names:
        return message("known.none")
    shown, more = _nearest_first(name, names)
    if more:
        return message("known.some", names=shown, number=more)
    return message("known.all", names=shown)


def listed(name: str, known: Iterable[str]) -> str:
    """All known names, with commas between them; if there are many, the nearest ones and how many
    more: `a, b, and 5 more`.
    """
    shown, more = _nearest_first(name, sorted(known))
    return ", ".join(shown) + (f", and {more} more" if more else "")


def _nearest_first(name: str, names: list[str]) -> tuple[tuple[str, ...], int]:
    """All names or, if there are many, the nearest of them and the number of others."""
    if len(names) <= _MOST + 2:  # cutting a single name would save nothing
        return tuple(names), 0
    first = sorted(names, key=lambda each: -SequenceMatcher(None, each, name).ratio())[:_MOST]
    return tuple(first), len(names) - _MOST

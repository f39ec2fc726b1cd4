"""Suggestions for an unknown name: the nearest known one, or the known ones."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from engine.message import Message, finding, message

_ALIKE = 0.65
"""The least similarity; with a lower one `lost` would suggest `closed`, and `travel` `talk`."""
_MOST = 10


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was almost certainly meant; None if there is none."""
    names = [each for each in sorted(known) if _is_like(name, each)]
    return next(iter(get_close_matches(name, names, 1, _ALIKE)), None)


def _is_like(name: str, other: str) -> bool:
    """Whether two names are similar in each part: `step.travel.done` is not close to
    `step.talk.done`, however many letters they share. Always true if one name has more parts: such
    names are compared only as a whole.
    """
    parts, others = name.split("."), other.split(".")
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


def suggestion_here(word: str, known: Iterable[str]) -> Message:
    """A message: `did you mean` the nearest word or, if none is near, the words allowed there, as
    `listed` gives them.
    """
    names = sorted(known)
    if near := nearest(word, names):
        return message("known.near", near=near)
    return finding("known.here", names=listed(word, names) or "none")


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

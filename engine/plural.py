"""Counts in words: `1 case`, `2 cases`."""

from __future__ import annotations


def counted(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: `1 entry`, `1,200 entries`.

    Args:
        nouns: the plural, if it is not the noun with an `s`.
    """
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"

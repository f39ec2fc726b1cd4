"""Chance that is the same wherever it is asked: each question has its own answer.

What is drawn depends on the seed and on the names of what is asked, never on what was asked before.
So the same seed sends the same people through two designs of a pathway, and a difference between
the two comes from the designs, not from luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from math import log2
from typing import Protocol, TypeVar

T = TypeVar("T")
_ALL = float(1 << 64)
_LONGEST = 8.0
"""Times the median: who waits longer has come to the end of what a rate can say."""


class Draws(Protocol):
    """What a choice by chance needs: `random.Random`, or our own `Chance`."""

    def random(self) -> float: ...

    def choice(self, of: Sequence[T], /) -> T: ...


class Chance:
    """The draws about one thing: numbers from 0 up to 1, one after the other."""

    __slots__ = ("_drawn", "_name")

    def __init__(self, *names: object) -> None:
        self._name, self._drawn = "/".join(map(str, names)), 0

    def random(self) -> float:
        self._drawn += 1
        asked = f"{self._name}/{self._drawn}".encode()
        return int.from_bytes(blake2b(asked, digest_size=8).digest(), "big") / _ALL

    def choice(self, of: Sequence[T], /) -> T:
        return of[int(self.random() * len(of))]

    def weighted(self, of: Mapping[str, float]) -> str:
        """One of the words, each as often as its weight says; some weight is above 0."""
        at = self.random() * sum(of.values())
        for word, weight in of.items():
            at -= weight
            if at < 0:
                return word
        return [word for word in of if of[word] > 0][-1]  # rounding alone leads here

    def around(self, median: float) -> float:
        """A length of time: half are shorter than the median, few are much longer."""
        return median * min(-log2(1.0 - self.random()), _LONGEST)

"""Reproducible randomness: each question gets the same answer, whenever it is asked.

A draw depends on the seed and the name of the question, never on earlier draws. So the same seed
sends the same people through two designs of a pathway, and any difference comes from the designs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from math import log2
from typing import Protocol, TypeVar

T = TypeVar("T")
_ALL = float(1 << 64)
_LONGEST = 8.0
"""The longest wait, in multiples of the median; a rate cannot express a longer one."""


class Draws(Protocol):
    """What random decisions need: `random.Random`, or a `Chance`."""

    def random(self) -> float: ...

    def choice(self, of: Sequence[T], /) -> T: ...


class Chance:
    """The draws for one question: a sequence of numbers in [0, 1)."""

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
        """One of the words, with probability proportional to its weight. One weight must be above 0."""
        at = self.random() * sum(of.values())
        for word, weight in of.items():
            at -= weight
            if at < 0:
                return word
        return [word for word in of if of[word] > 0][-1]  # reached only through rounding

    def around(self, median: float) -> float:
        """A random length of time: half are below the median, a few up to eight times as long."""
        return median * min(-log2(1.0 - self.random()), _LONGEST)

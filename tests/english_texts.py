"""The English texts of the catalogue, to be looked for where somebody reads another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from wording.catalogues import catalogue

_SHORT = 4
"""Letters of a text that could stand in any language."""
_NOT_ENGLISH = ("in_english",)
"""What has no words of its own."""


def english(language: str, read: str) -> Iterator[re.Pattern[str]]:
    """Each English text of the catalogue that may be in what was read, with anything in its places,
    but for words that the other language has too."""
    others = _words_of(language)
    for code, texts in catalogue("en").texts.items():
        for text in texts if not code.startswith(_NOT_ENGLISH) else ():
            parts = _parts(text)
            # To look for each as a pattern takes longer than all that is read.
            if not all(part in read for part, _ in parts):
                continue
            words = " ".join(part for part, _ in parts).split()
            if sum(map(len, words)) > _SHORT and not others.issuperset(words):
                said = "".join(re.escape(part) + _in_place(spec) for part, spec in parts)
                yield re.compile(rf"(?<![\w.'-]){said}(?![\w-])")


@cache
def _words_of(language: str) -> frozenset[str]:
    said = " ".join(text for texts in catalogue(language).texts.values() for text in texts)
    return frozenset(re.findall(r"[\w'-]+", said))


@cache
def _parts(text: str) -> tuple[tuple[str, str | None], ...]:
    """What is written in a text, each time with what may stand after it."""
    return tuple((part, spec) for part, _, spec, _ in Formatter().parse(text))


def _in_place(spec: str | None) -> str:
    """What may stand in a place of a text: a number where it is written as one, otherwise anything."""
    if spec is None:
        return ""
    return r"[\d,]+" if spec == "," else r".+?"

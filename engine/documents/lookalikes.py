"""Finds letters of another alphabet that look like Latin ones and make a name unknown for no
visible reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from engine.documents.document import Document, Path
from engine.errors import Place, Problem
from engine.message import finding

_LATIN: Mapping[str, str] = {
    **dict(zip("аеорсухіјѕԁһвкмнтзьп", "aeopcyxijsdhbkmht3bn", strict=True)),
    **dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True)),  # noqa: RUF001 - they are meant
    **dict(zip("ανοικρτυχγηωβεμ", "avoikptuxynwbem", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),  # noqa: RUF001 - they are meant
}
"""Letters, Cyrillic and then Greek, with the Latin ones that they look like."""
_FOR_PEOPLE = frozenset({"title", "label", "source", "ask", "extends", "use"})
"""Keys whose values may be in any alphabet: texts for people, file names, and what is given to a
part.
"""
_FOREIGN = re.compile(f"[{''.join(_LATIN)}]")


def lookalikes(document: Document, *more: str) -> Iterator[Problem]:
    """A fault for each name, word or phrase of a file that contains such a letter, at the first
    such letter.

    Args:
        more: keys, besides those of a pathway, whose text may be in any alphabet.
    """
    yield from _within(document, document.root, (), _FOR_PEOPLE.union(more))


def _within(
    document: Document, node: object, path: Path, free: frozenset[str]
) -> Iterator[Problem]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            below = (*path, key)
            yield from _in_text(document, str(key), below, key=True)
            if key not in free:
                yield from _within(document, value, below, free)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _within(document, value, (*path, number), free)
    elif isinstance(node, str):
        yield from _in_text(document, node, path)


def _in_text(document: Document, text: str, path: Path, *, key: bool = False) -> Iterator[Problem]:
    found = _FOREIGN.search(text)
    if found is None:
        return
    letter = found[0]
    place = document.place(path, key=key, offset=0 if key else found.start())
    if key:
        place = Place(place.file, place.line, place.column + found.start())
    alphabet = unicodedata.name(letter).split()[0].capitalize()
    what = finding(
        "text.look_alike",
        letter=letter,
        alphabet=alphabet,
        latin=_LATIN[letter],
        text=text[:40],
    )
    yield Problem(place, what)

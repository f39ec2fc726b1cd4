"""Finds what looks like something else: letters of another alphabet, and signs that cannot be seen,
which make a name unknown for no visible reason; and quotes that YAML takes for part of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from ruamel.yaml.scalarstring import ScalarString

from engine.documents.document import Document, Path
from engine.errors import Place, Problem
from engine.message import Message, finding

_LATIN: Mapping[str, str] = {
    **dict(zip("аеорсухіјѕԁһвкмнтзьп", "aeopcyxijsdhbkmht3bn", strict=True)),
    **dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True)),  # noqa: RUF001 - they are meant
    **dict(zip("ανοικρτυχγηωβεμ", "avoikptuxynwbem", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),  # noqa: RUF001 - they are meant
}
"""Letters, Cyrillic and then Greek, with the Latin ones that they look like."""
FOR_PEOPLE = frozenset({"title", "label", "source", "ask", "extends", "use"})
"""Keys whose values may be in any alphabet: texts for people, file names, and what is given to a
part.
"""
_FOREIGN = re.compile(f"[{''.join(_LATIN)}]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_OWN_QUOTE = re.compile("[\u201c\u201d\u201e\u00ab\u2018\u201a\u2039]")
_ONE_QUOTE = re.compile(r"[^\"]*\"[^\"]*")


def lookalikes(document: Document, *more: str) -> Iterator[Problem]:
    """A fault for each name, word or phrase of a file that contains such a letter or sign, at the
    first one, and for each text that such a quote begins or a single `"` is left in.

    Args:
        more: keys, besides those of a pathway, whose text may be in any alphabet.
    """
    yield from _within(document, document.root, (), FOR_PEOPLE.union(more))


def _within(
    document: Document, node: object, path: Path, free: frozenset[str], *, is_free: bool = False
) -> Iterator[Problem]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            below = (*path, key)
            if not is_free:
                yield from _in_text(document, str(key), below, key=True)
            yield from _within(document, value, below, free, is_free=is_free or key in free)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _within(document, value, (*path, number), free, is_free=is_free)
    elif isinstance(node, str):
        if quote := _quote(node):
            yield Problem(document.place(path), quote)
        elif not is_free:
            yield from _in_text(document, node, path)


def _quote(text: str) -> Message | None:
    """What is wrong with the quotes of a text that YAML does not take for quoted."""
    if isinstance(text, ScalarString):
        return None
    if _OWN_QUOTE.match(text):
        return finding("slip.quote")
    return finding("text.one_quote") if _ONE_QUOTE.fullmatch(text) else None


def _in_text(document: Document, text: str, path: Path, *, key: bool = False) -> Iterator[Problem]:
    found = _FOREIGN.search(text) or _INVISIBLE.search(text)
    if found is None:
        return
    letter = found[0]
    place = document.place(path, key=key, offset=0 if key else found.start())
    if key:
        place = Place(place.file, place.line, place.column + found.start())
    if letter not in _LATIN:
        character = f"U+{ord(letter):04X}"
        yield Problem(place, finding("yaml.invisible_character", character=character))
        return
    alphabet = unicodedata.name(letter).split()[0].capitalize()
    what = finding(
        "text.look_alike",
        letter=letter,
        alphabet=alphabet,
        latin=_LATIN[letter],
        text=text[:40],
    )
    yield Problem(place, what)

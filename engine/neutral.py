"""Words that a notice must not contain, because others may see it on a screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stems: tuple[str, ...]
    words: tuple[str, ...]
    spelled: tuple[str, ...]


def forbidden_words(text: str) -> tuple[str, ...]:
    """The words of a text that are not neutral, as they are written; empty if the text may be sent.

    Every language is checked, whichever the text is in. Source: domain rules D4 and F47.
    """
    plain, spelled = _patterns()
    text = unicodedata.normalize("NFC", text)
    found = {
        match.start(): text[match.start() : match.end()]
        for pattern, form in ((plain, _without_accents(text)), (spelled, text))
        for match in pattern.finditer(form)
    }
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def _without_accents(text: str) -> str:
    # Letter for letter, so that a position found here is the same position in the text.
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    from ruamel.yaml import YAML  # slow to import, and most commands need no words

    text = files("engine").joinpath("neutral.yaml").read_text(encoding="utf-8")
    lists = msgspec.convert(YAML(typ="safe", pure=True).load(text), _Lists)
    plain = [rf"{_without_accents(stem)}\w*" for stem in lists.stems]
    plain += [_without_accents(word) for word in lists.words]
    return _any_of(plain), _any_of(lists.spelled)


def _any_of(alternatives: Iterable[str]) -> re.Pattern[str]:
    # To `\b` an underscore is a letter; here it separates words, as in the names of steps.
    joined = "|".join(each.replace(" ", r"[\W_]+") for each in alternatives)
    return re.compile(rf"(?<![^\W_])(?:{joined})(?![^\W_])", re.IGNORECASE)

"""The texts of a language by code, from `wording/LANGUAGE.po`.

Babel can read these files too, but importing it takes longer than reading one. A test compares the two results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import NamedTuple

LANGUAGES = ("en", "fr", "pt")
"""The languages that have a catalogue."""
FINDINGS = "findings"
"""The catalogue of findings in coordinators' files, in English only, like the files."""
_WORD = re.compile(r'^(msgctxt|msgid|msgstr)(?:\[\d\])? (".*"(?:\n".*")*)$', re.MULTILINE)
_FORM = re.compile(r"plural=(.*);")


class Catalogue(NamedTuple):
    """The texts of one language."""

    texts: Mapping[str, tuple[str, ...]]
    """The texts by code: a single text, or one for each plural form."""
    form: Callable[[int], int]
    """Chooses the plural form for a number."""

    def text(self, code: str, number: object = None) -> str:
        """The text of a code; empty if there is none.

        Args:
            number: selects singular or plural.
        """
        found = self.texts.get(code, ("",))
        return found[self.form(number) if isinstance(number, int) and found[1:] else 0]


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of one of `LANGUAGES`, or of findings."""
    written = files("wording").joinpath(f"{name}.po").read_text(encoding="utf-8")
    texts: dict[str, tuple[str, ...]] = {}
    context = code = ""
    for word, quoted in _WORD.findall(written):
        text = _unquoted(quoted)
        match word:
            case "msgctxt":
                context = text
            case "msgid":
                code, context = within(context, text), ""
            case _:
                texts[code] = (*texts.get(code, ()), text)
    (head,) = texts.pop("")
    return Catalogue(texts, c2py(_FORM.findall(head)[0]))


def _unquoted(lines: str) -> str:
    """The text between the quotes; only a few texts have to be read as JSON."""
    if "\\" in lines:
        return "".join(map(json.loads, lines.splitlines()))
    return lines[1:-1].replace('"\n"', "")


def within(context: str, text: str) -> str:
    """The code of a text within a context; without a context, the text itself."""
    return f"{context}\x04{text}" if context else text

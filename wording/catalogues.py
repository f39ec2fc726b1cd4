"""The texts of a language by their codes, as they stand in `wording/LANGUAGE.po`.

Babel reads these files too, but to import it takes longer than to read one. A test holds what is read
here against what Babel reads.
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
"""Those that have a catalogue."""
FINDINGS = "findings"
"""The catalogue of what is found in files that coordinators write: in English alone, as those are."""
_WORD = re.compile(r'^(msgctxt|msgid|msgstr)(?:\[\d\])? (".*"(?:\n".*")*)$', re.MULTILINE)
_FORM = re.compile(r"plural=(.*);")


class Catalogue(NamedTuple):
    """The words of one language."""

    texts: Mapping[str, tuple[str, ...]]
    """By code: one text, or one for each form of a number."""
    form: Callable[[int], int]
    """Which of several texts a number takes."""

    def text(self, code: str, number: object = None) -> str:
        """Empty where it has no such code.

        Args:
            number: by which singular and plural are told apart.
        """
        found = self.texts.get(code, ("",))
        return found[self.form(number) if isinstance(number, int) and found[1:] else 0]


@cache
def catalogue(name: str) -> Catalogue:
    """The words of one of `LANGUAGES`, or of findings."""
    written = files("wording").joinpath(f"{name}.po").read_text(encoding="utf-8")
    texts: dict[str, tuple[str, ...]] = {}
    context = code = ""
    for word, quoted in _WORD.findall(written):
        text = "".join(map(json.loads, quoted.splitlines()))
        match word:
            case "msgctxt":
                context = text
            case "msgid":
                code, context = within(context, text), ""
            case _:
                texts[code] = (*texts.get(code, ()), text)
    (head,) = texts.pop("")
    return Catalogue(texts, c2py(_FORM.findall(head)[0]))


def within(context: str, text: str) -> str:
    """The code of a text in a context; of one without a context, the text itself."""
    return f"{context}\x04{text}" if context else text

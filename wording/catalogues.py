"""The texts of a language by code, from `wording/LANGUAGE.po`.

Babel can read these files too, but importing Babel takes longer than reading one here. A test
checks that both ways give the same texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("en", "fr", "pt")
"""The languages that have a catalogue."""
FINDINGS = "findings"
"""The name of the catalogue of findings in coordinators' files, in English only, like the files."""
_CATALOGUES = Path(__file__).parent
_ENTRY = re.compile(
    r"""^(?:msgctxt\ "(?P<context>.*)"\n)?
    msgid\ (?P<code>".*"(?:\n".*")*)\n
    (?:msgid_plural\ .*\n)?
    (?P<texts>msgstr.*(?:\n.+)*)""",
    re.MULTILINE | re.VERBOSE,
)
_TEXT = re.compile(r'^msgstr(?:\[\d\])? (".*"(?:\n".*")*)$', re.MULTILINE)
_FORM = re.compile(r"plural=(.*);")


class _Texts(Mapping[str, tuple[str, ...]]):
    """The texts by code. Each is parsed when it is first asked for, since a command needs few."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self._written = written
        self._read: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, code: str) -> tuple[str, ...]:
        known = self._read.get(code)
        if known is None:
            known = tuple(map(_unquoted, _TEXT.findall(self._written[code])))
            self._read[code] = known
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)


class Catalogue(NamedTuple):
    """The texts of one language."""

    texts: Mapping[str, tuple[str, ...]]
    """The texts by code: a single text, or one for each plural form."""
    form: Callable[[int], int]
    """Chooses the plural form for a number."""

    def text(self, code: str, number: object = None) -> str:
        """The text of a code; empty if there is none.

        Args:
            number: selects the plural form; without an integer, the first form is returned.
        """
        found = self.texts.get(code, ("",))
        return found[self.form(number) if isinstance(number, int) and found[1:] else 0]


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of one of `LANGUAGES`, or of findings."""
    written = (_CATALOGUES / f"{name}.po").read_text(encoding="utf-8")
    entries = {
        within(context, _unquoted(code)): texts for context, code, texts in _ENTRY.findall(written)
    }
    head = _unquoted(_TEXT.findall(entries.pop(""))[0])
    return Catalogue(_Texts(entries), c2py(_FORM.findall(head)[0]))


def _unquoted(lines: str) -> str:
    """The text between the quotes. Only text with a backslash is parsed as JSON, which is slow."""
    if "\\" in lines:
        return "".join(map(json.loads, lines.splitlines()))
    return lines[1:-1].replace('"\n"', "")


def within(context: str, text: str) -> str:
    """The code of a text within a context; without a context, the text itself."""
    return f"{context}\x04{text}" if context else text

"""Puts messages into the words of a language: `refused.not_open.step` becomes `screen has no open
task`.

The texts are in `LANGUAGE.po`. Findings are in `findings.po`, in English only, because coordinators
write pathways in English. The second line of a finding's text is the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from string import Formatter
from typing import Any, Literal, NamedTuple

from engine.errors import Coded, CodedError, DefinitionError, InWords, Problem
from engine.locales import base_of, locale_of
from engine.message import Message, message
from engine.translation import OWN, Translation
from wording.catalogues import FINDINGS, LANGUAGES, catalogue, within


def in_words(said: Message, language: str = OWN, names: Translation | None = None) -> str:
    """A message in words. If the language has no text for it, the whole message is in English.

    Args:
        language: the reader's language; `fr-CI` means `fr`, and a language without a catalogue
            gives English.
        names: the texts for parts of the pathway that the message mentions; without them, parts are
            named as in the pathway's file.

    Raises:
        KeyError: there is no text for its code.
    """
    text, spoken = _text(said, spoken_here(base_of(language)))
    return _Sentence(spoken, names).vformat(text.partition("\n")[0], (), said.values)


def mended(message: Message) -> str:
    """The remedy of a finding; empty if it has none."""
    text, spoken = _text(message, OWN)
    return _Sentence(spoken).vformat(text.partition("\n")[2], (), message.values)


def as_line(message: Message, language: str = OWN, names: Translation | None = None) -> str:
    """A message that stands alone in a list, so it begins with a capital."""
    said = in_words(message, language, names)
    return f"{said[:1].upper()}{said[1:]}"


def told(error: InWords, language: str = OWN, *, on_page: bool = False) -> str:
    """The text of an error; for faults in a definition, a line for each.

    Args:
        on_page: true for a reader who has no commands, because they use web pages or a program of
        their own.
    """
    match error:
        case Coded(message=said, pathway=pathway):
            said = _without_commands(said) if on_page else said
            return in_words(said, language, pathway.spoken(language) if pathway else None)
        case DefinitionError(problems=problems):
            return "\n".join(placed(each, language) for each in problems)
    return str(error)


def _without_commands(said: Message) -> Message:
    """The variant of the message for readers without commands; if there is none, the message
    itself.
    """
    code = f"on_page.{said.code}"
    return Message(code, said.values) if code in catalogue(OWN).texts else said


def placed(problem: Problem, language: str = OWN) -> str:
    """A fault in a definition, with its place in front and any remedy after it."""
    return f"{problem.place}: {in_full(problem.message, language)}"


def in_full(message: Message, language: str = OWN) -> str:
    """A fault, with its remedy in brackets if it has one."""
    sentence, remedy = in_words(message, language), mended(message)
    return f"{sentence} ({remedy})" if remedy else sentence


def helped(text: str, language: str) -> str:
    """Translate a help text, which is declared in English, paragraph by paragraph. A paragraph
    without a translation stays in English.
    """
    words, paragraphs = catalogue(spoken_here(base_of(language))), text.split("\n\n")
    return "\n\n".join(words.text(help_code(each)) or each for each in paragraphs)


def help_code(paragraph: str) -> str:
    """The code by which a paragraph of help is found, however its lines are broken."""
    return within("help", " ".join(paragraph.split()))


def spoken_here(language: str) -> str:
    """The language itself if it has a catalogue; else English."""
    return language if language in LANGUAGES else OWN


def _text(message: Message, language: str) -> tuple[str, str]:
    """The text of a message, and the language it is in."""
    if message.code.startswith("finding."):
        catalogues = {FINDINGS: OWN}
    else:
        catalogues = {language: language, OWN: OWN}
    for name, spoken in catalogues.items():
        if text := catalogue(name).text(message.code, message.values.get("n")):
            return text, spoken
    raise KeyError(message.code)


_PARTS = ("steps", "stages", "interrupts", "ends")
NAMED: Mapping[str, Sequence[str]] = {
    "about": (*_PARTS, "clocks", "consent_titles"),
    "after": _PARTS,
    "allowed": ("words",),
    "basis": ("bases",),
    "before": ("ends",),
    "by": ("roles",),
    "choice": ("choices",),
    "clock": ("clocks",),
    "consent": ("consent_titles",),
    "consents": ("consent_titles",),
    "done": ("steps",),
    "end": ("ends",),
    "ends": ("ends",),
    "field": ("data",),
    "fields": ("data",),
    "first": _PARTS,
    "interrupt": ("interrupts",),
    "name": (*_PARTS, "roles", "clocks"),
    "named": ("data", "clocks"),
    "names": (*_PARTS, "roles", "data"),
    "nobodys": ("roles",),
    "of": _PARTS,
    "outcome": ("words",),
    "passed": _PARTS,
    "reason": ("reasons",),
    "related": ("related",),
    "reasons": ("reasons",),
    "role": ("roles",),
    "roles": ("roles",),
    "side": ("sides",),
    "sides": ("sides",),
    "stage": ("stages",),
    "stages": ("stages",),
    "step": _PARTS,
    "taken": _PARTS,
    "type": ("role_types",),
    "views": ("views",),
    "word": ("words", "reasons"),
    "words": ("words",),
}
"""The message values that are names. Each has the sections of a translation in which its words are
looked up; a section may also be a key of `OURS`.
"""
OURS: Mapping[str, Callable[[str], Message]] = {
    "reasons": lambda word: message(f"reason.{word}"),
    "related": lambda word: message(f"related.{word}"),
    "views": lambda word: message(f"view.{word}"),
}
"""The messages for words that no pathway declares: why something is declined or overridden, an
interrupt is raised or a case is reopened; how two cases, or the people in them, are related; and
what a person thinks of a guardian's answer.
"""


class _Sentence(Formatter):
    """Fills values into a text. `{at}` becomes a date and time; `{names}` a list with commas,
    `{names:and}` a list with `and`, `{names:or}` one with `or`, `{names:`or}` one with `or` and
    each name in backticks; `{fault:mend}` the remedy of a fault; `{n:,}` a number; `{days:decimal}`
    a fraction as the language writes it; `{period:period}`, `{condition:condition}` and
    `{compared:subject}` a phrase of the pathway; `{field:typed}` a name that the reader types.
    """

    def __init__(self, language: str, names: Translation | None = None) -> None:
        self.language, self.names = language, names

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        value = kwargs[str(key)]
        sections = NAMED.get(str(key))
        if sections is None or isinstance(value, Message | date):
            return value
        if isinstance(value, tuple | list):
            return [each if isinstance(each, Message) else _Name(each, sections) for each in value]
        return _Name(value, sections)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple | list) and not isinstance(value, _Name):
            return self._listed(value, format_spec)  # a list may have been read from a record
        if isinstance(value, _Name):
            return self._named(value, format_spec)
        if format_spec in _PHRASES and isinstance(value, str):
            return self._phrase(value, format_spec)
        if isinstance(value, Message):
            return mended(value) if format_spec == "mend" else self._said(value)
        if isinstance(value, int | float):
            return self._number(value) if format_spec == "decimal" else format(value, format_spec)
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M %Z}"
        return value.isoformat() if isinstance(value, date) else str(value)

    def _number(self, value: float) -> str:
        from babel.numbers import format_decimal  # slow to import, and few messages have a fraction

        return format_decimal(value, locale=locale_of(self.language))

    def _said(self, message: Message) -> str:
        return in_words(message, self.language, self.names)

    def _named(self, name: _Name, how: str) -> str:
        """The text for a name of the pathway; if it has none, the name itself. A name that the
        reader has to type is given with its text.
        """
        if how in _PHRASES:
            return self._phrase(name.code, how)
        label = self.names.called(name.code, name.sections) if self.names else ""
        of_ours = "" if label else self._of_ours(name)
        if not (label or of_ours):
            return str(name.code)
        if how == "typed":
            return self._said(message("typed_as", code=name.code, label=label or of_ours))
        return of_ours or self._said(message("quoted", label=label))

    def _of_ours(self, name: _Name) -> str:
        """The text of a word that no pathway declares, such as a reason for declining; empty if it
        is no such word.
        """
        found = (OURS[each](name.code) for each in name.sections if each in OURS)
        known = catalogue(OWN).texts
        return next((self._said(each) for each in found if each.code in known), "")

    def _phrase(self, written: str, how: str) -> str:
        """A phrase of the pathway in words. A phrase that this version of Onward can no longer
        read is left as it was written.
        """
        from wording import phrases  # its parser is slow to import, and few messages need it

        try:
            return self._said(getattr(phrases, how)(written))
        except CodedError:
            return written

    def _listed(self, values: Sequence[Any], style: str) -> str:
        """A list with the language's `and` or `or`, if the style names one. Otherwise its parts are
        separated by commas, or by semicolons if any is a message.
        """
        quote, style = ("`" if style.startswith("`") else ""), style.removeprefix("`")
        of_each = "" if style in ("and", "or") else style
        words = [f"{quote}{self.format_field(each, of_each)}{quote}" for each in values]
        if style in ("and", "or") and len(words) > 1:
            from babel.lists import format_list

            how: Literal["standard", "or"] = "or" if style == "or" else "standard"
            return format_list(words, style=how, locale=self.language)
        if not any(isinstance(each, Message) for each in values):
            return ", ".join(words)
        return reduce(lambda one, next_: self._said(message("joined", one=one, next=next_)), words)


class _Name(NamedTuple):
    """A name in a sentence, with the sections of a translation that may have words for it."""

    code: Any
    sections: Sequence[str]


_PHRASES = frozenset({"period", "condition", "subject"})
"""The functions of `phrases` that put a phrase of the pathway into words."""

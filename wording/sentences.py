"""A message in the words of a language: `refused.not_open.task` as `screen has no open task`.

The texts are in `LANGUAGE.po`. Findings are in `findings.po`, in English only, because coordinators
write pathways in English. The second line of a finding is the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from string import Formatter
from typing import Any, Literal

from engine.errors import CodedError, DefinitionError, InWords, Problem
from engine.message import Message
from engine.translation import OWN, base_of
from wording.catalogues import FINDINGS, LANGUAGES, catalogue, within


def in_words(message: Message, language: str = OWN) -> str:
    """A message in words. If the language has no text for it, the whole message is in English.

    Args:
        language: `fr-CI` is `fr`; one without a catalogue is English.
    """
    text, spoken = _text(message, spoken_here(base_of(language)))
    return _Sentence(spoken).vformat(text.partition("\n")[0], (), message.values)


def mended(message: Message) -> str:
    """The remedy of a finding; empty if it has none."""
    text, spoken = _text(message, OWN)
    return _Sentence(spoken).vformat(text.partition("\n")[2], (), message.values)


def as_line(message: Message, language: str = OWN) -> str:
    """A message that stands by itself in a list: it begins with a capital."""
    said = in_words(message, language)
    return f"{said[:1].upper()}{said[1:]}"


def told(error: InWords, language: str = OWN) -> str:
    """The text of an error."""
    match error:
        case CodedError(message=message):
            return in_words(message, language)
        case DefinitionError(problems=problems):
            return "\n".join(placed(each, language) for each in problems)
    return str(error)


def placed(problem: Problem, language: str = OWN) -> str:
    """A fault in a definition, with its place and remedy."""
    return f"{problem.place}: {in_full(problem.message, language)}"


def in_full(message: Message, language: str = OWN) -> str:
    """A fault and its remedy."""
    sentence, remedy = in_words(message, language), mended(message)
    return f"{sentence} ({remedy})" if remedy else sentence


def helped(text: str, language: str) -> str:
    """A text of help that is declared in English: each of its paragraphs that has words in a language."""
    words, paragraphs = catalogue(spoken_here(base_of(language))), text.split("\n\n")
    return "\n\n".join(words.text(help_code(each)) or each for each in paragraphs)


def help_code(paragraph: str) -> str:
    """By which a paragraph of help is found, however its lines are broken."""
    return within("help", " ".join(paragraph.split()))


def spoken_here(language: str) -> str:
    """The nearest language that has a catalogue."""
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


class _Sentence(Formatter):
    """Fills a text with values: `{at}` a moment, `{names}` a list, `{names:or}` one of several,
    `{names:`or}` each of them between backticks, `{fault:mend}` how to mend it, `{n:,}` a number.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple | list):  # a list was read from a record
            quote = "`" if format_spec.startswith("`") else ""
            words = [f"{quote}{self.format_field(each, '')}{quote}" for each in value]
            return self._listed(words, value, format_spec.removeprefix("`"))
        if isinstance(value, Message):
            return mended(value) if format_spec == "mend" else in_words(value, self.language)
        if isinstance(value, int | float):
            return format(value, format_spec)
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M %Z}"
        return value.isoformat() if isinstance(value, date) else str(value)

    def _listed(self, words: list[str], of: Sequence[Any], style: str) -> str:
        """With `and` or `or` as in the language; sentences are separated by semicolons."""
        if style and len(words) > 1:
            from babel.lists import format_list

            how: Literal["standard", "or"] = "or" if style == "or" else "standard"
            return format_list(words, style=how, locale=self.language)
        return ("; " if any(isinstance(each, Message) for each in of) else ", ").join(words)

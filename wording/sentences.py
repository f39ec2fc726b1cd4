"""A message in the words of a language: `refused.not_open.task` as `screen has no open task`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from string import Formatter
from typing import Any, Literal

from msgspec.structs import replace

from engine.errors import CodedError, DefinitionError, InWords, Problem
from engine.message import Message
from engine.translation import OWN, base_of
from wording.catalogues import LANGUAGES, catalogue


def in_words(message: Message, language: str = OWN) -> str:
    """A message as it is read. What has no words in the language yet is said in English.

    Args:
        language: `fr-CI` is `fr`; one without a catalogue is English.
    """
    spoken = spoken_here(base_of(language))
    return _Sentence(spoken).vformat(_text(message, spoken), (), message.values)


def told(error: InWords, language: str = OWN) -> str:
    """Why something was not done, as it is read."""
    match error:
        case CodedError(message=message):
            return in_words(message, language)
        case DefinitionError(problems=problems):
            return "\n".join(placed(each, language) for each in problems)
    return str(error)


def placed(problem: Problem, language: str = OWN) -> str:
    """What is wrong in a definition, with its place and how to mend it."""
    if isinstance(problem.message, Message):
        problem = replace(problem, message=in_words(problem.message, language))
    return str(problem)


def spoken_here(language: str) -> str:
    """The language in which it is said here: one that has a catalogue."""
    return language if language in LANGUAGES else OWN


def _text(message: Message, language: str) -> str:
    for each in (language, OWN):
        if text := catalogue(each).text(message.code, message.values.get("n")):
            return text
    raise KeyError(message.code)


class _Sentence(Formatter):
    """Fills a text with values: `{at}` a moment, `{names}` a list, `{names:or}` one of several."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple | list):  # a list was read from a record
            return self._listed([self.format_field(each, "") for each in value], value, format_spec)
        if isinstance(value, Message):
            return in_words(value, self.language)
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M %Z}"
        return value.isoformat() if isinstance(value, date) else str(value)

    def _listed(self, words: list[str], of: Sequence[Any], style: str) -> str:
        """`and` and `or` as the language has them; sentences are parted by semicolons."""
        if style:
            from babel.lists import format_list

            how: Literal["standard", "or"] = "or" if style == "or" else "standard"
            return format_list(words, style=how, locale=self.language)
        return ("; " if any(isinstance(each, Message) for each in of) else ", ").join(words)

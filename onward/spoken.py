"""Puts messages into words, in the language of whoever reads them."""

from __future__ import annotations

import os
from contextvars import ContextVar

from engine.errors import Coded, DefinitionError, InWords, Problem
from engine.locales import base_of
from engine.message import Message
from engine.translation import OWN, Translation

_ASKED_FOR: ContextVar[str] = ContextVar("_ASKED_FOR", default="")
"""The language given to the command; empty if none is."""
_OF_AGENCY: ContextVar[str] = ContextVar("_OF_AGENCY", default="")
"""The language of the acting agency; empty if no agency acts."""
_SAID: ContextVar[frozenset[str]] = ContextVar("_SAID", default=frozenset())
"""Lines that the command has printed, of those that it prints only once."""


def nobody_reads() -> None:
    """Forget the languages of the previous command, and what it said."""
    _ASKED_FOR.set("")
    _OF_AGENCY.set("")
    _SAID.set(frozenset())


def read_in(language: str) -> None:
    """Set the language that the command names."""
    _ASKED_FOR.set(language)


def read_by_agency(language: str) -> None:
    """Set the language of the acting agency."""
    _OF_AGENCY.set(language)


def spoken(message: Message, names: Translation | None = None) -> str:
    """A message in the reader's words.

    Args:
        names: the texts for parts of the pathway that the message mentions; without them, parts are
            named as in the pathway's file.
    """
    from wording import sentences  # most commands print nothing of this kind

    return sentences.in_words(message, language(), names)


def say(code: str, /, **values: object) -> str:
    """The message of a code, in the reader's words: `say("told.recorded", case="7K2F-9QXM")`."""
    return spoken(Message(code, values))


def is_new(said: str) -> bool:
    """Whether the command says this for the first time. Asking counts as saying it."""
    before = _SAID.get()
    _SAID.set(before | {said})
    return said not in before


def as_line(message: Message) -> str:
    """A message that stands alone in a list, in the reader's words."""
    from wording import sentences

    return sentences.as_line(message, language())


def helped(text: str) -> str:
    """A help text in the reader's language; in English, as declared, if it has no translation."""
    if base_of(language()) == OWN:
        return text  # English needs no catalogue
    from wording import sentences

    return sentences.helped(text, language())


def told(error: InWords) -> str:
    """The text of an error."""
    if not isinstance(error, DefinitionError | Coded):
        return str(error)  # needs no catalogue, which few commands have loaded
    from wording import sentences

    return sentences.told(error, language())


def placed(problem: Problem) -> str:
    """A fault in a definition, or a missed expectation, in words, with its place."""
    from wording import sentences

    return sentences.placed(problem, language())


def in_full(message: Message) -> str:
    """The words of a fault, with its remedy."""
    from wording import sentences

    return sentences.in_full(message, language())


def language() -> str:
    """The language given to the command or in the environment, or else the agency's; English
    otherwise.
    """
    environment = os.environ.get("ONWARD_LANGUAGE", "")
    return _ASKED_FOR.get() or environment or _OF_AGENCY.get() or OWN

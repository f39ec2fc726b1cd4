"""What people are told, in the language of who asks."""

from __future__ import annotations

import os
from contextvars import ContextVar

from engine.errors import CodedError, DefinitionError, InWords, Problem
from engine.message import Message
from engine.translation import OWN

_ASKED_FOR: ContextVar[str] = ContextVar("_ASKED_FOR", default="")
"""The language that a command names."""
_OF_AGENCY: ContextVar[str] = ContextVar("_OF_AGENCY", default="")
"""That in which the agency reads which acts."""


def nobody_reads() -> None:
    """What the command before was asked for holds no more."""
    _ASKED_FOR.set("")
    _OF_AGENCY.set("")


def read_in(language: str) -> None:
    """The command names the language of its answer."""
    _ASKED_FOR.set(language)


def read_by_agency(language: str) -> None:
    """An agency acts that reads in that language."""
    _OF_AGENCY.set(language)


def spoken(message: Message) -> str:
    """A message as it is read."""
    from wording import sentences  # most commands have nothing of this to say

    return sentences.in_words(message, language())


def told(error: InWords) -> str:
    """Why something was not done, as it is read."""
    if not isinstance(error, DefinitionError | CodedError):
        return str(error)  # it needs no catalogue, and few commands have imported what one needs
    from wording import sentences

    return sentences.told(error, language())


def placed(problem: Problem) -> str:
    """What is wrong in a definition, or what a scenario has missed, as it is read."""
    from wording import sentences

    return sentences.placed(problem, language())


def in_full(message: Message) -> str:
    """What is wrong, and how to mend it."""
    from wording import sentences

    return sentences.in_full(message, language())


def language() -> str:
    """That which the command names, or the environment, or that of the agency; English otherwise."""
    environment = os.environ.get("ONWARD_LANGUAGE", "")
    return _ASKED_FOR.get() or environment or _OF_AGENCY.get() or OWN

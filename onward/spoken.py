"""What people are told, in the language of who asks."""

from __future__ import annotations

import os
from contextvars import ContextVar

from engine.errors import DefinitionError, InWords, Problem, Refusal
from engine.message import Message

READ_IN: ContextVar[str] = ContextVar("READ_IN", default="")
"""The language for which a command was asked; that of the environment where it is empty."""


def spoken(message: Message) -> str:
    """A message as it is read."""
    from wording import sentences  # most commands have nothing of this to say

    return sentences.in_words(message, language())


def told(error: InWords) -> str:
    """Why something was not done, as it is read."""
    if not isinstance(error, DefinitionError | Refusal):
        return str(error)  # it needs no catalogue, and few commands have imported what one needs
    from wording import sentences

    return sentences.told(error, language())


def placed(problem: Problem) -> str:
    """What is wrong in a definition, or what a scenario has missed, as it is read."""
    from wording import sentences

    return sentences.placed(problem, language())


def language() -> str:
    """That of who asks, as it is set for the command, or for all of them."""
    return READ_IN.get() or os.environ.get("ONWARD_LANGUAGE", "")

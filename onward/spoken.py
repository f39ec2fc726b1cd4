"""What people are told, in the language of who asks."""

from __future__ import annotations

import os

from engine.errors import InWords, Problem
from engine.message import Message


def spoken(message: Message) -> str:
    """A message as it is read."""
    from wording import sentences

    return sentences.in_words(message, language())


def told(error: InWords) -> str:
    """Why something was not done, as it is read."""
    from wording import sentences  # most commands are refused nothing

    return sentences.told(error, language())


def placed(problem: Problem) -> str:
    """What is wrong in a definition, or what a scenario has missed, as it is read."""
    from wording import sentences

    return sentences.placed(problem, language())


def language() -> str:
    """That of who asks, as it is set for the command."""
    return os.environ.get("ONWARD_LANGUAGE", "")

"""What people are told, in the language of who asks."""

from __future__ import annotations

import os

from engine.errors import InWords, Refusal
from engine.message import Message


def spoken(message: Message) -> str:
    """A message as it is read."""
    from wording.sentences import in_words  # most commands are refused nothing

    return in_words(message, _language())


def told(error: InWords) -> str:
    """Why something was not done, as it is read."""
    return spoken(error.message) if isinstance(error, Refusal) else str(error)


def _language() -> str:
    return os.environ.get("ONWARD_LANGUAGE", "")

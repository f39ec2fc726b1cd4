"""The texts that managers read in Prefect. Each has a code, under which it is in the catalogue."""

from __future__ import annotations

from engine.message import Message
from wording.sentences import as_line


def say(code: str, /, **values: object) -> str:
    """The message of a code, in English: Prefect has one shared screen."""
    return as_line(Message(code, values))

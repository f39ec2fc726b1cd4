"""Messages: a code and values, turned into words where they are read, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec


class Message(msgspec.Struct, frozen=True):
    """A sentence before it is put into words. Its values hold nothing personal: only names from the
    pathway or registry, codes, numbers and moments.
    """

    code: str
    """Its key in the catalogues: `refused.not_open.task`."""
    values: Mapping[str, object] = {}
    """By their names in the catalogues: texts, numbers, days, moments with a zone, messages, or
    tuples of these. `n` selects singular or plural.
    """

    def __hash__(self) -> int:
        """By the code alone: a mapping has no hash, and messages of one code are rarely compared."""
        return hash(self.code)

    def __str__(self) -> str:
        """The code and values, for programmers and logs."""
        values = " ".join(f"{name}={_plain(value)}" for name, value in self.values.items())
        return f"{self.code} {values}".rstrip()


Say = Callable[[Message], str]
"""Turns a message into a sentence in the reader's language; provided by the outermost rooms."""


def message(code: str, /, **values: object) -> Message:
    """A message, as in `message("why.now.ended", end="returned")`. A test checks codes and values
    against the catalogues.
    """
    return Message(code, values)


def finding(code: str, /, **values: object) -> Message:
    """A message about something wrong, or worth a look, in a file that a coordinator writes:
    `finding("stage.ends_at_once")`.

    Its text also says how to mend it. A name that does not exist is passed as the value `missing`.
    """
    return Message(f"finding.{code}", values)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return f"({value})" if isinstance(value, Message) else str(value)

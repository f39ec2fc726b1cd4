"""What somebody is to be told: a code, and the values that stand in it. The words of it are made
where it is read, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Message(msgspec.Struct, frozen=True):
    """A sentence without its words. Nothing personal stands in its values: names that the pathway or
    the registry gives, codes, numbers, moments.
    """

    code: str
    """In the catalogues: `refused.not_open.task`."""
    values: Mapping[str, object] = {}
    """By their names in the catalogues: texts, numbers, days, moments (aware), messages, tuples of
    these. `n` is the number by which singular and plural are told apart.
    """

    def __hash__(self) -> int:
        """Values may be mappings and lists; two messages with one code are rarely compared."""
        return hash(self.code)

    def __str__(self) -> str:
        """For programmers and logs: the code and the values."""
        values = " ".join(f"{name}={_plain(value)}" for name, value in self.values.items())
        return f"{self.code} {values}".rstrip()


def message(code: str, /, **values: object) -> Message:
    """`message("why.after", step="screen")`; a test holds codes and values against the catalogues."""
    return Message(code, values)


def finding(code: str, /, **values: object) -> Message:
    """What is wrong in a file that a coordinator writes, or worth a look: `finding("stage.ends_at_once")`.

    Its words say how to mend it too. A name that leads nowhere is its value `missing`.
    """
    return Message(f"finding.{code}", values)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return f"({value})" if isinstance(value, Message) else str(value)

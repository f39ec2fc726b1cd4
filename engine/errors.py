"""The engine's errors, and how they are worded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from engine.message import Message, message

if TYPE_CHECKING:
    from engine.pathway import Pathway


class InWords(Exception):
    """An error whose text is meant for the user: what is wrong, where, and how to mend it. It
    contains nothing personal. The base class of every room's errors.
    """


class EngineError(InWords):
    """The engine cannot go on."""


class Place(msgspec.Struct, frozen=True):
    """A place in a text: `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong, or worth a look, in a file that a coordinator writes: where, and
    what.
    """

    place: Place
    message: Message
    """A finding, which also says how to mend it, or the reason for a refusal."""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DefinitionError(EngineError):
    """A file that a coordinator writes cannot be used; `problems` lists the faults found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class Coded(InWords):
    """An error with a code and values, worded when it is read."""

    pathway: Pathway | None = None
    """The pathway that the names among its values come from; None if no pathway is known."""

    def __init__(self, said: Message) -> None:
        self.message = said
        super().__init__(said.code)

    def __str__(self) -> str:
        return str(self.message)


class CodedError(Coded, EngineError):
    """The engine cannot go on; the reason has a code."""


class ExpressionError(CodedError):
    """An expression cannot be read; `column` counts from 1 within its text."""

    def __init__(self, what: Message, *, column: int = 1) -> None:
        self.column = column
        super().__init__(what)


class Refusal(CodedError):
    """A command was refused, and nothing was done.

    Args:
        code: the reason, a stable word for programs, followed by the variant if it has several
            sentences: `not_open.task`.
        values: the values in the sentence; never a person's name or anything somebody wrote.
    """

    tells_oversight = True
    """Whether oversight hears of a refusal to say that there is such a case."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.reason = code.partition(".")[0]
        super().__init__(Message(f"refused.{code}", values))


class SpeakingOf:
    """A context in which errors with a code are worded in the terms of a pathway."""

    __slots__ = ("_pathway",)

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Coded):
            error.pathway = self._pathway


def message_of(error: InWords) -> Message:
    """What an error says: its code and values, the faults of a file with their places, or its
    English text if it has neither.
    """
    match error:
        case Coded(message=said):
            return said
        case DefinitionError(problems=problems):
            placed = [message("placed", place=str(p.place), what=p.message) for p in problems]
            return message("several", what=tuple(placed))
    return message("in_english", text=str(error))


def why_of(error: Exception) -> str:
    """What the operating system says of an error, or else the error's type; never the error's own
    text, which may quote what was read.
    """
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without repeats: file by file, in the order in which the files first appear, and
    in reading order within each.
    """
    found = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(each.place.file for each in found))
    return sorted(found, key=lambda p: (files.index(p.place.file), p.place.line, p.place.column))

"""A fault found by a check: a path in the definition, what is wrong there, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.message import Message, finding
from engine.nearest import nearest, suggestion

Path = tuple[str | int, ...]


class Fault(msgspec.Struct, frozen=True):
    """Something wrong at a path of the definition; `column` is counted within the text there."""

    path: Path
    message: Message
    column: int = 1
    absent: bool = False
    """Whether something is missing that should exist elsewhere in the definition."""
    name: bool = False
    """Whether the key itself is wrong, not its value."""
    word: str = ""
    """The word at fault within a phrase. If it is found there, its column replaces `column`."""


def unknown_moment(name: str, known: Iterable[str], path: Path) -> Fault:
    """The fault for an unknown moment. If the name begins with something that has moments, such as
    a step, the message lists those moments and suggests one if it can. Otherwise the fault is the
    one from `unknown`.
    """
    moments = sorted(known)
    subject, _, word = name.rpartition(".") if "." in name else (name, "", "")
    own = [each for each in moments if each.rpartition(".")[0] == subject]
    if not own:
        return unknown("moment", name, moments, path)
    words = {each.rpartition(".")[2]: each for each in own}
    usual = _BEGINS if word in _SAID_OF_A_BEGINNING else _ENDS
    near = nearest(word, words) or next((each for each in usual if each in words), None)
    what = finding("unknown.moment_of", missing=name, subject=subject, moments=tuple(own))
    if near:
        what = finding(
            "unknown.moment_near",
            missing=name,
            near=words[near],
            subject=subject,
            moments=tuple(own),
        )
    return Fault(path, what, word=name)


_SAID_OF_A_BEGINNING = frozenset(
    {"started", "start", "begun", "began", "begins", "entered", "opened"}
)
_BEGINS, _ENDS = ("opened", "entered", "offered"), ("done", "ended")


def unknown(kind: str, name: str, known: Iterable[str], path: Path) -> Fault:
    """The fault for a name that does not exist. The message suggests the nearest known name; if
    none is near, it lists the known names (of many, only the ten most alike).

    Args:
        kind: a word for what the name should be, such as `step_or_stage`.
    """
    what = finding(f"unknown.{kind}", missing=name, known=suggestion(name, known))
    return Fault(path, what, word=name)

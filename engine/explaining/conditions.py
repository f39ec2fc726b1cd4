"""Evaluates a condition part by part, using the same code as the decisions based on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from engine.phrases.conditions import And, Condition, Name, Not, Or
from engine.phrases.truth import truth_of
from engine.phrases.vocabulary import Vocabulary, names_in


class ConditionPart(msgspec.Struct, frozen=True, kw_only=True):
    """A condition, or part of one, with the known values of its names."""

    text: str
    holds: bool | None
    """Whether the condition holds; None if that depends on an unanswered name."""
    known: dict[str, object]
    """The value of each name; None while unanswered."""
    parts: tuple[ConditionPart, ...] = ()


def weigh(
    tree: Condition,
    vocabulary: Vocabulary,
    lookup: Callable[[str], object],
    shown: Callable[[Condition], Condition] = lambda tree: tree,
) -> ConditionPart:
    """The result of a condition and of each of its parts.

    Args:
        shown: gives a condition, or part of one, with the names under which it is shown.
    """
    match tree:
        case And(inner) | Or(inner):
            parts = tuple(weigh(each, vocabulary, lookup, shown) for each in inner)
        case Not(inner):
            parts = (weigh(inner, vocabulary, lookup, shown),)
        case _:
            parts = ()
    return ConditionPart(
        text=str(shown(tree)),
        holds=truth_of(tree, vocabulary)(lookup),
        known={str(shown(Name(name))): lookup(name) for name, _ in names_in(tree, vocabulary)},
        parts=parts,
    )


def decisive(part: ConditionPart) -> Iterator[ConditionPart]:
    """The smallest parts that explain the result.

    For `and` and `or`, these are the parts with the same result as the whole: for an unknown `and`,
    only its unknown parts. For `not a`, they are the parts that explain `a`.
    """
    if not part.parts:
        yield part
        return
    if len(part.parts) == 1:
        yield from decisive(part.parts[0])
        return
    for each in part.parts:
        if each.holds is part.holds:
            yield from decisive(each)


def unanswered(part: ConditionPart) -> tuple[str, ...]:
    """The unanswered names that keep the result from being known."""
    found = [name for each in decisive(part) for name, value in each.known.items() if value is None]
    return tuple(dict.fromkeys(found))

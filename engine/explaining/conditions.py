"""A condition weighed part by part, by the same code that decides by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from engine.phrases.conditions import And, Condition, Not, Or
from engine.phrases.truth import truth_of
from engine.phrases.vocabulary import Vocabulary, names_in


class ConditionPart(msgspec.Struct, frozen=True, kw_only=True):
    """A condition, or a part of one, with what is known of each name in it."""

    text: str
    holds: bool | None
    """None: not known, since something in it is not answered."""
    known: dict[str, object]
    """What each name stands for, None where nobody has answered it."""
    parts: tuple[ConditionPart, ...] = ()


def weigh(
    tree: Condition, vocabulary: Vocabulary, lookup: Callable[[str], object]
) -> ConditionPart:
    """What a condition says, and what each of its parts does."""
    match tree:
        case And(inner) | Or(inner):
            parts = tuple(weigh(each, vocabulary, lookup) for each in inner)
        case Not(inner):
            parts = (weigh(inner, vocabulary, lookup),)
        case _:
            parts = ()
    return ConditionPart(
        text=str(tree),
        holds=truth_of(tree, vocabulary)(lookup),
        known={name: lookup(name) for name, _ in names_in(tree, vocabulary)},
        parts=parts,
    )


def decisive(part: ConditionPart) -> Iterator[ConditionPart]:
    """The smallest parts because of which it is as it is: those that are as it is itself.

    Of `not a` it is the parts of `a`. Of an `and` that is not known, only what is not known.
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
    """The names that somebody must answer before it is known."""
    found = [name for each in decisive(part) for name, value in each.known.items() if value is None]
    return tuple(dict.fromkeys(found))

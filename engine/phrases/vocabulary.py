"""The types of the names in a condition, and what literals mean for each type.

Typing is nominal: a choice knows its own values and no other's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeGuard

import msgspec

from engine.message import Message
from engine.phrases.conditions import (
    Code,
    Compare,
    Condition,
    Literal,
    Name,
    OneOf,
    Operand,
    Word,
    atoms_in,
)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of `values`, ascending if `ordered`."""

    values: tuple[str, ...]
    ordered: bool = False


class YesNo(msgspec.Struct, frozen=True):
    """True or False."""


class Number(msgspec.Struct, frozen=True):
    """An int, Decimal or float; a float counts as the decimal it is written as."""


class Day(msgspec.Struct, frozen=True):
    """A date, or its ISO text."""


class DateTime(msgspec.Struct, frozen=True):
    """An aware datetime, or its ISO text."""


class Country(msgspec.Struct, frozen=True):
    """An ISO 3166-1 alpha-2 code."""


ValueType = Choice | YesNo | Number | Day | DateTime | Country
Hidden = Message
"""A finding: why a name that exists may not be used, and what to do instead."""
Vocabulary = Mapping[str, ValueType]

ANSWERED = ".answered"
_YES_NO = {"yes": True, "no": False}


def is_ordered(kind: ValueType) -> bool:
    """Whether `<` makes sense for values of that type."""
    return kind.ordered if isinstance(kind, Choice) else isinstance(kind, Number | Day | DateTime)


def asks_whether_answered(name: str, vocabulary: Vocabulary) -> str | None:
    """For `risk.answered`, the field `risk`; None for any other name.

    A yes-or-no name with a dot (`step.interview.done`) is a fact, which is never unanswered.
    """
    asked = name.removesuffix(ANSWERED)
    if asked == name or asked not in vocabulary:
        return None
    is_fact = "." in asked and vocabulary[asked] == YesNo()
    return None if is_fact else asked


def type_of(name: str, vocabulary: Vocabulary) -> ValueType | None:
    """The type of a name; None if there is no such name."""
    if asks_whether_answered(name, vocabulary):
        return YesNo()
    return vocabulary.get(name)


def constant(operand: Operand, kind: ValueType) -> object | None:
    """The value that an operand stands for in a type; None if the type has no such value. Does not
    check that a country code exists.
    """
    match operand, kind:
        case Word(text), Choice(values=values):
            return text if text in values else None
        case Word(text), YesNo():
            return _YES_NO.get(text)
        case Code(text), Country():
            return text
        case Literal(value), Number() | Day() | DateTime():
            return value if type(value) in _PYTHON[type(kind)] else None
        case _:
            return None


_PYTHON: Mapping[type, tuple[type, ...]] = {
    Number: (int, Decimal),
    Day: (date,),
    DateTime: (datetime,),
}


def field_named(operand: Operand, vocabulary: Vocabulary) -> str | None:
    """The field or fact that an operand names; None if it names none."""
    if isinstance(operand, Name | Word) and type_of(operand.text, vocabulary):
        return operand.text
    return None


def names_in(tree: Condition, vocabulary: Vocabulary) -> tuple[tuple[str, int], ...]:
    """The names that a condition reads, each with its column, from left to right.

    A bare word on the right (`travel_date < permit_ends`) counts if it is a name and not a value of
    the left side: `reason = risk` reads no field `risk` where `risk` is a choice of `reason`.
    """
    found: list[Name | Word] = []
    for atom in atoms_in(tree):
        match atom:
            case Name():
                found.append(atom)
            case Compare(left, _, right):
                found.append(left)
                if isinstance(right, Name) or _is_name(right, left, vocabulary):
                    found.append(right)
            case OneOf(left):
                found.append(left)
    return tuple((name.text, name.column) for name in found)


def parts_in(tree: Condition | None, vocabulary: Vocabulary, room: str) -> tuple[str, ...]:
    """The parts of the pathway of one kind, such as `interrupt`, that a condition reads: `danger`
    for `interrupt.danger.open`.
    """
    names = (name.split(".") for name, _ in (names_in(tree, vocabulary) if tree else ()))
    found = (each[1] for each in names if len(each) > 1 and each[0] == room)
    return tuple(dict.fromkeys(found))


def _is_name(right: Operand, left: Name, vocabulary: Vocabulary) -> TypeGuard[Word]:
    if not isinstance(right, Word) or right.text not in vocabulary:
        return False
    kind = type_of(left.text, vocabulary)
    return kind is None or constant(right, kind) is None

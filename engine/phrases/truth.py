"""Compiles conditions to functions that give yes, no or not known, in FEEL's three-valued logic.

`and` is no as soon as one part is no, `or` is yes as soon as one part is yes; otherwise an unknown
part makes the result unknown (Kleene). A comparison with an unanswered field is unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.phrases.condition_types import type_faults
from engine.phrases.conditions import And, Compare, Condition, Name, Not, OneOf, Operator, Or
from engine.phrases.vocabulary import (
    Choice,
    DateTime,
    Day,
    Number,
    ValueType,
    Vocabulary,
    YesNo,
    asks_whether_answered,
    constant,
    type_of,
)

Lookup = Callable[[str], object]
"""Returns the value of a name, or None if it is not known."""
Truth = Callable[[Lookup], bool | None]

_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.DIFFERENT: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def compile_condition(tree: Condition, vocabulary: Vocabulary) -> Truth:
    """Compile a condition to a function that takes a lookup and gives the truth of the condition.

    A stored value that its field no longer lists among its choices counts as not known.

    Raises:
        ExpressionError: the condition does not fit the vocabulary. The error is its first fault;
            `check_condition` reports them all.
    """
    if faults := type_faults(tree, vocabulary, {}):
        raise faults[0]
    return truth_of(tree, vocabulary)


def truth_of(tree: Condition, vocabulary: Vocabulary) -> Truth:
    """Like `compile_condition`, for a condition known to fit the vocabulary."""
    match tree:
        case And(parts):
            return _decided_by(False, [truth_of(part, vocabulary) for part in parts])
        case Or(parts):
            return _decided_by(True, [truth_of(part, vocabulary) for part in parts])
        case Not(part):
            return _opposite(truth_of(part, vocabulary))
        case Name(text):
            return _table(text, vocabulary, {True: True, False: False})
        case Compare():
            return _comparison(tree, vocabulary)
        case OneOf(left, values):
            kind = _type(left, vocabulary)
            listed = [constant(value, kind) for value in values]
            return _membership(left.text, kind, vocabulary, listed)


def _decided_by(decisive: bool, parts: list[Truth]) -> Truth:
    """`or` is decided by the first yes, `and` by the first no."""

    def truth(lookup: Lookup) -> bool | None:
        known = True
        for part in parts:
            value = part(lookup)
            if value is decisive:
                return decisive
            if value is None:
                known = False
        return not decisive if known else None

    return truth


def _opposite(part: Truth) -> Truth:
    def truth(lookup: Lookup) -> bool | None:
        value = part(lookup)
        return None if value is None else not value

    return truth


def _comparison(tree: Compare, vocabulary: Vocabulary) -> Truth:
    name, kind = tree.left.text, _type(tree.left, vocabulary)
    compare, value = _COMPARE[tree.operator], constant(tree.right, kind)
    if value is None:
        return _between_fields(name, str(tree.right), compare, kind, vocabulary)
    values = _declared(kind)
    if values is None:
        return _with_value(_reader(name, kind, vocabulary), compare, value)
    place = values.index(value)
    table = {each: compare(position, place) for position, each in enumerate(values)}
    return _table(name, vocabulary, table)


def _declared(kind: ValueType) -> tuple[object, ...] | None:
    """All values of a type in order; None if there are too many to list."""
    if isinstance(kind, Choice):
        return kind.values
    return (False, True) if isinstance(kind, YesNo) else None


def _table(name: str, vocabulary: Vocabulary, table: dict[Any, bool]) -> Truth:
    """The truth for each value of the name; not known for any other value."""
    get, asked = table.get, asks_whether_answered(name, vocabulary)
    if asked is not None:
        return lambda lookup: get(lookup(asked) is not None)
    return lambda lookup: get(lookup(name))


def _membership(
    name: str, kind: ValueType, vocabulary: Vocabulary, listed: list[object | None]
) -> Truth:
    values = _declared(kind)
    if values is not None:
        return _table(name, vocabulary, {value: value in listed for value in values})
    read = _reader(name, kind, vocabulary)

    def truth(lookup: Lookup) -> bool | None:
        value = read(lookup)
        return None if value is None else value in listed

    return truth


def _with_value(
    read: Callable[[Lookup], Any], compare: Callable[[Any, Any], bool], constant: object
) -> Truth:
    def truth(lookup: Lookup) -> bool | None:
        value = read(lookup)
        return None if value is None else compare(value, constant)

    return truth


def _between_fields(
    left: str,
    right: str,
    compare: Callable[[Any, Any], bool],
    kind: ValueType,
    vocabulary: Vocabulary,
) -> Truth:
    first, second = _reader(left, kind, vocabulary), _reader(right, kind, vocabulary)

    def truth(lookup: Lookup) -> bool | None:
        one, other = first(lookup), second(lookup)
        return None if one is None or other is None else compare(one, other)

    return truth


def _reader(name: str, kind: ValueType, vocabulary: Vocabulary) -> Callable[[Lookup], Any]:
    """A function that looks up the value of a name, in a form that can be compared."""
    values, asked = _declared(kind), asks_whether_answered(name, vocabulary)
    if asked is not None:
        return lambda lookup: lookup(asked) is not None
    if values is not None:
        places = {value: place for place, value in enumerate(values)}
        return lambda lookup: places.get(lookup(name))
    convert = _CONVERT.get(type(kind))
    return (lambda lookup: lookup(name)) if convert is None else _converted(name, *convert)


def _converted(
    name: str, stored: type, convert: Callable[[Any], object]
) -> Callable[[Lookup], Any]:
    def read(lookup: Lookup) -> Any:
        value = lookup(name)
        return convert(value) if isinstance(value, stored) else value

    return read


_CONVERT: Mapping[type, tuple[type, Callable[[Any], object]]] = {
    Number: (float, lambda value: Decimal(repr(value))),  # 0.1 is exactly a tenth
    Day: (str, date.fromisoformat),
    DateTime: (str, datetime.fromisoformat),
}


def _type(name: Name, vocabulary: Vocabulary) -> ValueType:
    kind = type_of(name.text, vocabulary)
    assert kind is not None, f"{name} was not checked"
    return kind

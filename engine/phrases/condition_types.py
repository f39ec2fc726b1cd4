"""Checks a condition against a vocabulary: names known, values of the right type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.countries import fault_of_country, is_country
from engine.errors import ExpressionError
from engine.message import Message, finding, message
from engine.nearest import listed, nearest
from engine.phrases.conditions import (
    Code,
    Compare,
    Condition,
    Literal,
    Name,
    OneOf,
    Operand,
    Operator,
    Word,
    atoms_in,
)
from engine.phrases.vocabulary import (
    ANSWERED,
    Choice,
    Country,
    DateTime,
    Day,
    Hidden,
    Number,
    ValueType,
    Vocabulary,
    YesNo,
    asks_whether_answered,
    constant,
    field_named,
    is_ordered,
    type_of,
)

_EXAMPLES: Mapping[type, str] = {
    YesNo: "yes",
    Number: "18",
    Day: 'date("2026-01-31")',
    DateTime: 'date and time("2026-01-31T10:00:00Z")',
    Country: "NG",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a condition may use, and why some others may not be used."""

    vocabulary: Vocabulary
    hidden: Mapping[str, Hidden]


def type_faults(
    tree: Condition, vocabulary: Vocabulary, hidden: Mapping[str, Hidden]
) -> list[ExpressionError]:
    """The faults in the names and types of a condition, from left to right. If the left side of a
    comparison has a fault, the right side is not checked.
    """
    scope = Scope(vocabulary, hidden)
    return [fault for atom in atoms_in(tree) for fault in _atom_faults(atom, scope)]


def _atom_faults(atom: Name | Compare | OneOf, scope: Scope) -> Iterator[ExpressionError]:
    name = atom if isinstance(atom, Name) else atom.left
    fault = _name_fault(name, scope)
    kind = type_of(name.text, scope.vocabulary)
    if fault or kind is None:
        yield fault or _unknown(name, scope)
        return
    match atom:
        case Name(text, column) if not isinstance(kind, YesNo):
            example = _example(name, kind)
            what = finding("condition.not_yes_or_no", name=text, kind=_type(kind), example=example)
            yield ExpressionError(what, column=column)
        case Compare(_, operator, right):
            if operator.needs_order and not is_ordered(kind):
                yield _no_order(name, operator, kind)
            elif fault := _operand_fault(name, kind, right, scope):
                yield fault
        case OneOf(_, values):
            yield from _list_faults(name, kind, values, scope)


def _name_fault(name: Name | Word, scope: Scope) -> ExpressionError | None:
    known = name.text in scope.vocabulary
    asked = name.text if known else name.text.removesuffix(ANSWERED)
    if found := scope.hidden.get(name.text) or (not known and scope.hidden.get(asked)):
        what = finding("condition.hidden", name=asked, why=found)
        return ExpressionError(what, column=name.column)
    return None if type_of(name.text, scope.vocabulary) else _unknown(name, scope)


def _unknown(name: Name | Word, scope: Scope) -> ExpressionError:
    what = finding("unknown.in_condition", missing=name.text, known=_names_like(name.text, scope))
    return ExpressionError(what, column=name.column)


def _names_like(text: str, scope: Scope) -> Message:
    vocabulary = {name: kind for name, kind in scope.vocabulary.items() if name not in scope.hidden}
    if owners := _owners(text, vocabulary):
        return finding("known.value_of", value=text, owner=owners[0])
    answered = {f"{name}{ANSWERED}" for name in vocabulary}
    names = {*vocabulary, *(name for name in answered if asks_whether_answered(name, vocabulary))}
    if near := nearest(text, names):
        return message("known.near", near=near)
    head = text.rpartition(".")[0]
    if beside := [name for name in names if head and name.startswith(f"{head}.")]:
        return finding("known.beside", names=listed(text, beside))
    return finding("known.in_conditions")


def _owners(word: str, vocabulary: Vocabulary) -> list[str]:
    return [n for n, kind in vocabulary.items() if isinstance(kind, Choice) and word in kind.values]


def _no_order(name: Name, operator: Operator, kind: ValueType) -> ExpressionError:
    is_choice = isinstance(kind, Choice)
    what = finding(
        "condition.choice_without_order" if is_choice else "condition.without_order",
        name=name.text,
        kind=_type(kind),
        operator=str(operator),
    )
    return ExpressionError(what, column=name.column)


def _operand_fault(
    name: Name, kind: ValueType, right: Operand, scope: Scope
) -> ExpressionError | None:
    if constant(right, kind) is not None:
        return _no_country(right)
    if isinstance(right, Name) or _is_other_field(right, scope):
        return _field_fault(name, kind, right, scope)
    return _value_fault(name, kind, right, scope)


def _is_other_field(operand: Operand, scope: Scope) -> bool:
    return field_named(operand, scope.vocabulary) is not None or (
        isinstance(operand, Word) and operand.text in scope.hidden
    )


def _field_fault(
    name: Name, kind: ValueType, right: Operand, scope: Scope
) -> ExpressionError | None:
    """What is wrong with comparing one field to another; None if nothing is."""
    if not isinstance(right, Name | Word):
        return None
    if fault := _name_fault(right, scope):
        return fault
    other = type_of(right.text, scope.vocabulary)
    if other == kind:
        return None
    if isinstance(kind, Choice) and isinstance(other, Choice):
        what = finding(
            "condition.other_choices",
            name=name.text,
            other=right.text,
            example=_example(name, kind),
        )
    else:
        what = finding(
            "condition.other_type",
            name=name.text,
            other=right.text,
            kind=_type(kind),
            other_kind=_type(other) if other else "",
            example=_example(name, kind),
        )
    return ExpressionError(what, column=right.column)


def _value_fault(name: Name, kind: ValueType, right: Operand, scope: Scope) -> ExpressionError:
    if isinstance(right, Word) and isinstance(kind, Choice):
        known = _values_like(right.text, kind)
        owners = _owners(right.text, scope.vocabulary)
        what = finding("condition.no_value", value=right.text, name=name.text, known=known)
        if owners:
            what = finding(
                "condition.value_of_another",
                value=right.text,
                name=name.text,
                known=known,
                owner=owners[0],
            )
    else:
        what = finding(
            "condition.not_of_its_type",
            name=name.text,
            kind=_type(kind),
            value=_described(right),
            example=_example(name, kind),
        )
    return ExpressionError(what, column=right.column)


def _values_like(text: str, kind: Choice) -> Message:
    if near := nearest(text, kind.values):
        return finding("known.values_near", near=near, values=kind.values)
    return finding("known.values", values=kind.values)


def _list_faults(
    name: Name, kind: ValueType, values: tuple[Word | Code | Literal, ...], scope: Scope
) -> Iterator[ExpressionError]:
    for place, value in enumerate(values):
        if value in values[:place]:
            what = finding("condition.twice_in_a_list", value=_described(value))
            yield ExpressionError(what, column=value.column)
        elif constant(value, kind) is None:
            yield _value_fault(name, kind, value, scope)
        elif fault := _no_country(value):
            yield fault


def _no_country(value: Operand) -> ExpressionError | None:
    if not isinstance(value, Code) or is_country(value.text):
        return None
    return ExpressionError(fault_of_country(value.text), column=value.column)


def _described(operand: Operand) -> Message | str:
    match operand:
        case Code():
            return finding("value.country", code=str(operand))
        case Literal():
            return str(operand)
        case _:
            return finding("value.word", word=str(operand))


def _type(kind: ValueType) -> Message:
    return finding(f"type.{type(kind).__name__}")


def _example(name: Name, kind: ValueType) -> str:
    value = kind.values[0] if isinstance(kind, Choice) else _EXAMPLES[type(kind)]
    return f"{name.text} = {value}"

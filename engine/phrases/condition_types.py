"""Whether a condition fits a vocabulary: every name known, every value of the right type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.countries import fault_of_country, is_country
from engine.errors import ExpressionError
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
    """The names that a condition may use, and why it may not use some others."""

    vocabulary: Vocabulary
    hidden: Mapping[str, Hidden]


def type_faults(
    tree: Condition, vocabulary: Vocabulary, hidden: Mapping[str, Hidden]
) -> list[ExpressionError]:
    """Everything in a condition that does not fit, from left to right."""
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
            yield ExpressionError(
                f"`{text}` is {kind}, not yes or no",
                column=column,
                remedy=f"compare it, as in `{text} = {_example(kind)}`",
            )
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
        reason, remedy = found
        return ExpressionError(
            f"`{asked}` may not be used in a condition: {reason}",
            column=name.column,
            remedy=remedy,
        )
    return None if type_of(name.text, scope.vocabulary) else _unknown(name, scope)


def _unknown(name: Name | Word, scope: Scope) -> ExpressionError:
    return ExpressionError(
        f"there is no `{name.text}` here", column=name.column, remedy=_names_like(name.text, scope)
    )


def _names_like(text: str, scope: Scope) -> str:
    vocabulary = {name: kind for name, kind in scope.vocabulary.items() if name not in scope.hidden}
    owners = _owners(text, vocabulary)
    if owners:
        owner = owners[0]
        return f"`{text}` is a value of `{owner}`; the name comes first: `{owner} = {text}`"
    answered = {f"{name}{ANSWERED}" for name in vocabulary}
    names = {*vocabulary, *(name for name in answered if asks_whether_answered(name, vocabulary))}
    if near := nearest(text, names):
        return f"did you mean `{near}`?"
    head = text.rpartition(".")[0]
    if beside := [name for name in names if head and name.startswith(f"{head}.")]:
        return f"there is {listed(text, beside)}"
    return "names are data fields such as `risk` and facts such as `step.interview.done`"


def _owners(word: str, vocabulary: Vocabulary) -> list[str]:
    return [n for n, kind in vocabulary.items() if isinstance(kind, Choice) and word in kind.values]


def _no_order(name: Name, operator: Operator, kind: ValueType) -> ExpressionError:
    remedy = "use `=`, `!=` or `in (...)`"
    if isinstance(kind, Choice):
        remedy += ", or declare the choice `ordered`"
    return ExpressionError(
        f"`{name.text}` is {kind} without an order, so `{operator}` means nothing for it",
        column=name.column,
        remedy=remedy,
    )


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
    """What is wrong when one field is compared with another."""
    if not isinstance(right, Name | Word):
        return None
    if fault := _name_fault(right, scope):
        return fault
    other = type_of(right.text, scope.vocabulary)
    if other == kind:
        return None
    difference = (
        "are two choices with different values"
        if isinstance(kind, Choice) and isinstance(other, Choice)
        else f"cannot be compared: one is {kind}, the other {other}"
    )
    return ExpressionError(
        f"`{name.text}` and `{right.text}` {difference}",
        column=right.column,
        remedy=_write(name, kind),
    )


def _value_fault(name: Name, kind: ValueType, right: Operand, scope: Scope) -> ExpressionError:
    if isinstance(right, Word) and isinstance(kind, Choice):
        return ExpressionError(
            f"`{right.text}` is not a value of `{name.text}`",
            column=right.column,
            remedy=_values_like(right.text, kind, scope),
        )
    return ExpressionError(
        f"`{name.text}` is {kind}, and {_described(right)} is not",
        column=right.column,
        remedy=_write(name, kind),
    )


def _values_like(text: str, kind: Choice, scope: Scope) -> str:
    near = nearest(text, kind.values)
    hint = f"did you mean `{near}`? " if near else ""
    owners = _owners(text, scope.vocabulary)
    belongs = f"; `{text}` is a value of `{owners[0]}`" if owners else ""
    return f"{hint}the values are {', '.join(kind.values)}{belongs}"


def _list_faults(
    name: Name, kind: ValueType, values: tuple[Word | Code | Literal, ...], scope: Scope
) -> Iterator[ExpressionError]:
    for place, value in enumerate(values):
        if value in values[:place]:
            yield ExpressionError(
                f"{_described(value)} stands twice in the list",
                column=value.column,
                remedy="leave one of them out",
            )
        elif constant(value, kind) is None:
            yield _value_fault(name, kind, value, scope)
        elif fault := _no_country(value):
            yield fault


def _no_country(value: Operand) -> ExpressionError | None:
    if not isinstance(value, Code) or is_country(value.text):
        return None
    message, remedy = fault_of_country(value.text)
    return ExpressionError(message, column=value.column, remedy=remedy)


def _described(operand: Operand) -> str:
    match operand:
        case Code():
            return f"the country `{operand}`"
        case Literal():
            return str(operand)
        case _:
            return f"`{operand}`"


def _write(name: Name, kind: ValueType) -> str:
    return f"write for example `{name.text} = {_example(kind)}`"


def _example(kind: ValueType) -> str:
    return kind.values[0] if isinstance(kind, Choice) else _EXAMPLES[type(kind)]

"""Conditions as values: what a text such as `risk < high and not pregnant` is parsed into.

Two conditions are equal if they have equal parts in the same order; positions (`column`, from 1)
are ignored. A bare word to the right of a comparison may be a choice value, `yes`, `no` or a field:
only a vocabulary can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    """How two values are compared."""

    EQUAL = "="
    DIFFERENT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="

    @property
    def needs_order(self) -> bool:
        return self not in (Operator.EQUAL, Operator.DIFFERENT)


@dataclass(frozen=True, slots=True)
class Name:
    """A data field or a fact: `risk`, `step.interview.done`."""

    text: str
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word on the right of a comparison: `high`, `yes`, or another field; or one in a list, as
    in `risk in (low, high)`.
    """

    text: str
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Code:
    """A country: `NG`."""

    text: str
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a day or a moment: `18`, `2.5`, `date("2026-01-31")` or
    `date and time("2026-01-31T10:00:00Z")`.
    """

    value: int | Decimal | date | datetime
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        if isinstance(self.value, datetime):
            return f'date and time("{self.value.astimezone(UTC).isoformat()}")'
        if isinstance(self.value, date):
            return f'date("{self.value.isoformat()}")'
        return format(self.value, "f" if isinstance(self.value, Decimal) else "d")


Value = Word | Code | Literal
Operand = Value | Name


@dataclass(frozen=True, slots=True)
class Compare:
    """`risk < high`."""

    left: Name
    operator: Operator
    right: Operand

    @property
    def column(self) -> int:
        return self.left.column

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """`home_country in (NG, BJ)`."""

    left: Name
    values: tuple[Value, ...]

    @property
    def column(self) -> int:
        return self.left.column

    def __str__(self) -> str:
        return f"{self.left} in ({', '.join(map(str, self.values))})"


@dataclass(frozen=True, slots=True)
class Not:
    """`not pregnant`."""

    part: Condition
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"not {_enclosed(self.part, And, Or, Not)}"


@dataclass(frozen=True, slots=True)
class And:
    """`a and b and c`: at least two parts."""

    parts: tuple[Condition, ...]

    @property
    def column(self) -> int:
        return self.parts[0].column

    def __str__(self) -> str:
        return " and ".join(_enclosed(part, And, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b or c`: at least two parts."""

    parts: tuple[Condition, ...]

    @property
    def column(self) -> int:
        return self.parts[0].column

    def __str__(self) -> str:
        return " or ".join(_enclosed(part, Or) for part in self.parts)


Atom = Name | Compare | OneOf
Condition = And | Or | Not | Atom


def _enclosed(part: Condition, *weaker: type) -> str:
    return f"({part})" if isinstance(part, weaker) else str(part)


def atoms_in(tree: Condition) -> Iterator[Atom]:
    """The comparisons and bare names of a condition, from left to right."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms_in(part)
        case Not(part):
            yield from atoms_in(part)
        case _:
            yield tree

"""The entry point to the phrases of the language: conditions, clocks, ladders and reactions.

Parsing a phrase (`parse_*`) needs no pathway; whether the names and values of a condition exist is
checked against a vocabulary (`check_condition`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from engine.errors import ExpressionError
from engine.phrases.condition_types import type_faults
from engine.phrases.conditions import (
    And,
    Code,
    Compare,
    Condition,
    Literal,
    Name,
    Not,
    OneOf,
    Operator,
    Or,
    Word,
)
from engine.phrases.grammar import Located, read
from engine.phrases.misreadings import RESERVED
from engine.phrases.possibility import possibility_faults
from engine.phrases.syntax import After, ClockExpression, Duration, Length, Reaction, Rung
from engine.phrases.truth import Lookup, Truth, compile_condition
from engine.phrases.vocabulary import (
    Choice,
    Country,
    DateTime,
    Day,
    Hidden,
    Number,
    ValueType,
    Vocabulary,
    YesNo,
    names_in,
)

__all__ = [
    "RESERVED",
    "And",
    "Choice",
    "Code",
    "Compare",
    "Condition",
    "Country",
    "DateTime",
    "Day",
    "ExpressionError",
    "Hidden",
    "Literal",
    "Lookup",
    "Name",
    "Not",
    "Number",
    "OneOf",
    "Operator",
    "Or",
    "Truth",
    "ValueType",
    "Vocabulary",
    "Word",
    "YesNo",
    "anchors_in",
    "check_condition",
    "compile_condition",
    "names_in",
    "parse_after",
    "parse_clock",
    "parse_condition",
    "parse_duration",
    "parse_length",
    "parse_reaction",
    "parse_rung",
]

_NOTHING: Mapping[str, Hidden] = MappingProxyType({})


def parse_condition(text: str) -> Condition:
    """Reads `risk < high and asylum = not_sought`. Raises ExpressionError."""
    return cast(Condition, read("condition", text))


def check_condition(
    tree: Condition, vocabulary: Vocabulary, hidden: Mapping[str, Hidden] = _NOTHING
) -> list[ExpressionError]:
    """The faults of a condition, from left to right: names that are unknown or may not be used, values
    of the wrong type, and parts that are always or never true.

    Args:
        hidden: names that exist but may not be used, each with the reason and the remedy.
    """
    faults = [*type_faults(tree, vocabulary, hidden), *possibility_faults(tree, vocabulary)]
    return sorted(faults, key=lambda fault: fault.column)


def parse_clock(text: str) -> ClockExpression:
    """Reads `15 working days after ask_home.offered`. Raises ExpressionError."""
    return cast(Located, read("clock", text))[0]


def anchors_in(text: str) -> tuple[tuple[str, int], ...]:
    """The anchors that a clock expression names, each with its column. Raises ExpressionError."""
    return cast(Located, read("clock", text))[1]


def parse_duration(text: str) -> Duration:
    """Reads `5 working days`. Raises ExpressionError."""
    return cast(Duration, read("duration", text))


def parse_length(text: str) -> Length:
    """Reads `5 working days` or `granted days, at most 60`. Raises ExpressionError."""
    return cast(Length, read("length", text))


def parse_after(text: str) -> After:
    """Reads `intake` or `2 of (doctor, family, lawyer)`. Raises ExpressionError."""
    return cast(After, read("after", text))


def parse_rung(text: str) -> Rung:
    """Reads `after 1 working day tell manager`. Raises ExpressionError."""
    return cast(Rung, read("rung", text))


def parse_reaction(text: str) -> Reaction:
    """Reads `end declined` or `next receiver, at most 2`. Raises ExpressionError."""
    return cast(Reaction, read("reaction", text))

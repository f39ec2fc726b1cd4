"""The reference of expressions: what it shows is so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from engine.phrases.expressions import (
    RESERVED,
    Choice,
    Country,
    DateTime,
    Day,
    ExpressionError,
    Number,
    Operator,
    ValueType,
    YesNo,
    check_condition,
    compile_condition,
    parse_after,
    parse_clock,
    parse_condition,
    parse_duration,
    parse_length,
    parse_reaction,
    parse_rung,
)
from engine.phrases.syntax import MEASURES, Duration, Unit
from tests.told import sentence

PAGE = (Path(__file__).parents[2] / "docs/reference/expressions.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TYPES: dict[str, ValueType] = {
    "yes_no": YesNo(),
    "number": Number(),
    "country": Country(),
    "date": Day(),
    "datetime": DateTime(),
}
PARSERS: dict[str, Callable[[str], Any]] = {
    "condition": parse_condition,
    "clock": parse_clock,
    "duration": parse_duration,
    "length": parse_length,
    "after": parse_after,
    "rung": parse_rung,
    "reaction": parse_reaction,
}
TRUTHS = {"yes": True, "no": False, "unknown": None}


def lines(kind: str) -> list[str]:
    return [line for found, body in BLOCKS if found == kind for line in body.splitlines()]


def vocabulary() -> dict[str, ValueType]:
    fields: dict[str, ValueType] = {}
    for name, words in YAML(typ="safe").load("\n".join(lines("yaml"))).items():
        (kind,) = set(words) - {"ordered"}
        fields[name] = (
            Choice(values=tuple(words["choice"]), ordered="ordered" in words)
            if kind == "choice"
            else TYPES[kind]
        )
    facts = ("step.interview.done", "consent.referral.given", "clock.reflection.reached")
    return fields | dict.fromkeys(facts, YesNo())


def test_the_grammar_of_the_reference_has_each_unit() -> None:
    """And each is read as itself, one or many, within its bounds."""
    (line,) = re.findall(r"^unit +=(.*);$", PAGE, re.MULTILINE)
    assert re.findall(r'"(.+?)"', line) == [*Unit]
    for unit in Unit:
        for amount in (1, MEASURES[unit].most):
            period = Duration(amount, unit)
            assert parse_duration(str(period)) == period


EXAMPLES = [(kind, line) for kind in PARSERS for line in lines(kind)]


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_each_example_reads_as_it_is_written(kind: str, text: str) -> None:
    """Shown again, it is the same text."""
    assert str(PARSERS[kind](text)) == text


def test_there_are_examples_of_every_kind() -> None:
    """A renamed block would otherwise go untested."""
    assert {kind for kind, _ in BLOCKS} == {*PARSERS, "yaml", "refused", "ebnf"}


@pytest.mark.parametrize("text", lines("condition"))
def test_each_condition_fits_the_fields_of_the_page(text: str) -> None:
    """No example would be refused by a check."""
    assert check_condition(parse_condition(text), vocabulary()) == []


@pytest.mark.parametrize("line", lines("refused"))
def test_each_refusal_is_the_one_that_is_shown(line: str) -> None:
    """Column and beginning of the message."""
    text, column, message = re.split(r" {2,}(\d+): ", line)
    try:
        (error,) = check_condition(parse_condition(text), vocabulary())
    except ExpressionError as refusal:
        error = refusal
    assert (error.column, sentence(error)[: len(message)]) == (int(column), message)


def test_the_table_of_three_values_is_right() -> None:
    """All nine rows, run."""
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 9
    both: dict[str, ValueType] = {"a": YesNo(), "b": YesNo()}
    formulas = [compile_condition(parse_condition(t), both) for t in ("a and b", "a or b", "not a")]
    for a, b, *expected in rows:
        answers = {"a": TRUTHS[a], "b": TRUTHS[b]}
        assert [formula(answers.get) for formula in formulas] == [TRUTHS[e] for e in expected]


def test_the_table_of_operators_and_the_reserved_words_are_complete() -> None:
    """A new operator or reserved word must be told to the readers."""
    table = PAGE[PAGE.index("| Written |") : PAGE.index("```condition")]
    assert {operator.value for operator in Operator} <= set(re.findall(r"`([^`]+)`", table))
    listed = PAGE[PAGE.rindex("Units read in the singular") :].split(" can be no names")[0]
    assert set(RESERVED) == set(re.findall(r"`([a-z]+)`", listed))

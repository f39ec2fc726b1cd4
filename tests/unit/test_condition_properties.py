"""Conditions: what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from engine.phrases.expressions import (
    And,
    Choice,
    Code,
    Compare,
    Condition,
    Country,
    DateTime,
    Day,
    ExpressionError,
    Literal,
    Name,
    Not,
    Number,
    OneOf,
    Operator,
    Or,
    ValueType,
    Word,
    YesNo,
    check_condition,
    compile_condition,
    parse_condition,
)
from tests.told import advice, sentence

LEVELS = ("low", "medium", "high")
VOCABULARY: Mapping[str, ValueType] = {
    "risk": Choice(values=LEVELS, ordered=True),
    "risk_at_home": Choice(values=LEVELS, ordered=True),
    "asylum": Choice(values=("not_sought", "pending", "granted")),
    "age": Choice(values=("adult", "child", "unclear")),
    "pregnant": YesNo(),
    "years": Number(),
    "children": Number(),
    "home_country": Country(),
    "nationality": Country(),
    "born": Day(),
    "travel_date": Day(),
    "seen_at": DateTime(),
    "step.interview.done": YesNo(),
    "decision.identify": Choice(values=("yes", "no", "unclear")),
}


DAYS = st.dates(date(2025, 12, 25), date(2026, 1, 5))
TIMES = st.integers(0, 5).map(lambda h: datetime(2026, 1, 1, h, tzinfo=UTC))
NUMBERS = st.integers(-3, 3) | st.decimals(-3, 3, places=2, allow_nan=False)
COUNTRIES = st.sampled_from(["NG", "BJ", "TG"])
VALUES: Mapping[type, st.SearchStrategy[Any]] = {
    YesNo: st.booleans(),
    Number: NUMBERS | st.floats(-3, 3, allow_nan=False),
    Country: COUNTRIES,
    Day: DAYS | DAYS.map(date.isoformat),
    DateTime: TIMES | TIMES.map(datetime.isoformat),
}
LITERALS: Mapping[type, st.SearchStrategy[Any]] = {
    YesNo: st.sampled_from(["yes", "no"]).map(Word),
    Number: NUMBERS.map(Literal),
    Country: COUNTRIES.map(Code),
    Day: DAYS.map(Literal),
    DateTime: TIMES.map(Literal),
}


def stored(kind: ValueType) -> st.SearchStrategy[Any]:
    return st.sampled_from(kind.values) if isinstance(kind, Choice) else VALUES[type(kind)]


def written(kind: ValueType) -> st.SearchStrategy[Any]:
    if isinstance(kind, Choice):
        return st.sampled_from(kind.values).map(Word)
    return LITERALS[type(kind)]


def in_order(kind: ValueType) -> bool:
    return kind.ordered if isinstance(kind, Choice) else isinstance(kind, Number | Day | DateTime)


@st.composite
def atoms(draw: st.DrawFn) -> Condition:
    name = draw(st.sampled_from(sorted(VOCABULARY)))
    kind = VOCABULARY[name]
    if isinstance(kind, YesNo) and draw(st.booleans()):
        return Name(name)
    if "." not in name and draw(st.integers(0, 4)) == 0:
        return Name(f"{name}.answered")
    if draw(st.booleans()):
        values = draw(st.lists(written(kind), min_size=1, max_size=3, unique=True))
        return OneOf(Name(name), tuple(values))
    operators = [each for each in Operator if in_order(kind) or not each.needs_order]
    same = [Name(n) if "." in n else Word(n) for n, k in VOCABULARY.items() if k == kind]
    right = draw(written(kind) | st.sampled_from(same))
    return Compare(Name(name), draw(st.sampled_from(operators)), right)


CONDITIONS = st.recursive(
    atoms(),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
    ),
    max_leaves=8,
)
ANSWERS = st.fixed_dictionaries(
    {name: st.none() | stored(kind) for name, kind in VOCABULARY.items()}
)


def comparable(name: str, value: Any) -> Any:
    """A stored value as something that Python compares as the language does."""
    match VOCABULARY[name], value:
        case Choice(values=values), str():
            return values.index(value)
        case Number(), float():
            return Decimal(str(value))
        case Day(), str():
            return date.fromisoformat(value)
        case DateTime(), str():
            return datetime.fromisoformat(value)
    return value


def meant(name: str, operand: Any, answers: Mapping[str, Any]) -> Any:
    match VOCABULARY[name], operand:
        case _, Literal(value):
            return value
        case Choice(values=values), Word(text) if text in values:
            return values.index(text)
        case YesNo(), Word("yes" | "no" as text):
            return text == "yes"
        case _, Word(text) | Name(text) if text in VOCABULARY:
            return comparable(text, answers[text])
    return operand.text


def compared(operator: Operator, one: Any, other: Any) -> bool | None:
    if one is None or other is None:
        return None
    equal = bool(one == other)
    less = operator.needs_order and bool(one < other)
    return {
        "=": equal,
        "!=": not equal,
        "<": less,
        "<=": less or equal,
        ">": not less and not equal,
        ">=": not less,
    }[operator.value]


def truth_in(answers: Mapping[str, Any], name: str) -> bool | None:
    value = answers[name]
    return value if isinstance(value, bool) else None


def kleene(tree: Condition, answers: Mapping[str, Any]) -> bool | None:
    """The truth of a condition by the book: walk the tree, take the least or the greatest.

    no < not known < yes, so `and` is the least, `or` the greatest and `not` turns it round.
    """
    rank: dict[bool | None, int] = {False: 0, None: 1, True: 2}
    value = {place: truth for truth, place in rank.items()}
    match tree:
        case And(parts):
            return value[min(rank[kleene(part, answers)] for part in parts)]
        case Or(parts):
            return value[max(rank[kleene(part, answers)] for part in parts)]
        case Not(part):
            return value[2 - rank[kleene(part, answers)]]
        case Name(text) if text.endswith(".answered"):
            return answers[text.removesuffix(".answered")] is not None
        case Name(text):
            return truth_in(answers, text)
        case Compare(Name(left), operator, right):
            one = comparable(left, answers[left])
            return compared(operator, one, meant(left, right, answers))
        case OneOf(Name(left), values):
            one = comparable(left, answers[left])
            among = [meant(left, each, answers) for each in values]
            return None if one is None else one in among


@given(CONDITIONS, ANSWERS)
def test_compiled_conditions_agree_with_kleene_logic_by_the_book(
    tree: Condition, answers: dict[str, Any]
) -> None:
    """The quick way and the plain way give the same truth."""
    assert compile_condition(tree, VOCABULARY)(answers.get) is kleene(tree, answers)


@given(CONDITIONS)
def test_what_is_shown_reads_back_as_the_same_condition(tree: Condition) -> None:
    """Showing loses nothing, whatever the nesting."""
    assert parse_condition(str(tree)) == tree


@given(CONDITIONS, st.lists(ANSWERS, min_size=5, max_size=5))
def test_no_answer_ever_contradicts_a_verdict(tree: Condition, tries: list[dict[str, Any]]) -> None:
    """What the check calls impossible never holds; what it calls certain always holds."""
    for fault in check_condition(tree, VOCABULARY):
        said = re.fullmatch(
            r"`(.*)` (can never be true|is true whatever the answers)", sentence(fault)
        )
        assert said, f"a well-typed condition has no other fault: {fault}"
        part = parse_condition(said[1])
        for answers in tries:
            if said[2] == "can never be true":
                assert kleene(part, answers) is not True
            elif None not in answers.values():
                assert kleene(part, answers) is True


@given(st.lists(st.tuples(st.sampled_from("<>="), st.integers(0, 4)), min_size=2, max_size=4))
def test_impossible_dates_are_found_exactly(tests: list[tuple[str, int]]) -> None:
    """Dates are whole days: between the first and the second of a month lies none."""
    first = date(2026, 1, 1)
    text = " and ".join(f'born {op} date("{first + timedelta(days=n)}")' for op, n in tests)
    tree = parse_condition(text)
    days = [first + timedelta(days=n) for n in range(-1, 6)]
    possible = any(kleene(tree, {"born": day}) for day in days)
    assert bool(check_condition(tree, VOCABULARY)) is not possible


PIECES = st.sampled_from(
    (
        *("risk", "low", "=", "!=", "<", ">=", "in", "(", ")", ",", "and", "or", "not", "18"),
        *("-1.5", "NG", "now", "yes", ".", '"', "'", "date", 'date("', '")', "time(", "is"),
        *("2026-01-31", "\n", "Ä", "[", "{", "}", "#", "\0", "\ud800", "AND", "+", "\u0663"),
    )
)


def refusal_of(text: str) -> ExpressionError | None:
    try:
        parse_condition(text)
    except ExpressionError as error:
        return error
    return None


@given(st.text() | st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join))
@example("date" + "(" * 30)
@example('x = date and time("0001-01-01T00:00:00+23:59")')
@example('x = date and time("9999-12-31T23:59:59-23:59")')
@example("x = " + "9" * 1990)
def test_no_text_makes_anything_but_a_clear_error(text: str) -> None:
    """The parser's own words and exceptions stay inside."""
    if (error := refusal_of(text)) is not None:
        assert 1 <= error.column <= len(text) + 1
        assert advice(error)
        said = re.sub(
            r"`([^`]*)`", lambda part: "" if part[1] in text else part[0], sentence(error)
        )
        assert not re.search(r"COMPARISON|QUALIFIED|COUNTRY|_[A-Z]|END\b|Unexpected", said)

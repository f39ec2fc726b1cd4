"""Conditions: read, shown, checked among names, and run with three values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.message import finding
from engine.phrases.expressions import (
    And,
    Choice,
    Compare,
    Country,
    DateTime,
    Day,
    ExpressionError,
    Literal,
    Name,
    Not,
    Number,
    Operator,
    Or,
    ValueType,
    Word,
    YesNo,
    check_condition,
    compile_condition,
    names_in,
    parse_condition,
)
from tests.told import advice, refused_with, sentence

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
HIDDEN = {"full_name": finding("hidden.protected")}


def faults(text: str) -> list[tuple[int, str]]:
    """Column and message of everything that is wrong with a condition."""
    found = check_condition(parse_condition(text), VOCABULARY, HIDDEN)
    return [(fault.column, sentence(fault)) for fault in found]


def truth(text: str, **answers: object) -> bool | None:
    return compile_condition(parse_condition(text), VOCABULARY)(answers.get)


# Reading


def test_or_binds_weaker_than_and_and_weaker_than_not_weaker_than_a_comparison() -> None:
    """`a or not b = c and d` has one meaning."""
    low = Compare(Name("risk"), Operator.EQUAL, Word("low"))
    expected = Or((Name("a"), And((Not(low), Name("b")))))
    assert parse_condition("a or not risk = low and b") == expected


def test_parentheses_bind_strongest() -> None:
    """What stands in parentheses is taken together."""
    expected = And((Or((Name("a"), Name("b"))), Not(Or((Name("c"), Name("d"))))))
    assert parse_condition("(a or b) and not (c or d)") == expected


@pytest.mark.parametrize(
    "name", ["order", "not_sought", "input", "andes", "nor", "inner", "a.in.not.or.and", "dated"]
)
def test_a_keyword_never_swallows_part_of_a_name(name: str) -> None:
    """A name may begin or end with a word of the language."""
    assert parse_condition(f"{name} or not {name}") == Or((Name(name), Not(Name(name))))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18", 18),
        ("-2.50", Decimal("-2.5")),
        ('date("2026-01-31")', date(2026, 1, 31)),
        ('date and time("2026-01-31T10:00:00+01:00")', datetime(2026, 1, 31, 9, tzinfo=UTC)),
    ],
)
def test_numbers_and_dates_are_read_as_such(text: str, value: Any) -> None:
    """Literals are written as in FEEL."""
    assert parse_condition(f"x = {text}") == Compare(Name("x"), Operator.EQUAL, Literal(value))


def test_names_are_given_with_their_columns() -> None:
    """Columns count from 1; a word counts as a name only if it is a field."""
    tree = parse_condition(
        "not risk = low and born < travel_date or side.a.country = side.b.country"
    )
    assert names_in(tree, VOCABULARY) == (
        ("risk", 5),
        ("born", 20),
        ("travel_date", 27),
        ("side.a.country", 42),
        ("side.b.country", 59),
    )
    assert "travel_date" not in dict(names_in(tree, {}))


def test_a_value_is_no_name_though_something_is_called_so() -> None:
    """A choice of what stands on the left comes first, as when the condition is answered."""
    vocabulary = {
        "risk": Choice(values=("low", "high"), ordered=True),
        "reason": Choice(values=("risk", "other")),
        "decision.plan": Choice(values=("risk", "reason")),
        "other": Choice(values=("risk", "other")),
    }

    def read(text: str) -> tuple[str, ...]:
        tree = parse_condition(text)
        assert not check_condition(tree, vocabulary)
        return tuple(name for name, _ in names_in(tree, vocabulary))

    assert read("reason = risk") == ("reason",)
    assert read("decision.plan != risk or risk = low") == ("decision.plan", "risk")
    assert read("reason = other") == ("reason",)
    test = compile_condition(parse_condition("reason = other"), vocabulary)
    assert test({"reason": "other", "other": "risk"}.get) is True


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("", 1, "empty"),
        ("risk <", 7, "value is missing"),
        ("risk low", 6, "a value stands behind a comparison"),
        ("(pregnant or risk = low", 24, "`)` is missing"),
        ("pregnant)", 9, "closes nothing"),
        ("risk == low", 6, "written `=`"),
        ("risk is low", 6, "`is`"),
        ("risk ≥ low", 6, "`≥`"),
        ('risk = "low"', 8, "quotes"),
        ("risk not in (low, high)", 6, "before the name"),
        ("not not pregnant", 5, "only once"),
        ("pregnant AND x", 10, "lower case"),
        ("pregnant && x", 10, "`and`"),
        ("18 <= years", 1, "begins with the name"),
        ("years > 1 < 5", 11, "one comparison"),
        ("years + 1 > 5", 7, "calculate"),
        ("count(children) > 1", 1, "`count`"),
        ("born < 2026-01-31", 8, "in quotes"),
        ('born < date("2026-02-30")', 8, "not a valid date"),
        ('born < date("0206-01-31")', 8, "year 206"),
        ('seen_at < date and time("2026-01-31T10:00")', 11, "zone"),
        ("home_country = NGA", 16, "two capital letters"),
        ("Risk = low", 1, "lower case"),
        ("step.hand-over.done", 10, "`-`"),
        ("pregnant = true", 12, "`yes`"),
        ("risk = null", 8, "null"),
        ("yes", 1, "value"),
        ("risk\u00a0\u200b= low", 6, "invisible"),
        ("years = 1234567890123456", 9, "digits"),
        ("(" * 21 + "a" + ")" * 21, 21, "parentheses"),
        ("a or " * 500 + "a", 1, "longer"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_remedy(
    text: str, column: int, word: str
) -> None:
    """The message is about what people write, never about the parser."""
    with pytest.raises(ExpressionError) as caught:
        parse_condition(text)
    assert caught.value.column == column
    assert word in sentence(caught.value)
    assert advice(caught.value)


@pytest.mark.parametrize(
    ("text", "column"),
    [("now > born", 1), ("born < today", 8), ("today() > born", 1), ("born < now()", 8)],
)
def test_there_is_no_now(text: str, column: int) -> None:
    """Time enters a condition only through named clocks."""
    with refused_with(ExpressionError, match="only through named clocks") as caught:
        parse_condition(text)
    assert caught.value.column == column


def test_a_list_cut_short_by_yaml_says_so() -> None:
    """In `{when: risk in (low, high)}` YAML ends the text at the comma."""
    with pytest.raises(ExpressionError) as caught:
        parse_condition("risk in (low")
    assert "in quotes" in advice(caught.value)


# Checking


@pytest.mark.parametrize(
    ("text", "column", "word", "remedy"),
    [
        ("age = adlt", 7, "not a value of `age`", "did you mean `adult`?"),
        ("risk = adult", 8, "not a value of `risk`", "`adult` is a value of `age`"),
        ("asylum > pending", 1, "without an order", "declare it `ordered`"),
        ("pregnant < yes", 1, "has no order", "`=`"),
        ("home_country < NG", 1, "has no order", "`=`"),
        ("rsk = low", 1, "no `rsk`", "did you mean `risk`"),
        ("low = risk", 1, "no `low`", "`risk = low`"),
        ("step.interview.finished", 1, "no `step", "known there: step.interview.done"),
        ("zzz.qqq", 1, "no `zzz.qqq`", "data fields"),
        ("full_name = low", 1, "it is protected", "a separate field"),
        ("full_name.answered", 1, "it is protected", "a separate field"),
        ("risk = full_name", 8, "it is protected", "a separate field"),
        ("risk", 1, "a choice, not yes or no", "`risk = low`"),
        ("years = low", 9, "a number", "`years = 18`"),
        ("home_country = ng", 16, "a country", "`home_country = NG`"),
        ("risk = NG", 8, "the country `NG`", "`risk = low`"),
        ("pregnant = maybe", 12, "yes or no", "`pregnant = yes`"),
        ("born = 5", 8, "a date", "date("),
        ("born < seen_at", 8, "the other a date and time", "date("),
        ("risk = age", 8, "differ in their values", "`risk = low`"),
        ("age in (adult, adult)", 16, "twice", "leave one"),
        ("age in (adult, chlid)", 16, "not a value", "`child`"),
        ("step.interview.done.answered", 1, "no `step", "`step.interview.done`"),
    ],
)
def test_what_does_not_fit_the_names_is_a_fault(
    text: str, column: int, word: str, remedy: str
) -> None:
    """Typing is nominal: each choice knows its own values only."""
    (fault,) = check_condition(parse_condition(text), VOCABULARY, HIDDEN)
    assert fault.column == column
    assert word in sentence(fault)
    assert remedy in advice(fault)


def test_a_name_that_may_not_be_used_is_refused_with_its_own_remedy() -> None:
    """What to ask instead depends on why it is hidden."""
    (fault,) = check_condition(parse_condition("risk = low and full_name"), VOCABULARY, HIDDEN)
    assert (fault.column, advice(fault)) == (
        16,
        "ask for what the condition needs in a separate field",
    )
    assert (
        sentence(fault)
        == "`full_name` may not be used in a condition: it is protected, and no condition can read it"
    )


@pytest.mark.parametrize(
    "text",
    [
        "risk < high and asylum = not_sought",
        "decision.identify = yes and step.interview.done = yes",
        "risk < risk_at_home or nationality != home_country",
        "not risk.answered or risk in (low, medium)",
        'born < date("2008-01-31") and born < travel_date',
        "years > 5 and years < 6",
        "children > years and years < 5 and children < 5",
        "risk <= medium and risk >= medium",
        "pregnant = risk.answered and risk = low",
    ],
)
def test_a_sound_condition_has_no_fault(text: str) -> None:
    """The check gives no false alarm."""
    assert faults(text) == []


def test_all_faults_are_reported_at_once() -> None:
    """One look at the errors is enough to mend a condition."""
    found = faults("rsk = low and asylum > pending and (risk = low and risk = high)")
    assert [column for column, _ in found] == [1, 15, 37]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("risk < low", 1),
        ("risk = low and risk = high", 1),
        ("pregnant and risk = low and asylum = granted and risk = high", 14),
        ("pregnant or (years > 5 and years < 5)", 14),
        ("pregnant = yes and not pregnant", 1),
        ("not risk.answered and risk = low", 1),
        ("travel_date < born and born < travel_date", 1),
        ("home_country = nationality and home_country = NG and nationality = BJ", 1),
        ("decision.identify = yes and decision.identify = no", 1),
        ('born > date("2026-01-01") and born < date("2026-01-02")', 1),
    ],
)
def test_a_part_that_can_never_be_true_is_a_fault(text: str, column: int) -> None:
    """The smallest impossible part is named, at its column."""
    ((found, message),) = faults(text)
    assert found == column
    assert message.endswith("can never be true")


@pytest.mark.parametrize("between", ["asylum = granted", "risk != medium"])
def test_only_the_parts_that_contradict_each_other_are_named(between: str) -> None:
    """What stands between them is left out."""
    ((_, message),) = faults(f"risk = low and {between} and risk = high")
    assert message == "`risk = low and risk = high` can never be true"


@pytest.mark.parametrize(
    "text",
    [
        "risk >= low",
        "risk in (low, medium, high)",
        "risk = low or risk > low",
        "pregnant or not pregnant",
        "risk = risk",
        "risk.answered or not risk.answered",
    ],
)
def test_a_part_that_every_answer_makes_true_is_a_fault(text: str) -> None:
    """It is no condition; who means `has been asked` writes `risk.answered`."""
    ((_, message),) = faults(text)
    assert message.endswith("is true whatever the answers")


def test_too_many_combinations_give_no_verdict() -> None:
    """The check stays quick; it does not guess."""
    choices = {f"f{n}": Choice(values=tuple(f"v{value}" for value in range(9))) for n in range(5)}
    linked = " or ".join(f"f{n} = v1" for n in range(5))
    tree = parse_condition(f"({linked}) and f0 = v1 and f0 = v2")
    assert check_condition(tree, choices) == []


# Running


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pregnant", None),
        ("not pregnant", None),
        ("risk = low", None),
        ("risk != low", None),
        ("risk in (low, high)", None),
        ("risk < risk_at_home", None),
        ("years > 5", None),
        ("pregnant and risk = low", None),
        ("risk.answered", False),
        ("not risk.answered", True),
        ("risk = low or not risk.answered", True),
        ("risk = low and risk.answered", False),
        ("decision.identify.answered", False),
    ],
)
def test_an_unanswered_field_is_neither_yes_nor_no(text: str, expected: bool | None) -> None:
    """Unknown is None, and only `answered` knows better."""
    assert truth(text) is expected


def test_choices_are_ordered_as_declared_not_by_spelling() -> None:
    """`high` stands before `low` in the alphabet."""
    assert truth("risk < high", risk="low") is True
    assert truth("risk >= medium", risk="low") is False
    assert truth("risk > risk_at_home", risk="high", risk_at_home="medium") is True


def test_a_stored_value_that_is_not_declared_is_not_known() -> None:
    """An older version of a pathway may have had other values: they never count as yes."""
    assert truth("risk != low", risk="extreme") is None
    assert truth("risk < risk_at_home", risk="extreme", risk_at_home="high") is None


def test_stored_forms_of_numbers_and_dates_are_understood() -> None:
    """Answers come as JSON: dates as text, decimals as floats."""
    assert truth("years = 0.1", years=0.1) is True
    assert truth("years in (0.1, 5)", years=5) is True
    assert truth("years < children", years=0.1, children=Decimal("0.1")) is False
    assert truth('born < date("2008-01-31")', born="2008-01-30") is True
    assert truth("born < travel_date", born="2008-01-30", travel_date=date(2026, 1, 1)) is True
    later = 'seen_at > date and time("2026-01-31T10:00:00Z")'
    assert truth(later, seen_at="2026-01-31T10:30:00+01:00") is False


def test_a_protected_field_may_lend_its_answered_where_the_vocabulary_says_so() -> None:
    """Whether a name was asked is not the name: the vocabulary may offer that alone."""
    vocabulary = {"full_name.answered": YesNo()}
    tree = parse_condition("full_name.answered")
    assert check_condition(tree, vocabulary, HIDDEN) == []
    assert compile_condition(tree, vocabulary)({"full_name.answered": True}.get) is True


def test_a_condition_that_does_not_fit_is_not_compiled() -> None:
    """Whoever forgets to check is told, before any case runs."""
    with refused_with(ExpressionError, match="`adlt` is not a value"):
        compile_condition(parse_condition("age = adlt"), VOCABULARY)

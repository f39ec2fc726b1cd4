"""Rows of a file as answers: by the field's name, by the codes of a standard."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from engine.code_lists import CodeList, ColumnCodes
from engine.errors import CodedError
from engine.file_columns import Columns, RowFault, columns_of
from engine.loader import load_pathway
from engine.message import Message, message

PATHWAY = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host}
data:
  full_name: {text, protected}
  nights: {number}
  wants_visit: {yes_no}
  speaks: {choice: [en, fr, other]}
  work: {choice: [farm, house, sea], many}
  leaves: {datetime}
  home: {country}
stages:
  first:
    steps:
      talk: {by: desk, form: [full_name, nights?, wants_visit?, speaks?, work?, leaves?, home?]}
    then: end done
ends: {done: success}
"""
STANDARD = CodeList(
    name="htcds",
    columns={
        "Language": ColumnCodes(source="speaks", values={"en": "eng", "fr": "fra", "other": ""}),
        "Work": ColumnCodes(source="work", values={"farm": "Land", "house": "Home", "sea": "Home"}),
        "Visit": ColumnCodes(source="wants_visit", unknown="Unasked"),
        "Status": ColumnCodes(source="case.status", values={"open": "Active", "ended": "Closed"}),
    },
)
LAGOS = ZoneInfo("Africa/Lagos")


def columns(*names: str) -> Columns:
    definition = load_pathway(PATHWAY).definition
    return columns_of({name: name for name in names}, definition, [STANDARD])


@pytest.mark.parametrize(
    ("column", "cell", "answers"),
    [
        ("nights", "3", {"nights": 3}),
        ("nights", "", {}),
        ("wants_visit", "no", {"wants_visit": False}),
        ("work", "farm, sea", {"work": ["farm", "sea"]}),
        ("leaves", "2026-01-31 10:00", {"leaves": "2026-01-31T10:00:00+01:00"}),
        ("leaves", "2026-01-31T10:00+00:00", {"leaves": "2026-01-31T10:00:00+00:00"}),
        ("home", "ng", {"home": "NG"}),
        ("Language", "fra", {"speaks": "fr"}),
        ("Visit", "true", {"wants_visit": True}),
        ("Visit", "Unasked", {}),
        ("Work", "Land", {"work": ["farm"]}),
    ],
)
def test_a_cell_is_an_answer(column: str, cell: str, answers: dict[str, object]) -> None:
    """As the field wants it; a code as the word that it stands for."""
    found, faults = columns(column).answers({column: cell}, LAGOS)
    assert (found, faults) == (answers, [])


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("nights", "three", message("answer.number")),
        ("speaks", "eng", message("answer.one_of", words=("en", "fr", "other"))),
        ("home", "uk", message("answer.country")),
        ("leaves", "tomorrow", message("answer.datetime")),
        ("leaves", "2026-03-02 09.30", message("answer.datetime")),
        ("Language", "en", message("row.unknown_code", codes=("eng", "fra"))),
        ("Work", "Land;Home", message("row.code_of_several")),
        ("Status", "Active", message("row.answers_nothing")),
        ("Other", "x", message("row.answers_nothing")),
    ],
)
def test_a_bad_cell_is_told_without_what_it_says(column: str, cell: str, reason: Message) -> None:
    """The column, and what may stand there."""
    found, faults = columns(column).answers({column: cell}, LAGOS)
    assert (found, faults) == ({}, [RowFault(column, reason)])


def test_texts_of_several_columns_are_put_together_and_nothing_else_is() -> None:
    """A first and a last name; two numbers would hide that one of them is wrong."""
    definition = load_pathway(PATHWAY).definition
    names = columns_of({"First": "full_name", "Last": "full_name"}, definition, [])
    assert names.answers({"First": "Person", "Last": "7"}, LAGOS) == ({"full_name": "Person 7"}, [])
    with pytest.raises(CodedError) as refused:
        columns_of({"A": "nights", "B": "nights"}, definition, [])
    both = message("table.both_answer", other="A", column="B", meant="nights")
    assert refused.value.message == both

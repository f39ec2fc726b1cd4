"""A text that is not YAML is told at the slip, not where YAML gives up."""

from __future__ import annotations

import pytest

from engine.documents.document import load_document
from engine.errors import DefinitionError
from engine.message import Message, finding

_BELOW = 'by: manager\nask: "May we?"\n'
"""Lines in which YAML goes on after a slip above them, with a text in quotes."""
_QUOTE = finding("yaml.open_quote")


def told(text: str) -> tuple[int, int, Message]:
    with pytest.raises(DefinitionError) as caught:
        load_document(text, "trial.yaml")
    (problem,) = caught.value.problems
    return problem.place.line, problem.place.column, problem.message


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("below", ["", "by: manager\n", _BELOW, _BELOW.replace('"', "'")])
def test_a_quote_that_is_not_closed_is_told_where_it_was_opened(quote: str, below: str) -> None:
    """Also where the next quote, which was to open another text, seems to close it."""
    assert told(f"pathway: trial\ntitle: {quote}A trial\n{below}") == (2, 8, _QUOTE)


def test_a_quote_is_found_among_those_that_are_closed() -> None:
    """A text over two lines is closed, and a comment or an apostrophe opens nothing."""
    text = f'# it\'s a trial\na: "one\n  two"\nb: it\'s\nc: {{d: e, ask: "May we?}}\n{_BELOW}'
    assert told(text) == (5, 16, _QUOTE)


@pytest.mark.parametrize(
    ("text", "column", "opens", "closes"),
    [
        ("sides: [host, origin\n", 8, "[", "]"),
        ("sides: [host, origin}\n", 8, "[", "]"),
        ("risk: {choice: [low, high], ordered\n", 7, "{", "}"),
        ("risk: {choice: [low, high, ordered}\n", 16, "[", "]"),
        ('risk: {ask: "a } or a ]", choice\n', 7, "{", "}"),
    ],
)
def test_a_bracket_that_is_not_closed_is_told_where_it_was_opened(
    text: str, column: int, opens: str, closes: str
) -> None:
    """However far below YAML notices it."""
    open_ = finding("yaml.open_bracket", opens=opens, closes=closes)
    assert told(text + "by: manager\nlate: [remind manager]\n") == (1, column, open_)


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("to: {to: home shows: [risk], ask: May we?}", 1, 15, "shows"),
        ("to: {shows: [risk] ask: May we?}", 1, 20, "ask"),
        ("ends: {done: success\n  stays: neutral}", 2, 3, "stays"),
        ("late: [[remind manager] [tell manager]]", 1, 25, "[tell"),
    ],
)
def test_a_comma_that_is_missing_is_told_before_what_follows(
    text: str, line: int, column: int, word: str
) -> None:
    """It has no place of its own."""
    assert told(text) == (line, column, finding("yaml.no_comma", word=word))


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("a: [b,, c]", 7, finding("yaml.two_commas")),
        ("a: [b, c]]", 10, finding("yaml.closes_nothing")),
        ("a: {b: c}}", 10, finding("yaml.closes_nothing")),
        ('a: "b" c', 4, finding("yaml.ends_too_soon", sign='"')),
        ("a: [b] c", 4, finding("yaml.ends_too_soon", sign="[")),
        ('a: "b \\c"', 8, finding("yaml.backslash")),
        ("a: @b", 4, finding("yaml.begins_otherwise", sign="@")),
        ("a: *b c*", 4, finding("yaml.begins_otherwise", sign="*")),
        ("a: & b", 4, finding("yaml.begins_otherwise", sign="&")),
        ("a: | b", 4, finding("yaml.begins_otherwise", sign="|")),
        ("a: [b, %c]", 8, finding("yaml.begins_otherwise", sign="%")),
        ("a: b: c", 5, finding("yaml.second_colon")),
        ("a:\tb", 3, finding("yaml.tab")),
        ("a\uff1a b", 2, finding("slip.colon")),
        ("  a: b", 4, finding("yaml.does_not_fit")),
    ],
)
def test_a_slip_is_named_for_what_it_is(line: str, column: int, message: Message) -> None:
    """With a remedy of its own, in a line between others."""
    assert told(f"pathway: trial\n{line}\nversion: 1\n") == (2, column, message)


@pytest.mark.parametrize("text", ["rule", "by manager", "by = manager", "- by manager"])
def test_a_colon_that_is_missing_is_told_behind_its_word(text: str) -> None:
    """Also where the word has no value beside it."""
    word = text.removeprefix("- ").split()[0]
    above = "- a: b\n" if text.startswith("-") else "a: b\n"
    column = text.index(word) + len(word) + 1
    below = "  by: manager\n" if text == word else "  to: b\n" if "- " in text else "to: b\n"
    assert told(f"{above}{text}\n{below}") == (2, column, finding("yaml.no_colon"))

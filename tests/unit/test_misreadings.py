"""What a first user writes as people say it is told with what to write."""

from __future__ import annotations

import pytest

from engine.errors import ExpressionError
from engine.phrases.grammar import read
from tests.told import advice, sentence


@pytest.mark.parametrize(
    ("kind", "text", "column", "what", "remedy"),
    [
        ("clock", "within 3 days", 1, "written without `within`", "write `3 days`"),
        ("clock", "in 3 working days", 1, "written without `in`", "write `3 working days`"),
        ("clock", "2-3 days", 2, "has one length", "`3 days`"),
        ("clock", "2 to 3 days", 3, "has one length", "`3 days`"),
        ("clock", "1 day and 12 hours", 7, "can be added", "`36 hours`"),
        ("after", "a.done", 1, "stands alone", "only the name"),
        ("after", "a and b", 3, "as a list", "`[a, b]`"),
        ("after", "a, b", 2, "as a list", "`[a, b]`"),
        ("condition", "risk less than low", 6, "written as a sign", "`<`"),
        ("condition", "wants visit = yes", 7, "is one word", "`wants_visit`"),
    ],
)
def test_what_is_written_as_people_say_it_is_told_with_what_to_write(
    kind: str, text: str, column: int, what: str, remedy: str
) -> None:
    """The remedy is the text itself, as far as it can be known."""
    with pytest.raises(ExpressionError) as caught:
        read(kind, text)
    assert caught.value.column == column
    assert what in sentence(caught.value)
    assert remedy in advice(caught.value)

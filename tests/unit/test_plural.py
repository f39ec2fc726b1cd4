"""How a count is said."""

from __future__ import annotations

import pytest

from engine.plural import counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (1200, "1,200 entries")],
)
def test_only_one_is_singular(number: int, said: str) -> None:
    """None is many."""
    assert counted(number, "entry", "entries") == said


def test_a_plural_is_made_with_an_s() -> None:
    """Unless another one is said."""
    assert (counted(1, "case"), counted(3, "case")) == ("1 case", "3 cases")

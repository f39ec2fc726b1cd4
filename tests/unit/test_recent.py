"""What a process keeps: what was used last, up to a number."""

from __future__ import annotations

from models.recent import Recent


def test_what_was_used_longest_ago_makes_room() -> None:
    """What is kept again, or looked at, counts from then."""
    kept = Recent[str, int](2)
    for key, value in (("one", 1), ("two", 2), ("one", 3), ("three", 4)):
        kept.keep(key, value)
    assert [kept.get(each) for each in ("two", "three", "one")] == [None, 4, 3]
    kept.keep("four", 5)
    assert [kept.get(each) for each in ("one", "three", "four")] == [3, None, 5]


def test_what_is_forgotten_makes_room() -> None:
    """And to forget what is not kept does nothing."""
    kept = Recent[str, int](2)
    for key in ("one", "two", "two"):
        kept.keep(key, 1)
    kept.forget("one")
    kept.forget("four")
    kept.keep("three", 3)
    assert [kept.get(each) for each in ("one", "two", "three")] == [None, 1, 3]

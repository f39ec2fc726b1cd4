"""Who waits for itself is found by following each arrow twice, and by looking from each node alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.checks.deadlocks import Arrows, in_circles

NODES = st.sampled_from("abcdefg")
ARROWS = st.dictionaries(NODES, st.lists(NODES, max_size=3))


def found_one_by_one(arrows: Arrows) -> set[str]:
    """The plain way: from each node, whether some way leads back."""
    found = set()
    for start in arrows:
        seen, todo = set[str](), [start]
        while todo:
            new = [each for each in arrows.get(todo.pop(), ()) if each not in seen]
            seen.update(new)
            todo += new
        if start in seen:
            found.add(start)
    return found


@given(ARROWS)
def test_both_ways_find_the_same(arrows: Arrows) -> None:
    """Circles side by side, within each other, and what lies between two of them."""
    assert in_circles(arrows) == found_one_by_one(arrows)


def test_what_lies_between_two_circles_is_in_none() -> None:
    """It waits for one and is waited for by the other."""
    arrows = {"a": ["a", "b"], "b": ["c"], "c": ["d", "x"], "d": ["c"]}
    assert in_circles(arrows) == {"a", "c", "d"}

"""Who waits for itself is found by following each arrow twice, and by looking from each node alike."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.checks.deadlocks import Arrows, rounds

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
    inside = found_one_by_one(arrows)
    ways = list(rounds(arrows))
    assert {node for way in ways for node in way} <= inside
    for way in ways:
        assert way[0] == way[-1]
        assert len({*way}) == len(way) - 1
        assert all(there in arrows[here] for here, there in pairwise(way))
        left = {node: [] if node in way else [*to] for node, to in arrows.items()}
        assert found_one_by_one(left) < inside
    assert bool(ways) == bool(inside)


def test_each_circle_is_told_once_from_its_first_node() -> None:
    """What lies between two circles is in none; of two ways round, the shorter one is told."""
    arrows = {"a": ["a", "b"], "b": ["c"], "c": ["e", "d", "x"], "d": ["c"], "e": ["d"]}
    assert sorted(rounds(arrows)) == [("a", "a"), ("c", "d", "c")]

"""What a walk keeps apart in a pathway whose steps follow one another in a long row."""

from __future__ import annotations

import gc
import tracemalloc

from engine.pathway import Pathway
from engine.proofs import prove
from tests.random_documents import loaded

MOST = 3
"""It is 2.3 for what is read alone, and 3.9 where each step keeps all those before it apart."""


def chain(length: int) -> Pathway:
    steps = {
        f"s{each}": {"by": "desk"} | ({"after": f"s{each - 1}"} if each else {})
        for each in range(length)
    }
    return loaded(
        {
            "pathway": "trial",
            "version": 1,
            "title": "A trial",
            "effective": "2026-01-01",
            "sides": ["host"],
            "roles": {"desk": "desk @ host"},
            "stages": {"main": {"steps": steps, "then": "end done"}},
            "ends": {"done": "success"},
        }
    )


def memory_for(pathway: Pathway) -> int:
    """The most bytes at a time that the walk needs."""
    gc.collect()
    tracemalloc.start()
    try:
        assert prove(pathway).complete
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_twice_as_many_steps_in_a_row_need_little_more_than_twice_the_memory() -> None:
    """A step that reads nothing depends on no answer of those before it."""
    short, long = chain(40), chain(80)
    assert memory_for(long) < MOST * memory_for(short)

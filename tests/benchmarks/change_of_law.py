"""A change of law with a thousand running cases at random positions: what `onward impact` says of each,
the move, the way back, and how long they take.

    python -m tests.benchmarks.change_of_law [CASES]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from casework import migrating, queries, reverting
from casework.context import Actor, Onward
from casework.impact import impact
from casework.publishing import publish_pathway, published_version
from casework.settling import settle_due
from casework.verifying import verify
from tests.installations import installation
from tests.running_cases import AFTER, NAME, positions, spread, text_after

OPERATOR = Actor("", "op-1")


@contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.1f} s", flush=True)


def run(onward: Onward, number: int) -> None:
    with timed(f"{number} cases brought to where they stand"):
        codes = spread(onward, number, seed=11, days=400)
    publish_pathway(onward, text_after(onward.clock.now().date()))
    new = published_version(onward, NAME, AFTER)
    with timed("impact"):
        said = {each.code: each for each in impact(onward, new)}
    for code in said:
        settle_due(onward, code)
    before = {code: queries.case(onward, code).state for code in said}
    print(
        f"{len(codes)} cases, {len(said)} running, {len(positions([*before.values()]))} positions"
    )
    with timed("migrate"):
        these = list(migrating.cases_before(onward, NAME, AFTER))
        done = list(migrating.move_cases(onward, these, NAME, AFTER, OPERATOR))
    print(dict(Counter(str(each.word) for each in done)))
    print(f"deadlines moved: {sum(len(each.deadlines) for each in done)}")
    for each in done:
        assert (each.word, each.reasons) == (said[each.code].word, said[each.code].reasons)
        assert each.deadlines == said[each.code].deadlines
        assert verify(onward, each.code).faults == ()
        assert queries.case(onward, each.code).state.responsible
    with timed("revert"):
        moved = list(reverting.cases_moved_to(onward, NAME, AFTER))
        back = list(reverting.revert_cases(onward, moved, NAME, AFTER, OPERATOR))
    for each in back:
        assert each.moved, each
        state = queries.case(onward, each.code).state
        assert replace(state, notices=0) == replace(before[each.code], notices=0)
        assert verify(onward, each.code).faults == ()
    print(f"impact and migrate agree on {len(done)} cases, revert restored {len(back)}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = installation(f"sqlite:///{folder}/onward.db", Path(folder))
        run(made, int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
        made.close()

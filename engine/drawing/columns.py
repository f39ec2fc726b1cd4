"""Works out which column each part belongs in: after everything it follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.checks.deadlocks import last_first_left


def columns_of(before: Mapping[str, Sequence[str]], wide: frozenset[str]) -> dict[str, int]:
    """The column of each part, from 0.

    If parts come after one another in a circle, which `any of` allows, one of them comes first.

    Args:
        before: the predecessors of each part; names that are not parts are ignored.
        wide: parts that take two columns, such as a request with its answer.
    """
    found: dict[str, int] = {}
    for name in last_first_left(before):
        ends = [found[each] + (2 if each in wide else 1) for each in before[name] if each in found]
        found[name] = max(ends, default=0)
    return found

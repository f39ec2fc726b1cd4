"""Works out which column each part belongs in: after everything it follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def columns_of(before: Mapping[str, Sequence[str]], wide: frozenset[str]) -> dict[str, int]:
    """The column of each part, from 0.

    Args:
        before: the predecessors of each part; names that are not parts are ignored.
        wide: parts that take two columns, such as a request with its answer.
    """
    found: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in found:
            ends = [
                column(each) + (2 if each in wide else 1) for each in before[name] if each in before
            ]
            found[name] = max(ends, default=0)
        return found[name]

    for name in before:
        column(name)
    return found

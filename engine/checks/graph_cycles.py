"""Finds the nodes of a graph that lie on a cycle, in linear time (Kosaraju)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Arrows = Mapping[str, Sequence[str]]


def in_circles(arrows: Arrows) -> set[str]:
    """The nodes that lie on a cycle.

    Args:
        arrows: the successors of each node; nodes without any may be left out.
    """
    back: dict[str, list[str]] = {node: [] for node in arrows}
    for node, targets in arrows.items():
        for target in targets:
            back.setdefault(target, []).append(node)
    found, seen = set[str](), set[str]()
    for start in reversed(list(_last_first_left(arrows))):
        together = list(_reached(back, start, seen))
        if len(together) > 1 or start in arrows[start]:
            found.update(together)
    return found


def _last_first_left(arrows: Arrows) -> Iterator[str]:
    """Every node of `arrows`, each after all its successors, as far as cycles allow."""
    seen: set[str] = set()
    for start in arrows:
        if start in seen:
            continue
        seen.add(start)
        way = [(start, iter(arrows[start]))]
        while way:
            node, ahead = way[-1]
            new = next((each for each in ahead if each in arrows and each not in seen), None)
            if new is None:
                way.pop()
                yield node
            else:
                seen.add(new)
                way.append((new, iter(arrows[new])))


def _reached(arrows: Arrows, start: str, seen: set[str]) -> Iterator[str]:
    """A node and everything reachable from it, except what was seen before."""
    todo = [] if start in seen else [start]
    seen.add(start)
    while todo:
        yield (node := todo.pop())
        new = [each for each in dict.fromkeys(arrows.get(node, ())) if each not in seen]
        seen.update(new)
        todo += new

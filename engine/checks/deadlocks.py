"""Steps and stages that wait for one another and would never open, and named clocks that are counted
from themselves.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.checks.names import Fault, Names, Path
from engine.definition import Step
from engine.message import finding
from engine.phrases.syntax import After, moments_in


class _Wait(NamedTuple):
    """A wait for at least `least` of the nodes in `of`. A node is a step, `<stage> entered` or
    `<stage> ended`.
    """

    least: int
    of: tuple[str, ...]


Graph = Mapping[str, tuple[_Wait, ...]]
Arrows = Mapping[str, Sequence[str]]


def check_cycles(names: Names) -> Iterator[Fault]:
    """Faults for steps or stages that wait for one another and would never open, and for named
    clocks that are counted from themselves.
    """
    if names.steps.keys() & names.d.stages.keys():  # ambiguous names have to be mended first
        return
    graph = graph_of(names)
    never = never_open(graph)
    shut = [node for node in graph if node in never]
    stages_first = sorted(shut, key=lambda node: not node.endswith(" entered"))
    for way in rounds({node: _ahead(graph[node], never) for node in stages_first}):
        yield _fault(names, way)
    yield from _clocks(names)


def _clocks(names: Names) -> Iterator[Fault]:
    """Named clocks that are counted from themselves, directly or through others."""
    clocks = names.d.clocks
    arrows = {
        name: [moment.anchor for moment in moments_in(timing.time) if moment.anchor in clocks]
        for name, timing in clocks.items()
    }
    for way in rounds(arrows):
        yield Fault(("clocks", way[0]), finding("clock.from_itself", way=way))


def _consents(asking: Mapping[str, tuple[str, ...]], step: Step) -> Iterator[_Wait]:
    """For each consent the step needs, a wait for any one of the steps that ask for it. A request
    that somebody prepares waits for no consent: it may open before the consents are given.
    """
    if step.hand_over and step.by:
        return
    for each in step.needs:
        if steps := asking.get(each.removeprefix("consent.")):
            yield _Wait(1, steps)


def _fault(names: Names, way: tuple[str, ...]) -> Fault:
    """The fault for what waits for itself, at the first of it."""
    name, *others = (node.partition(" ")[0] for node in way)
    shown = (name, *(each for each, before in pairwise((*others, "")) if each != before))
    is_step = name in names.steps
    path: Path = ("stages", names.steps[name][0], "steps", name) if is_step else ("stages", name)
    if any(names.steps[each][1].needs for each in shown if each in names.steps):
        return Fault(path, finding("after.waits_for_itself_or_needs_it", way=shown))
    return Fault(path, finding("after.waits_for_itself", way=shown))


def graph_of(names: Names) -> Graph:
    """The waits of each node. Waiting for a stage means waiting for its end, and so for its required
    steps, or enough of them.
    """
    graph: dict[str, tuple[_Wait, ...]] = {}
    asking: dict[str, tuple[str, ...]] = {}
    for name, (_, step) in names.steps.items():
        if step.consent:
            asking[step.consent] = (*asking.get(step.consent, ()), name)
    for name, (stage, step) in names.steps.items():
        waits = (_after(names, step.after), _Wait(1, (f"{stage} entered",)))
        graph[name] = (*waits, *_consents(asking, step))
    for name, stage_of in names.d.stages.items():
        graph[f"{name} entered"] = (_after(names, stage_of.after),)
        needed = tuple(n for n, s in stage_of.steps.items() if not s.may_lack)
        graph[f"{name} ended"] = (
            _Wait(1, (f"{name} entered",)),
            _Wait(stage_of.enough or len(needed), needed),
        )
    return graph


def _after(names: Names, after: After) -> _Wait:
    nodes = tuple(name if name in names.steps else f"{name} ended" for name in after.names)
    return _Wait(after.least or len(nodes), nodes)


def never_open(graph: Graph) -> set[str]:
    """The nodes that can never open, in whatever order things are done."""
    return set(graph) - set(in_order_of_opening(graph))


def in_order_of_opening(graph: Graph, without: str = "") -> list[str]:
    """Every node that can open even if `without` never does, in an order in which they can open:
    each after all the nodes it waits for, or after enough of them.

    Each edge is followed once, when its source opens, so a pathway of thousands of steps stays
    fast.
    """
    lacks: dict[tuple[str, int], int] = {}
    """How many must still come, for each unmet wait."""
    heard_by: dict[str, list[tuple[str, int]]] = {}
    for node, waits in graph.items():
        for number, wait in enumerate(waits):
            known = [each for each in wait.of if each in graph]
            if (missing := wait.least - (len(wait.of) - len(known))) > 0:
                lacks[node, number] = missing
                for each in known:
                    heard_by.setdefault(each, []).append((node, number))
    unmet = Counter(node for node, _ in lacks)
    opens = [node for node in graph if not unmet[node] and node != without]
    order: list[str] = []
    while opens:
        order.append(now := opens.pop())
        for node, number in heard_by.get(now, ()):
            lacks[node, number] -= 1
            if lacks[node, number] == 0:
                unmet[node] -= 1
                if not unmet[node] and node != without:
                    opens.append(node)
    return order


def _ahead(waits: tuple[_Wait, ...], among: set[str]) -> list[str]:
    """The nodes in `among` that a node waits for."""
    return [each for wait in waits for each in wait.of if each in among]


def rounds(arrows: Arrows) -> Iterator[tuple[str, ...]]:
    """A shortest way round for each part of a graph in which each node leads to each, from the first
    node of `arrows` in it to itself, in linear time (Kosaraju).

    Args:
        arrows: the successors of each node; nodes without any may be left out.
    """
    back: dict[str, list[str]] = {node: [] for node in arrows}
    for node, targets in arrows.items():
        for target in targets:
            back.setdefault(target, []).append(node)
    seen = set[str]()
    order = {node: number for number, node in enumerate(arrows)}
    for start in reversed(list(last_first_left(arrows))):
        together = set(_reached(back, start, seen))
        if len(together) > 1 or (together and start in arrows[start]):
            yield _way_round(arrows, together, min(together, key=order.__getitem__))


def _way_round(arrows: Arrows, among: set[str], start: str) -> tuple[str, ...]:
    ways, reached = deque[tuple[str, ...]]([(start,)]), set[str]()
    while True:
        way = ways.popleft()
        for each in arrows[way[-1]]:
            if each == start:
                return (*way, start)
            if each in among and each not in reached:
                reached.add(each)
                ways.append((*way, each))


def last_first_left(arrows: Arrows) -> Iterator[str]:
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

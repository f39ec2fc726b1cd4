"""Periods counted from a moment that comes too late, or that is always past already.

A due moment is no deadline if it is never known, or if it passes before there is anything to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.deadlocks import Graph, graph_of, in_order_of_opening
from engine.checks.names import Fault, Names, Path
from engine.definition import Time
from engine.message import finding
from engine.phrases.syntax import ClockExpression, Earliest, Moment

_OVER_WITH_IT = frozenset({"opened", "done", "offered", "accepted", "entered", "ended"})
"""Moments of a step or stage that, once it is settled, have either come or never will."""


def check_awaited(names: Names) -> Iterator[Fault]:
    """Faults for each `due`, `answer` or `not_before` of a step that counts from a moment which
    comes too late, or which will always have passed already.
    """
    if names.steps.keys() & names.d.stages.keys():  # ambiguous names have to be mended first
        return
    order = _Order(graph_of(names))
    for name, (stage, step) in names.steps.items():
        path: Path = ("stages", stage, "steps", name)
        for word in ("due", "answer"):
            timing: Time | None = getattr(step, word)
            if timing:
                yield from _due(names, order, name, timing, (*path, word, "time"))
        if step.not_before:
            yield from _opening(names, order, name, step.not_before, (*path, "not_before", "time"))


def _due(names: Names, order: _Order, step: str, timing: Time, path: Path) -> Iterator[Fault]:
    for moment in _needed(names, timing.time):
        anchor = moment.anchor or ""
        node = _node(names, anchor)
        if node is None or node == step:  # another check reports a step's own end
            continue
        is_past = moment.before and not moment.on and anchor.rpartition(".")[2] in _OVER_WITH_IT
        if is_past and order.must(node, step):
            yield Fault(path, finding("due.always_overdue", anchor=anchor, step=step))
        elif order.must(step, node) and (moment.before or not _begins_again(names, step)):
            yield Fault(path, finding("due.never_due", anchor=anchor, step=step))


def _opening(names: Names, order: _Order, step: str, timing: Time, path: Path) -> Iterator[Fault]:
    for moment in _needed(names, timing.time):
        node = _node(names, moment.anchor or "")
        if node is not None and (node == step or order.must(step, node)):
            yield Fault(path, finding("floor.waits_for_itself", step=step, anchor=moment.anchor))


def _needed(names: Names, expression: ClockExpression) -> Iterator[Moment]:
    """The moments that must be known before the end of a period is known, including those of the
    named clocks in the period. An `earliest of` needs none of its moments.
    """
    todo, seen = [expression], set[str]()
    while todo:
        match todo.pop():
            case Moment() as moment:
                clock = names.d.clocks.get(moment.anchor or "")
                if clock is None:
                    yield moment
                elif moment.anchor and moment.anchor not in seen:
                    seen.add(moment.anchor)
                    todo.append(clock.time)
            case Earliest():
                continue
            case latest:
                todo += [each for each in latest.of if not _may_stay_away(each)]


def _may_stay_away(part: ClockExpression) -> bool:
    return isinstance(part, Moment) and part.optional


def _node(names: Names, anchor: str) -> str | None:
    """The node of the graph that a moment belongs to: a step, or the entry or end of a stage; None
    if the moment belongs to neither.
    """
    name, _, word = anchor.rpartition(".")
    if anchor not in names.moments:  # reported already
        return None
    if name in names.steps:
        return name
    if name in names.d.stages:
        return f"{name} entered" if word in ("entered", "returned") else f"{name} ended"
    return None


def _begins_again(names: Names, step: str) -> bool:
    """Whether a step can begin again. If so, a later moment may be known from the round before."""
    stage, found = names.steps[step]
    return bool(
        found.repeat
        or found.series
        or found.manual
        or names.d.stages[stage].repeat
        or names.d.reopen
        or names.back_to
    )


class _Order:
    """What must come before what, whatever course a case takes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._place = {node: n for n, node in enumerate(in_order_of_opening(graph))}
        self._without: dict[str, set[str]] = {}

    def must(self, first: str, then: str) -> bool:
        """Whether `first` must happen before `then` can."""
        places = self._place
        if first not in places or then not in places or places[first] > places[then]:
            return False
        if first not in self._without:
            self._without[first] = set(in_order_of_opening(self._graph, first))
        return then not in self._without[first]

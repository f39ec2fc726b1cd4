"""Steps and stages that wait for one another would never open."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path


def check_cycles(names: Names) -> Iterator[Fault]:
    """Steps or stages that wait for one another would never open."""
    waits: dict[str, tuple[str, ...]] = {
        name: (*step.after, stage) for name, (stage, step) in names.steps.items()
    }
    for name, stage in names.d.stages.items():
        waits[name] = stage.after
    # a stage ends with its steps, so what waits for the stage's end waits for them
    ends = {f"{name} ended": tuple(stage.steps) for name, stage in names.d.stages.items()}
    graph = {
        name: tuple(
            f"{a} ended" if a in names.d.stages and a != _home(names, name) else a for a in after
        )
        for name, after in waits.items()
    } | ends
    in_a_circle = {name for name in waits if _reaches(graph, name, name)}
    for name in waits:
        home = _home(names, name)
        # Where a whole stage waits for itself, that is all that is to be said of its steps.
        if name in in_a_circle and (name == home or home not in in_a_circle):
            path: Path = ("stages", name) if name == home else ("stages", home, "steps", name)
            yield Fault(path, f"`{name}` waits for itself", "take a name out of `after`")


def _home(names: Names, name: str) -> str:
    return names.steps[name][0] if name in names.steps else name


def _reaches(graph: dict[str, tuple[str, ...]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            todo += graph.get(name, ())
    return False

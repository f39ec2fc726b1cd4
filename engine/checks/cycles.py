"""Steps and stages that wait for one another would never open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.names import Fault, Names, Path
from engine.definition import Step


def check_cycles(names: Names) -> Iterator[Fault]:
    """Steps or stages that wait for one another would never open."""
    if names.steps.keys() & names.d.stages.keys():  # whom a name means is to be mended first
        return
    asking = {step.consent: name for name, (_, step) in names.steps.items() if step.consent}
    waits: dict[str, tuple[str, ...]] = {
        name: (*step.after, stage, *_asking(asking, step))
        for name, (stage, step) in names.steps.items()
    }
    for name, stage in names.d.stages.items():
        waits[name] = stage.after
    # a stage ends with its required steps, so what waits for its end waits for them
    ends = {
        f"{name} ended": tuple(each for each, step in stage.steps.items() if not step.may_lack)
        for name, stage in names.d.stages.items()
    }
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
            needs = name != home and names.steps[name][1].needs
            remedy = "take a name out of `after`" + (" or `needs`" if needs else "")
            yield Fault(path, f"`{name}` waits for itself", remedy)


def _asking(asking: Mapping[str, str], step: Step) -> tuple[str, ...]:
    """The steps in which what it needs is asked for; a prepared request may open before."""
    if step.hand_over and step.by:
        return ()
    found = (asking.get(each.removeprefix("consent.")) for each in step.needs)
    return tuple(each for each in found if each)


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

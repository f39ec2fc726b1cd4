"""Repeated parts: what ends or triggers a repetition, and that no part makes itself repeat."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.faults import unknown_moment
from engine.checks.names import Fault, Names, Path
from engine.definition import Repeat, Stage, Step
from engine.message import finding


def check_repeat(names: Names, part: Stage | Step, path: Path) -> Iterator[Fault]:
    repeat, where = part.repeat, (*path, "repeat")
    if repeat is None:
        return
    manual = isinstance(part, Step) and part.manual
    if isinstance(part, Step):
        yield from _only_what_is_done(part, where)
    if repeat.until:
        yield from names.expression(repeat.until, (*where, "until"))
        if repeat.then is None:
            yield Fault(where, finding("repeat.no_then"))
    elif not (manual or repeat.on):
        what = finding(
            "repeat.stage_without_end" if isinstance(part, Stage) else "repeat.step_without_end"
        )
        yield Fault(where, what)
    if repeat.then:
        yield from names.reaction(repeat.then, (*where, "then"))
    if repeat.on:
        yield from _on(names, repeat, where, manual=bool(manual))


def _only_what_is_done(step: Step, path: Path) -> Iterator[Fault]:
    if step.consent or step.hand_over or step.series or step.arrival:
        yield Fault(path, finding("repeat.one_by_one"))


def _on(names: Names, repeat: Repeat, path: Path, *, manual: bool) -> Iterator[Fault]:
    if repeat.until or repeat.then or manual:
        yield Fault((*path, "on"), finding("repeat.on_and_until"))
    for number, moment in enumerate(repeat.on):
        if moment not in names.happenings:
            yield unknown_moment(moment, names.happenings, (*path, "on", number))


def check_echoes(names: Names) -> Iterator[Fault]:
    """Faults for steps and stages whose `repeat.on` names a moment that they cause themselves,
    directly or through others.
    """
    steps = {name: step.repeat for name, (_, step) in names.steps.items()}
    stages = {name: stage.repeat for name, stage in names.d.stages.items()}
    causes = {name: _owners(repeat) for name, repeat in {**steps, **stages}.items()}
    for name, (stage, _) in names.steps.items():
        if causes[stage]:  # it is repeated along with its stage
            causes[name] = causes[name] | {stage}
    for room, repeats in (("steps", steps), ("stages", stages)):
        for name, repeat in repeats.items():
            if repeat and repeat.on and name in _all_causes(causes, name):
                home: Path = ("stages", name)
                if room == "steps":
                    home = ("stages", names.steps[name][0], "steps", name)
                yield Fault((*home, "repeat", "on"), finding("repeat.by_itself", name=name))


def _owners(repeat: Repeat | None) -> set[str]:
    """The steps and stages whose moments trigger a repetition."""
    return {moment.partition(".")[0] for moment in repeat.on} if repeat else set()


def _all_causes(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        new = graph.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen

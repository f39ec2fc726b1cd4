"""Separation of duties, and who may start a step."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Step
from engine.message import finding


def check_separation(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    for number, role in enumerate(step.started_by):
        yield from names.holder(role, (*path, "started_by", number))
    if "started_by" in step.model_fields_set and not step.started_by:
        yield Fault((*path, "started_by"), finding("started_by.nobody"))
    if step.started_by and not step.manual:
        yield Fault((*path, "started_by"), finding("started_by.not_manual"))
    for word in ("not_by", "other_agency_than"):
        for number, other in enumerate(getattr(step, word)):
            yield from _other(names, name, other, (*path, word, number))
    if step.not_by and _has_no_person(step):
        yield Fault((*path, "not_by"), finding("separation.sent_by_itself"))
    for other, where in _persons(step.not_by, (*path, "not_by")):
        if other != name and _is_by_itself(names, other):
            yield Fault(where, finding("separation.from_what_is_sent", step=other))
    yield from _passes_on(step, path)
    if step.panel:
        yield from _chair(names, name, step, (*path, "panel", "chair_not_by"))


def _passes_on(step: Step, path: Path) -> Iterator[Fault]:
    if step.passes_on is not None and not step.by:
        yield Fault((*path, "passes_on"), finding("passes_on.nobody"))


def _chair(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    """Check the four-eyes rule for a panel's chair. Source: the chair is not the lead social worker
    (F27).
    """
    panel = step.panel
    if panel is None or not panel.chair_not_by:
        return
    if panel.chair is None:
        yield Fault(path, finding("panel.no_chair"))
    for other, where in _persons(panel.chair_not_by, path):
        yield from _other(names, name, other, where)
        if other in step.not_by:
            yield Fault(where, finding("panel.chair_not_by_twice", step=other))
        elif other != name and _is_by_itself(names, other):
            yield Fault(where, finding("panel.chair_not_by_what_is_sent", step=other))


def _persons(steps: tuple[str, ...], path: Path) -> Iterator[tuple[str, Path]]:
    return ((other, (*path, number)) for number, other in enumerate(steps))


def _is_by_itself(names: Names, step: str) -> bool:
    return step in names.steps and _has_no_person(names.steps[step][1])


def _other(names: Names, name: str, other: str, path: Path) -> Iterator[Fault]:
    if other == name:
        yield Fault(path, finding("separation.from_itself", step=name))
    elif other not in names.steps:
        yield unknown("step", other, names.steps, path)


def _has_no_person(step: Step) -> bool:
    return bool(step.hand_over and not step.by)

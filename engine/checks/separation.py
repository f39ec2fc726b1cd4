"""Who may not do what another does, and who may begin a step."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Step


def check_separation(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    for number, role in enumerate(step.started_by):
        yield from names.holder(role, (*path, "started_by", number))
    if "started_by" in step.model_fields_set and not step.started_by:
        what = "nobody may begin this step"
        yield Fault((*path, "started_by"), what, "name a role, or leave the line out: then all may")
    if step.started_by and not step.manual:
        what = "this step opens by itself, nobody begins it"
        yield Fault((*path, "started_by"), what, "add `manual: yes`, or leave it out")
    for word in ("not_by", "other_agency_than"):
        for number, other in enumerate(getattr(step, word)):
            yield from _other(names, name, other, (*path, word, number))
    if step.not_by and _has_no_person(step):
        yield Fault((*path, "not_by"), _NO_PERSON, "add `by:`, or say `other_agency_than`")
    for other, where in _persons(step.not_by, (*path, "not_by")):
        if other != name and _is_by_itself(names, other):
            yield Fault(where, _sent(other), "say `other_agency_than` instead")
    yield from _passes_on(step, path)
    if step.panel:
        yield from _chair(names, name, step, (*path, "panel", "chair_not_by"))


def _passes_on(step: Step, path: Path) -> Iterator[Fault]:
    if step.passes_on is not None and not step.by:
        what = "no task of this step passes on to anybody by a no"
        yield Fault((*path, "passes_on"), what, "say it of a step with `by`, or leave it out")


def _chair(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    """Four eyes for the chair alone. Source: the chair is not the lead social worker (F27)."""
    panel = step.panel
    if panel is None or not panel.chair_not_by:
        return
    if panel.chair is None:
        yield Fault(path, "this panel has no chair", "add `chair:` and a member")
    for other, where in _persons(panel.chair_not_by, path):
        yield from _other(names, name, other, where)
        if other in step.not_by:
            what = f"`not_by: {other}` of the step holds for every member"
            yield Fault(where, what, "write it in one of the two places")
        elif other != name and _is_by_itself(names, other):
            yield Fault(where, _sent(other), "name a step that a person does")


def _persons(steps: tuple[str, ...], path: Path) -> Iterator[tuple[str, Path]]:
    return ((other, (*path, number)) for number, other in enumerate(steps))


def _is_by_itself(names: Names, step: str) -> bool:
    return step in names.steps and _has_no_person(names.steps[step][1])


def _sent(step: str) -> str:
    return f"`{step}` is a request that is sent by itself: no person does it"


_NO_PERSON = "this request is sent by itself: no person does it"


def _other(names: Names, name: str, other: str, path: Path) -> Iterator[Fault]:
    if other == name:
        yield Fault(path, f"`{name}` cannot be apart from itself", "name another step")
    elif other not in names.steps:
        yield unknown("step", other, names.steps, path)


def _has_no_person(step: Step) -> bool:
    return bool(step.hand_over and not step.by)

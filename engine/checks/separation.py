"""Who may not do what another does, and who may begin a step."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Step


def check_separation(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    for number, role in enumerate(step.started_by):
        yield from names.holder(role, (*path, "started_by", number))
    if step.started_by and not step.manual:
        what = "this step opens by itself, nobody begins it"
        yield Fault((*path, "started_by"), what, "add `manual: yes`, or leave it out")
    for word in ("not_by", "other_agency_than"):
        for number, other in enumerate(getattr(step, word)):
            yield from _other(names, name, other, (*path, word, number))
    if not step.not_by:
        return
    if _has_no_person(step):
        yield Fault((*path, "not_by"), _NO_PERSON, "add `by:`, or say `other_agency_than`")
    for number, other in enumerate(step.not_by):
        if other in names.steps and other != name and _has_no_person(names.steps[other][1]):
            what = f"`{other}` is a request that is sent by itself: no person does it"
            yield Fault((*path, "not_by", number), what, "say `other_agency_than` instead")


_NO_PERSON = "this request is sent by itself: no person does it"


def _other(names: Names, name: str, other: str, path: Path) -> Iterator[Fault]:
    if other == name:
        yield Fault(path, f"`{name}` cannot be apart from itself", "name another step")
    elif other not in names.steps:
        yield unknown("step", other, names.steps, path)


def _has_no_person(step: Step) -> bool:
    return bool(step.hand_over and not step.by)

"""Fields that a consent or a basis shows to a role in whose steps nobody reads them: notes, not
faults.

Cover alone shows an agency nothing: unless it is responsible for the case, one of its tasks or
requests must ask for the field or show it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Path
from engine.definition import Basis, Consent, Definition, Step
from engine.message import finding
from engine.state import RESPONSIBLE


def unread_fields(definition: Definition) -> Iterator[Fault]:
    """A note for each role of a checked definition to which a consent or basis shows fields that
    its tasks and requests neither ask for nor show. Roles whose agency may be responsible for a
    case are left out: that agency reads what it is covered for.
    """
    steps = [step for stage in definition.stages.values() for step in stage.steps.values()]
    answers_for = {RESPONSIBLE, *_may_be_responsible(definition, steps)}
    covers: dict[Path, Basis | Consent] = {("bases", n): b for n, b in definition.bases.items()}
    covers |= {("consents", name): each for name, each in definition.consents.items()}
    for path, cover in covers.items():
        for role in cover.to:
            read = _read(definition, steps, role)
            never = tuple(each for each in cover.shows if each not in read)
            if never and role not in answers_for:
                what = finding("shows.nobody_reads", fields=never, role=role)
                yield Fault((*path, "shows"), what)


def _may_be_responsible(definition: Definition, steps: list[Step]) -> Iterator[str]:
    for name, role in definition.roles.items():
        if role.side == definition.sides[0] and definition.may_be_opened_by((role.type,)):
            yield name
    for step in steps:
        if step.kind in (None, "request") and step.responsibility != "stays":
            yield from step.receivers


def _read(definition: Definition, steps: list[Step], role: str) -> set[str]:
    """The fields that a role's tasks and requests ask for or show. A derived field is read on
    the ground of the fields that it is derived from.
    """
    found: set[str] = set()
    for step in steps:
        found.update(_read_in(definition, step, role))
    for end in definition.ends.values():
        if role in (end.by, end.approved_by):
            found.update(item.name for item in end.form)
    for name in found & definition.data.keys():
        found = found.union(definition.data[name].highest_of)
    return found


def _read_in(definition: Definition, step: Step, role: str) -> Iterator[str]:
    if step.panel and role in step.panel.members:
        yield from (*step.panel.shows, *step.panel.shows_to.get(role, ()))
    if role in step.by:
        yield from (*step.shows, *(item.name for item in step.form))
        if step.reaches_person:
            yield from (name for name, field in definition.data.items() if field.safe_contact)
    if role in (*step.by, *step.receivers):
        yield from (item.name for item in step.answers)
    if step.receivers and role in (*step.by, *step.receivers):  # both ends read what it shows
        covers: list[Basis | Consent] = [*definition.bases.values()]
        covers += (definition.consents[each.removeprefix("consent.")] for each in step.needs)
        for each in covers:
            yield from each.shows if set(each.to) & set(step.receivers) else ()

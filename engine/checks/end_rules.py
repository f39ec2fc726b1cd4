"""Ends: who closes a case, what they are asked, who approves the end, and who may reopen the case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.form_rules import check_form
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Definition, End, Reopening, reopens_from
from engine.message import finding
from engine.turns.resting import WAIT_ON


def check_end(names: Names, name: str, end: End) -> Iterator[Fault]:
    path: Path = ("ends", name)
    for word in ("by", "approved_by"):
        role = getattr(end, word)
        if role:
            yield from names.holder(role, (*path, word))
    yield from check_form(names, end.form, (*path, "form"))
    if name == WAIT_ON:
        yield Fault(path, finding("name.meaning_of_its_own", name=name), name=True)
    others = {*names.steps, *names.d.stages, *names.d.interrupts, "case", "review"}
    if end.takes_closing and name in others:
        yield Fault(path, finding("end.name_taken", end=name), name=True)


def idle_reopening(definition: Definition) -> list[Fault]:
    """A note if `reopen` can never apply, because none of the pathway's ends allows it."""
    if definition.reopen is None or reopens_from(definition.reopen, definition.ends):
        return []
    return [Fault(("reopen",), finding("reopen.no_end"), name=True)]


def check_reopen(names: Names, reopen: Reopening) -> Iterator[Fault]:
    for number, role in enumerate(reopen.by):
        yield from names.holder(role, ("reopen", "by", number))
    for number, end in enumerate(reopen.ends):
        if end not in names.d.ends:
            yield unknown("end", end, names.d.ends, ("reopen", "ends", number))
    stage = names.d.stages.get(reopen.at)
    if stage is None:
        yield unknown("stage", reopen.at, names.d.stages, ("reopen", "at"))
    elif stage.one_of:
        yield Fault(("reopen", "at"), finding("reopen.choice", stage=reopen.at))

"""Ends: who closes a case, what is asked then, and who approves it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.form_rules import check_form
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Definition, End, Reopening, reopens_from


def check_end(names: Names, name: str, end: End) -> Iterator[Fault]:
    path: Path = ("ends", name)
    for word in ("by", "approved_by"):
        role = getattr(end, word)
        if role:
            yield from names.holder(role, (*path, word))
    yield from check_form(names, end.form, (*path, "form"))
    others = {*names.steps, *names.d.stages, *names.d.interrupts, "case", "review"}
    if end.takes_closing and name in others:
        what = f"`{name}` names something else too, and its closing is a task of that name"
        yield Fault(path, what, "choose another name", name=True)


def idle_reopening(definition: Definition) -> list[Fault]:
    """A note where nobody can ever do what `reopen` allows: no end is one from which it may be done."""
    if definition.reopen is None or reopens_from(definition.reopen, definition.ends):
        return []
    what = "no case can be reopened: `reopen` names no `ends`, and no end is a `success`"
    return [Fault(("reopen",), what, "write `ends: [...]`, or leave `reopen` out", name=True)]


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
        what = f"`{reopen.at}` is one of several, of which one is chosen"
        yield Fault(("reopen", "at"), what, "name the stage before the choice")

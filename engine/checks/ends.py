"""Ends: who closes a case, what is asked then, and who approves it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.forms import check_form
from engine.checks.names import Fault, Names, Path
from engine.definition import End


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

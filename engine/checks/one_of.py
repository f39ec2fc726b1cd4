"""Choices (`one_of`): exactly one of several is taken, and it is always clear which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.names import Fault, Names, Path
from engine.definition import Stage, Step
from engine.sequence import choices_in


def check_choices(
    names: Names, parts: Mapping[str, Stage] | Mapping[str, Step], path: Path
) -> Iterator[Fault]:
    """Among stages, or among the steps of one: `path` leads to them."""
    for group in choices_in(parts):
        if len(group) == 1:
            where = (*path, group[0], "one_of")
            yield Fault(where, "there is nothing to choose from", "give it to another one too")
        for name in group:
            yield from _member(parts[name], parts[group[0]], (*path, name), last=name == group[-1])


def _member(part: Stage | Step, first: Stage | Step, path: Path, *, last: bool) -> Iterator[Fault]:
    if not last and part.when is None:
        what = "this one is taken always, and those behind it never"
        yield Fault(path, what, "add `when:`, or let it stand last")
    if not last and part.otherwise is not None:
        what = "where this does not hold, the next of the choice is looked at"
        yield Fault((*path, "otherwise"), what, "say it of the last one alone")
    if part.after != first.after:
        what = "those of one choice come after the same"
        yield Fault((*path, "after"), what, f"write `after: {first.after}`, or leave it out")
    if isinstance(part, Step) and part.manual:
        what = "what is chosen opens by itself"
        yield Fault((*path, "manual"), what, "leave `manual` or `one_of` out")

"""Choices (`one_of`): at most one option is taken, and it is always clear which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.names import Fault, Names, Path
from engine.definition import Stage, Step
from engine.message import finding
from engine.phrases.syntax import After
from engine.sequence import choices_in


def check_choices(
    names: Names, parts: Mapping[str, Stage] | Mapping[str, Step], path: Path
) -> Iterator[Fault]:
    """Check the choices among stages, or among the steps of a stage, at `path`."""
    for group in choices_in(parts):
        if len(group) == 1:
            where = (*path, group[0], "one_of")
            yield Fault(where, finding("choice.only_one"))
        for name in group:
            yield from _member(parts[name], parts[group[0]], (*path, name), last=name == group[-1])


def _member(part: Stage | Step, first: Stage | Step, path: Path, *, last: bool) -> Iterator[Fault]:
    if not last and part.when is None:
        yield Fault(path, finding("choice.taken_always"))
    if not last and part.otherwise is not None:
        yield Fault((*path, "otherwise"), finding("choice.otherwise_too_soon"))
    if part.after != first.after:
        what = finding("choice.after_differs", after=_written(first.after))
        if not first.after.names:
            what = finding("choice.after_though_none")
        yield Fault((*path, "after"), what)
    if isinstance(part, Step) and part.manual:
        yield Fault((*path, "manual"), finding("choice.manual"))


def _written(after: After) -> str:
    """What an option comes after, as written in a file."""
    return f"[{after}]" if len(after.names) > 1 and not after.least else str(after)

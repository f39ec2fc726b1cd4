"""Finds, among branches on one field, values that no branch covers and values that two cover.

Neither is an error: skipping may be intended, and so may parallel branches. Both are reported as
notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from engine.checks.names import Fault, Path
from engine.definition import Stage, Step
from engine.message import finding
from engine.pathway import Pathway
from engine.phrases.conditions import Compare, Condition
from engine.phrases.syntax import SkipPart
from engine.phrases.vocabulary import asks_whether_answered, names_in
from engine.plans import Test
from engine.proofs.answers import Answers
from engine.questions import vocabulary_of
from engine.state import Answer

_Branch = tuple[str, Stage | Step, Test]


def branch_notes(pathway: Pathway, answers: Answers) -> list[Fault]:
    """Notes on gaps and overlaps among the stages, and among the steps of each stage."""
    parts: list[tuple[Path, list[_Branch]]] = [
        (
            ("stages",),
            [(name, plan.stage, plan.when) for name, plan in pathway.stages.items() if plan.when],
        )
    ]
    for stage, plan in pathway.stages.items():
        steps = [(name, pathway.steps[name]) for name in plan.steps]
        found: list[_Branch] = [(name, each.step, each.when) for name, each in steps if each.when]
        parts.append((("stages", stage, "steps"), found))
    reader = _BranchReader(pathway)
    return [
        note
        for path, branches in parts
        for field, group in reader.by_field(branches)
        for note in _notes(path, field, answers.values(field), group)
    ]


class _BranchReader:
    """Finds branches with the same `after` and `one_of` that read the same field, and only that."""

    def __init__(self, pathway: Pathway) -> None:
        self._vocabulary = vocabulary_of(pathway.definition)
        self._fields = pathway.definition.data

    def by_field(self, branches: Sequence[_Branch]) -> Iterator[tuple[str, list[_Branch]]]:
        groups: dict[tuple[str, str, str], list[_Branch]] = {}
        for branch in branches:
            _, part, _ = branch
            field = self._field(part.when)
            if field:
                groups.setdefault((field, str(part.after), part.one_of or ""), []).append(branch)
        for (field, _, _), group in groups.items():
            if len(group) > 1:
                yield field, group

    def _field(self, condition: Condition | None) -> str:
        names = names_in(condition, self._vocabulary) if condition else ()
        read = {asks_whether_answered(name, self._vocabulary) or name for name, _ in names}
        only = read.pop() if len(read) == 1 else ""
        return only if only in self._fields else ""


def _notes(
    path: Path, field: str, values: Sequence[Answer], group: Sequence[_Branch]
) -> Iterator[Fault]:
    fits = {
        name: frozenset(value for value in values if test(_answered(field, value)))
        for name, _, test in group
    }
    shared = [
        (earlier, later, fits[earlier] & fits[later])
        for earlier, later in combinations(fits, 2)
        if fits[earlier] & fits[later]
    ]
    one_of = bool(group[0][1].one_of)
    # Parts of which each leaves out one value, such as the members who vote on somebody of their own.
    all_but = {name for name, part, _ in group if _leaves_out_one(part.when)}
    passed_over = all(isinstance(part.otherwise, SkipPart | None) for _, part, _ in group)
    # Overlapping branches are not a split of the values, so they have no gaps.
    if passed_over and (one_of or not shared):
        missing = [value for value in values if not any(value in each for each in fits.values())]
        if missing:
            what = finding("branch.gap", names=tuple(fits), field=field, values=_said(missing))
            yield Fault((*path, group[0][0], "when"), what)
    for earlier, later, common in shared:
        # Equal branches, or one that includes the other, are meant to be done together.
        partly = not (fits[earlier] <= fits[later] or fits[later] <= fits[earlier])
        apart = {earlier, later} <= all_but
        if one_of or (partly and not apart):
            what = finding(
                "branch.first_of_two" if one_of else "branch.both",
                earlier=earlier,
                later=later,
                field=field,
                values=_said([value for value in values if value in common]),
            )
            yield Fault((*path, later, "when"), what)


def _leaves_out_one(when: Condition | None) -> bool:
    return isinstance(when, Compare) and when.operator == "!="


def _answered(field: str, value: Answer) -> Callable[[str], object]:
    return {field: value, f"{field}.answered": True}.get


def _said(values: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(
        str(value) if not isinstance(value, bool) else "yes" if value else "no" for value in values
    )

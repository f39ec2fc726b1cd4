"""Finds parts of a condition that no answer can make true, or that every answer makes true.

Parts that share a name are tried together. For a choice, every value is tried. For numbers and
dates, the constants in the condition are tried, and values below, between and above them; for
countries, those in the condition and some others. If that makes more than `MOST_TRIALS`
combinations, there is no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any, assert_never

from engine.errors import ExpressionError
from engine.message import finding
from engine.phrases.condition_types import type_faults
from engine.phrases.conditions import (
    And,
    Atom,
    Compare,
    Condition,
    Name,
    Not,
    OneOf,
    Or,
    atoms_in,
)
from engine.phrases.truth import truth_of
from engine.phrases.vocabulary import (
    Choice,
    Country,
    DateTime,
    Day,
    Number,
    ValueType,
    Vocabulary,
    YesNo,
    asks_whether_answered,
    constant,
    names_in,
    type_of,
)

MOST_TRIALS = 4096


def possibility_faults(tree: Condition, vocabulary: Vocabulary) -> list[ExpressionError]:
    """A fault for each of the smallest parts that are never true or always true. Parts of the wrong
    type are skipped.
    """
    match tree:
        case Not(part):
            return possibility_faults(part, vocabulary)
        case And(parts) | Or(parts):
            return _joint_faults(type(tree), parts, vocabulary)
        case Name() | Compare() | OneOf() if not type_faults(tree, vocabulary, {}):
            verdict = _verdict(tree, vocabulary)
            return [] if verdict is None else [_fault(tree, verdict, vocabulary)]
        case _:
            return []


def _joint_faults(
    join: type[And | Or], parts: tuple[Condition, ...], vocabulary: Vocabulary
) -> list[ExpressionError]:
    faults: list[ExpressionError] = []
    sound: list[Condition] = []
    for part in parts:
        inner = possibility_faults(part, vocabulary)
        faults += inner
        if not inner and not type_faults(part, vocabulary, {}):
            sound.append(part)
    for group in _sharing_names(sound, vocabulary):
        verdict = _verdict(join(tuple(group)), vocabulary) if len(group) > 1 else None
        if verdict is not None:
            core = _core(join, group, verdict, vocabulary)
            faults.append(_fault(core, verdict, vocabulary))
    return faults


def _core(
    join: type[And | Or], parts: list[Condition], verdict: bool, vocabulary: Vocabulary
) -> Condition:
    """Leaves out the parts that the verdict does not depend on."""
    for part in list(parts):
        fewer = [other for other in parts if other is not part]
        if len(fewer) > 1 and _verdict(join(tuple(fewer)), vocabulary) is verdict:
            parts = fewer
    return join(tuple(parts))


def _fault(part: Condition, verdict: bool, vocabulary: Vocabulary) -> ExpressionError:
    kinds = {name: type_of(name, vocabulary) for name, _ in names_in(part, vocabulary)}
    hints = [
        finding(
            "hint.lowest_first" if kind.ordered else "hint.values", name=name, values=kind.values
        )
        for name, kind in kinds.items()
        if isinstance(kind, Choice)
    ]
    field = next(iter(kinds))
    if verdict and "." not in field:
        hints.append(finding("hint.answered", name=field))
    what = finding(
        "condition.always_true" if verdict else "condition.never_true",
        part=str(part),
        hints=tuple(hints) or (finding("hint.correct"),),
    )
    return ExpressionError(what, column=part.column)


def _verdict(tree: Condition, vocabulary: Vocabulary) -> bool | None:
    """True: always true. False: never true. None: neither, or too many combinations to try."""
    values = trial_values(tree, vocabulary)
    if prod(map(len, values.values())) > MOST_TRIALS:
        return None
    truth, may_fail, may_hold = truth_of(tree, vocabulary), False, False
    for answers in product(*values.values()):
        holds = truth(dict(zip(values, answers, strict=True)).get) is True
        may_hold, may_fail = may_hold or holds, may_fail or not holds
        if may_hold and may_fail:
            return None
    return may_hold


def _sharing_names(parts: Sequence[Condition], vocabulary: Vocabulary) -> list[list[Condition]]:
    """The parts in groups, such that parts of different groups have no name in common."""
    groups: list[tuple[set[str], list[Condition]]] = []
    for part in parts:
        names, members = set(_fields(part, vocabulary)), [part]
        apart = []
        for group in groups:
            if names & group[0]:
                names |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (names, members)]
    return [members for _, members in groups]


def _fields(tree: Condition, vocabulary: Vocabulary) -> Iterator[str]:
    """The names whose values a condition depends on. `risk.answered` depends on `risk`."""
    for name, _ in names_in(tree, vocabulary):
        yield asks_whether_answered(name, vocabulary) or name


def trial_values(tree: Condition, vocabulary: Vocabulary) -> dict[str, list[object]]:
    """Enough values for each name to cover every case that the condition distinguishes."""
    atoms = list(atoms_in(tree))
    asked = {asks_whether_answered(name, vocabulary) for name, _ in names_in(tree, vocabulary)}
    values: dict[str, list[object]] = {}
    for names in _compared_with_each_other(atoms, vocabulary):
        kind = type_of(min(names), vocabulary)
        constants = {value for atom in atoms for value in _constants(atom, names, vocabulary)}
        samples = _samples(kind, constants, len(names))
        for name in names:
            values[name] = [*samples, None] if name in asked else samples
    return values


def _compared_with_each_other(atoms: list[Atom], vocabulary: Vocabulary) -> list[set[str]]:
    groups: list[set[str]] = []
    for atom in atoms:
        fields = set(_fields(atom, vocabulary))
        by_value = fields == {name for name, _ in names_in(atom, vocabulary)}
        for names in [fields] if by_value else [{name} for name in fields]:
            touching = [group for group in groups if group & names]
            groups = [group for group in groups if not group & names]
            groups.append(names.union(*touching))
    return groups


def _constants(atom: Atom, names: set[str], vocabulary: Vocabulary) -> Iterator[object]:
    if isinstance(atom, Name) or atom.left.text not in names:
        return
    kind = type_of(atom.left.text, vocabulary)
    for operand in [atom.right] if isinstance(atom, Compare) else atom.values:
        if kind is not None and (value := constant(operand, kind)) is not None:
            yield value


_SCALES: dict[type, tuple[Any, Any]] = {
    Number: (Decimal(0), Decimal(1)),
    Day: (date(2000, 1, 1), timedelta(days=1)),
    DateTime: (datetime(2000, 1, 1, tzinfo=UTC), timedelta(hours=1)),
}


def _samples(kind: ValueType | None, constants: set[object], count: int) -> list[object]:
    """The values to try: all values of a choice; the constants and `count` others for a country;
    the constants and `count` values below, between and above them for numbers and dates; yes and no
    for a fact.
    """
    match kind:
        case Choice(values=values):
            return list(values)
        case Country():
            return [*constants, *(f"another {number}" for number in range(count))]
        case Number() | Day() | DateTime():
            return _along_a_scale(*_SCALES[type(kind)], constants, count)
        case YesNo() | None:
            return [True, False]
        case _:
            assert_never(kind)


def _along_a_scale(origin: Any, step: Any, constants: set[object], count: int) -> list[object]:
    marks = sorted(origin + (value - origin) for value in constants) or [origin]
    places = range(1, count + 1)
    found = [marks[0] - step * place for place in places]
    for low, high in pairwise(marks):
        found += [low + (high - low) * place / (count + 1) for place in places]
    found += [marks[-1] + step * place for place in places]
    return list(dict.fromkeys([*marks, *found]))

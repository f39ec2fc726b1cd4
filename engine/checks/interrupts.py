"""Interrupts: who may raise them, what they set and suspend, who looks after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.checks.names import Fault, Names, Path, unknown
from engine.checks.times import check_time
from engine.definition import Interrupt
from engine.forms import as_answer, fault_of


def check_interrupt(names: Names, name: str, interrupt: Interrupt) -> Iterator[Fault]:
    path: Path = ("interrupts", name)
    for number, role in enumerate(interrupt.raised_by):
        yield from names.holder(role, (*path, "raised_by", number))
    for number, role in enumerate(interrupt.tell):
        yield from names.holder(role, (*path, "tell", number))
    if interrupt.when:
        yield from names.expression(interrupt.when, (*path, "when"))
    yield from _effects(names, interrupt, path)
    if name in names.steps or name in names.d.stages:
        yield Fault(path, f"`{name}` is the name of a step or stage too", "give each its own name")
    if interrupt.then:
        yield from names.reaction(interrupt.then, (*path, "then"))
    yield from names.label(name, interrupt.title, interrupt.label, path)
    for field, value in interrupt.set.items():
        yield from _set(names, field, value, (*path, "set", field))


def _effects(names: Names, interrupt: Interrupt, path: Path) -> Iterator[Fault]:
    """Whom it bars, what it suspends, and who looks after that."""
    if interrupt.bars and interrupt.bars not in names.d.sides:
        yield unknown("side", interrupt.bars, names.d.sides, (*path, "bars"))
    if interrupt.bars == names.d.sides[0]:
        yield Fault(
            (*path, "bars"),
            "the side where cases open cannot be barred: nobody could answer for the case",
            "bar another side, or end the case",
        )
    if interrupt.suspends and interrupt.suspends not in names.d.stages:
        yield unknown("stage", interrupt.suspends, names.d.stages, (*path, "suspends"))
    if interrupt.suspends and interrupt.review is None:
        yield Fault(path, "who looks whether it is over?", "add `review:` and a period")
    if interrupt.review:
        yield from check_time(names, interrupt.review, (*path, "review"), paused=False)


def _set(names: Names, field: str, value: Any, path: Path) -> Iterator[Fault]:
    kind = names.d.data.get(field)
    if kind is None:
        yield unknown("field", field, names.d.data, path)
    elif kind.choice and value not in kind.choice:
        yield unknown("choice", str(value), kind.choice, path)
    elif kind.is_protected:
        yield Fault(path, "a protected field cannot be set by an interrupt", "leave it out")
    elif fault := fault_of(kind, as_answer(kind, value)):
        yield Fault(path, f"`{value}` {fault}", "correct the value")

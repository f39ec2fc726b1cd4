"""Interrupts: who may raise them, what they set and suspend, and by when they are reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.checks.names import Fault, Names, Path, unknown
from engine.checks.time_rules import check_time
from engine.countries import fault_of_country, is_country
from engine.definition import ALL, Interrupt
from engine.forms import as_answer, fault_of
from engine.message import finding
from engine.phrases.syntax import BackTo, Reaction
from engine.phrases.syntax import RaiseInterrupt as Raised


def check_interrupt(names: Names, name: str, interrupt: Interrupt) -> Iterator[Fault]:
    path: Path = ("interrupts", name)
    for number, role in enumerate(interrupt.raised_by):
        yield from names.holder(role, (*path, "raised_by", number))
    if not interrupt.raised_by:
        yield Fault((*path, "raised_by"), finding("interrupt.raised_by_nobody"))
    for number, role in enumerate(interrupt.tell):
        yield from names.holder(role, (*path, "tell", number))
    if interrupt.when:
        yield from names.expression(interrupt.when, (*path, "when"))
    yield from _effects(names, interrupt, path)
    if name in names.steps or name in names.d.stages:
        yield Fault(path, finding("name.of_step_or_stage", name=name))
    if interrupt.then:
        yield from names.reaction(interrupt.then, (*path, "then"))
        yield from _circle(names, name, (*path, "then"))
    yield from names.label(name, interrupt.title, interrupt.label, path)
    for field, value in interrupt.set.items():
        yield from _set(names, field, value, (*path, "set", field))


def _circle(names: Names, name: str, path: Path) -> Iterator[Fault]:
    """A fault if the `then` of an interrupt raises the same interrupt again, directly or through
    other interrupts, while it is still raised.
    """
    chain = [name]
    while len(set(chain)) == len(chain):
        raised = names.d.interrupts.get(chain[-1])
        follows = _raised_by(raised.then if raised else None)
        if follows is None:
            return
        chain.append(follows)
    if chain[-1] == name:
        way = " -> ".join(chain)
        yield Fault(path, finding("interrupt.raises_itself", name=name, way=way))


def _raised_by(reaction: Reaction | None) -> str | None:
    while isinstance(reaction, BackTo):
        reaction = reaction.then
    return reaction.name if isinstance(reaction, Raised) else None


def _effects(names: Names, interrupt: Interrupt, path: Path) -> Iterator[Fault]:
    """Check who is barred, what is suspended or withdrawn, what follows each outcome, and that there is
    a `review` exactly if there is something to review.
    """
    for number, name in enumerate(interrupt.bars):
        yield from _barred(names, name, (*path, "bars", number))
    yield from _stages(names, interrupt, path)
    for outcome, reaction in interrupt.resolved.items():
        yield from names.reaction(reaction, (*path, "resolved", outcome))
    if interrupt.is_looked_after and interrupt.review is None:
        yield Fault(path, finding("interrupt.no_review"))
    if interrupt.review and not interrupt.is_looked_after:
        yield Fault((*path, "review"), finding("interrupt.review_of_nothing"))
    elif interrupt.review:
        yield from check_time(names, interrupt.review, (*path, "review"), paused=False)


def _barred(names: Names, name: str, path: Path) -> Iterator[Fault]:
    sides, roles = names.d.sides, names.d.roles
    if name not in sides and name not in roles:
        yield unknown("side_or_role", name, {*sides, *roles}, path)
    elif name in sides and name in roles:
        yield Fault(path, finding("name.of_side_and_role", name=name))
    elif name == sides[0]:
        yield Fault(path, finding("interrupt.bars_first_side"))


def _stages(names: Names, interrupt: Interrupt, path: Path) -> Iterator[Fault]:
    """Check which stages pause, and which stop for good."""
    if ALL in interrupt.suspends and (len(interrupt.suspends) > 1 or interrupt.withdraws):
        yield Fault((*path, "suspends"), finding("interrupt.suspends_all"))
    for word in ("suspends", "withdraws"):
        for number, stage in enumerate(getattr(interrupt, word)):
            if stage not in names.d.stages and (word, stage) != ("suspends", ALL):
                yield unknown("stage", stage, names.d.stages, (*path, word, number))
            elif word == "withdraws" and stage in interrupt.suspends:
                yield Fault(
                    (*path, word, number), finding("interrupt.suspends_and_withdraws", stage=stage)
                )


def _set(names: Names, field: str, value: Any, path: Path) -> Iterator[Fault]:
    kind = names.d.data.get(field)
    if kind is None:
        yield unknown("field", field, names.d.data, path)
    elif kind.signature:
        yield Fault(path, finding("interrupt.signs"))
    elif kind.choice and not kind.many and value not in kind.choice:
        yield unknown("choice", str(value), kind.choice, path)
    elif kind.is_protected:
        yield Fault(path, finding("interrupt.sets_protected"))
    elif kind.country and isinstance(value, str) and not is_country(value):
        yield Fault(path, fault_of_country(value))
    elif fault_of(kind, as_answer(kind, value)):
        wanted = tuple(kind.words) or (kind.type,)
        what = finding(
            "interrupt.sets_no_list" if kind.many else "interrupt.sets_another_type",
            value=str(value),
            field=field,
            wanted=wanted,
        )
        yield Fault(path, what)

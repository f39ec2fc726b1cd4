"""What no case ever reaches: stages, steps, ends, and interrupts that cannot be raised."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.checks.names import Fault, Path
from engine.definition import Stage, Step
from engine.message import Message, finding
from engine.pathway import Pathway
from engine.phrases.syntax import BackTo, EndCase
from engine.phrases.vocabulary import names_in
from engine.proofs.apart import roles_in
from engine.proofs.awaited import may_open
from engine.proofs.parts import parts_of
from engine.proofs.reached import Goal
from engine.proofs.walk import Walk
from engine.proofs.wider import Wider
from engine.proofs.world import World, world_of
from engine.questions import lookup
from engine.statuses import CasePhase

MOST_FARTHER = 2_000
"""How many more situations are examined at most before anything is called never reached."""


class Never(msgspec.Struct, frozen=True):
    """What was not reached."""

    faults: tuple[Fault, ...]
    doubts: tuple[Fault, ...]
    """Things that were not reached, but might be in situations beyond the bound."""


def never_reached(walk: Walk) -> Never:
    """Everything that neither a complete walk nor a wider search has reached."""
    missed, most = _goals(walk.pathway) - _come_to(walk), min(walk.most, MOST_FARTHER)
    nowhere = missed - _led_to(walk.pathway) if missed else missed
    goals, shown = missed - nowhere, True
    for world in _worlds(walk, goals):
        if not (goals and shown):
            break
        wider = Wider(walk, world, most)
        goals = wider.left_of(goals)
        shown, most = wider.complete and walk.trials.complete, most - len(wider.found)
    told = goals if shown else set()
    return Never(
        faults=tuple(_faults(walk, told | nowhere)),
        doubts=tuple(_faults(walk, goals - told)),
    )


def _goals(pathway: Pathway) -> set[Goal]:
    return {
        *(("stages", name) for name in pathway.stages),
        *(("steps", name) for name in pathway.steps),
        *(("ends", name) for name in pathway.definition.ends),
        *(("interrupts", name) for name in pathway.raised_when),
    }


def _led_to(pathway: Pathway) -> set[Goal]:
    """All goals except the ends to which no reaction leads."""
    head = pathway.definition
    named = set(_ends_in((head.stages, head.interrupts, head.consents)))
    return _goals(pathway) - {("ends", name) for name in head.ends.keys() - named}


def _ends_in(node: object) -> Iterator[str]:
    if isinstance(node, EndCase):
        yield node.name
    if isinstance(node, BackTo):  # and what follows once the limit is reached
        yield from _ends_in(node.then)
    for part in parts_of(node):
        yield from _ends_in(part)


def _come_to(walk: Walk) -> set[Goal]:
    ends = {each.state.end for each in walk.found.values()}
    return {
        *(("stages", name) for name in walk.reached.stages),
        *(("steps", name) for name in walk.reached.steps),
        *(("ends", name) for name in ends),
        *(("interrupts", name) for name in walk.unasked.raised),
    }


def _worlds(walk: Walk, goals: set[Goal]) -> Iterator[World]:
    """The worlds to search: the walk's own; one in which each agency that has a role has every
    role; for each type of role in the steps not reached, one without an agency of that type; and,
    unless these are all the types, one in which no agency has a role.
    """
    pathway, countries = walk.pathway, walk.answers.countries
    yield walk.world
    yield world_of(pathway, countries, together=True)
    plans = [pathway.steps[name] for room, name in sorted(goals) if room == "steps"]
    names = {role for plan in plans for role in (*roles_in(plan), *plan.receivers)}
    kinds = sorted({pathway.roles[name].type for name in names if name in pathway.roles})
    for kind in kinds:
        yield world_of(pathway, countries, without=frozenset({kind}))
    every = frozenset(role.type for role in pathway.roles.values())
    if set(kinds) != every:
        yield world_of(pathway, countries, without=every)


def _faults(walk: Walk, never: set[Goal]) -> Iterator[Fault]:
    for name, plan in walk.pathway.stages.items():
        path: Path = ("stages", name)
        if ("stages", name) in never:
            why = _after_the_end(walk, name, name) or _asked_once(walk, plan.stage, path)
            yield why or Fault(path, finding("never.stage", part=name))
            continue
        for step in plan.steps:
            if ("steps", step) in never:
                path = ("stages", name, "steps", step)
                yield (
                    _after_the_end(walk, name, step)
                    or _asked_once(walk, walk.pathway.steps[step].step, path)
                    or Fault(path, finding("never.step", part=step))
                )
    for end in walk.pathway.definition.ends:
        if ("ends", end) in never:
            yield Fault(("ends", end), finding("never.end", part=end), name=True)
    for name in walk.pathway.raised_when:
        if ("interrupts", name) in never:
            what = finding("never.interrupt", part=name)
            yield Fault(("interrupts", name, "when"), what)


def _asked_once(walk: Walk, part: Stage | Step, path: Path) -> Fault | None:
    """A fault if a part's condition asks about something that only time brings, but the condition
    is read only once, or too soon; None otherwise.
    """
    again = walk.pathway.asked_again.get(str(path[-1]), ())
    for name, _ in names_in(part.when, {}) if part.when else ():
        if instead := _too_soon(name) if name in again else _instead_of_asking(walk, part, name):
            what = finding("never.asked_once", part=path[-1], name=name, instead=instead)
            return Fault((*path, "when"), what)
    return None


def _too_soon(name: str) -> Message:
    room, about, _ = name.split(".")
    return finding("instead.later_floor" if room == "clock" else "instead.after", name=about)


def _instead_of_asking(walk: Walk, part: Stage | Step, name: str) -> Message | None:
    """How to wait for what a condition asks about; None if time alone does not bring it."""
    room, _, rest = name.partition(".")
    about, _, word = rest.rpartition(".")
    floor = part.not_before if isinstance(part, Step) else None
    if room == "clock" and word == "reached":
        if floor:
            return finding("instead.other_floor", name=about)
        return finding(
            "instead.floor_of_first" if isinstance(part, Stage) else "instead.floor", name=about
        )
    late = room in ("step", "hand_over") and word in ("overdue", "late")
    is_yet_to_come = (late or (floor and room == "step")) and about not in part.after.names
    if is_yet_to_come and any(lookup(each.state)(name) for each in walk.found.values()):
        return finding("instead.after_though_floor", name=about)
    return None


def _after_the_end(walk: Walk, name: str, part: str) -> Fault | None:
    """A fault if `part` is never reached because the case ends before its stage."""
    stages = walk.pathway.stages
    if any(
        each.state.status == CasePhase.OPEN and may_open(walk.pathway, each.state, name)
        for each in walk.found.values()
    ):
        return None
    for before in stages[name].stage.after.names:
        if before in stages and isinstance(then := stages[before].stage.then, EndCase):
            what = finding("never.after_the_end", part=part, before=before, end=then.name)
            if stages[name].stage.outlives_end:
                last = list(stages[before].steps)[-1]
                what = finding("never.outlives_no_end", part=part, before=before, last=last)
            return Fault(("stages", name, "after"), what)
    return None

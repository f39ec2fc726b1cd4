"""Faults and notes that a walk reveals, each at its place in the pathway, most with the path by
which a case gets there.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Path
from engine.message import Message, finding
from engine.pathway import Pathway
from engine.proofs.awaited import path_of
from engine.proofs.walk import Walk
from engine.proofs.ways import way_to
from engine.proofs.without_end import hangs_on, stays_open, without_an_end
from engine.state import RESPONSIBLE, State
from engine.statuses import STAGE_UNDER_WAY
from engine.turns import panels


def findings(walk: Walk) -> list[Fault]:
    """Every fault that the walk reveals, except for parts that are never reached (`never` finds
    these).
    """
    found = [*_without_an_end(walk), *_out_of_reach_of_their_agency(walk)]
    found += _empty_seats(walk)
    if walk.doing.is_endless:
        found.append(Fault(("stages",), finding("stuck.without_pause")))
    if walk.complete:
        found += _never_taken(walk)
    return found


def _without_an_end(walk: Walk) -> Iterator[Fault]:
    """A fault for the first situation from which no path leads to an end, if there is one."""
    key = without_an_end(walk)
    if key is None:
        return
    standing = walk.found[key].state.stages.items()
    stage = next((name for name, status in standing if status in STAGE_UNDER_WAY), None)
    path: Path = ("stages", stage) if stage else ("stages",)
    left, way = stays_open(walk, key), way_to(walk, walk.found[key])
    if left:
        yield Fault(path, finding("without_end.open", n=len(left), left=left, way=way))
    else:
        yield Fault(path, finding("without_end.nothing_open", way=way))


def uncovered(walk: Walk) -> Iterator[Fault]:
    """A note on each step of the first side that falls to the responsible agency because nothing
    lets the step's own agency know of the case. This may happen after a declined request, which
    `after` counts as settled.
    """
    for situation, task in walk.reached.uncovered.values():
        lets = _lets_know(walk.pathway, situation.state, task.step, task.role)
        way = way_to(walk, situation)
        what = finding(
            "cover.falls_to_responsible", step=task.step, role=task.role, lets=lets, way=way
        )
        place: Path = ("by",) if walk.pathway.steps[task.step].step.by else ()
        yield Fault((*path_of(walk.pathway, task.step), *place), what)


def held_up(walk: Walk) -> Iterator[Fault]:
    """A note on each optional step that keeps a case from ever ending if it is left undone. There
    are no such notes if some case never ends anyway.
    """
    if without_an_end(walk) is None:
        for step in hangs_on(walk):
            where = (*path_of(walk.pathway, step), "optional")
            yield Fault(where, finding("optional.waited_for", step=step))


def _out_of_reach_of_their_agency(walk: Walk) -> Iterator[Fault]:
    """Faults for tasks of another side, if their agency must not be told of them or the country of
    the side is not known.
    """
    for situation, task in walk.reached.misplaced.values():
        plan = walk.pathway.steps[task.step]
        side = walk.pathway.roles[task.role].side
        known = side in situation.state.sides
        way = way_to(walk, situation)
        what = finding("reach.unknown_side", step=task.step, side=side, way=way)
        if known:
            lets = _lets_know(walk.pathway, situation.state, task.step, task.role)
            what = finding("reach.not_let_know", step=task.step, role=task.role, lets=lets, way=way)
        where: Path = ("by",) if task.role in plan.step.by else ("arrival", "confirmed_by")
        path = (*path_of(walk.pathway, task.step), *where)
        yield Fault(path, what)


def _never_taken(walk: Walk) -> Iterator[Fault]:
    """Faults for steps that any of several roles may do, if one of these roles is on another side
    and never gets the step.
    """
    for plan in walk.pathway.steps.values():
        roles, had_by = plan.step.by, walk.reached.had_by.get(plan.name)
        if len(roles) < 2 or had_by is None or plan.name in walk.reached.misplaced:
            continue
        types = {walk.pathway.roles[role].type for role in had_by if role in walk.pathway.roles}
        for number, role in enumerate(roles):
            known = walk.pathway.roles[role]
            if known.side != walk.pathway.first_side and known.type not in types:
                what = finding("reach.never_taken", step=plan.name, role=role)
                yield Fault((*path_of(walk.pathway, plan.name), "by", number), what)


def _lets_know(pathway: Pathway, state: State, step: str, role: str) -> Message:
    """What would let the agency know of the case at that step. A consent may be withdrawn between
    two steps, so a step that relies on a consent must name it under `needs`.
    """
    asked = [each.step for each in state.hand_overs.values() if each.role == role]
    if asked and f"{asked[-1]}.accepted" not in state.moments:
        agreed = f"hand_over.{asked[-1]}.accepted"
        if pathway.steps[step].step.when:
            return finding("lets.when_too", agreed=agreed)
        return finding("lets.when", agreed=agreed)
    for name, consent in pathway.definition.consents.items():
        if role in consent.to and f"consent.{name}" not in pathway.steps[step].step.needs:
            return finding("lets.consent", consent=name)
    return finding("lets.follow")


def _empty_seats(walk: Walk) -> Iterator[Fault]:
    """Faults for panels that are called before one of their members may be told of the case."""
    told: set[tuple[str, str]] = set()
    for key, situation in walk.found.items():
        state = situation.state
        for plan in walk.pathway.panels:
            if not state.runs.get(plan.name) or plan.step.panel is None:
                continue
            seats = panels.votes(state, plan)
            for number, role in enumerate(plan.step.panel.members):
                if role in seats or (plan.name, role) in told or _is_barred(walk, state, role):
                    continue
                told.add((plan.name, role))
                what = finding(
                    "reach.empty_seat", step=plan.name, role=role, way=way_to(walk, walk.found[key])
                )
                path = (*path_of(walk.pathway, plan.name), "panel", "members", number)
                yield Fault(path, what)


def _is_barred(walk: Walk, state: State, role: str) -> bool:
    if role == RESPONSIBLE:
        return False
    return role in state.barred_roles or walk.pathway.roles[role].side in state.barred

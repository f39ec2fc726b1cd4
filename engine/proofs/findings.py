"""Faults and notes that a walk reveals, each at its place in the pathway, most with the path by
which a case gets there.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Path
from engine.definition import Time
from engine.message import Message, finding
from engine.pathway import Pathway
from engine.phrases.syntax import moments_in
from engine.phrases.vocabulary import names_in
from engine.proofs.reached import Situation, SituationNumber
from engine.proofs.walk import Walk, is_stuck
from engine.proofs.without_end import hangs_on, stays_open, without_an_end
from engine.questions import lookup, vocabulary_of
from engine.state import RESPONSIBLE, State
from engine.statuses import DONE, SETTLED, STAGE_UNDER_WAY, StageStatus
from engine.turns import floors, panels
from engine.view import View

_STEPS_SHOWN = 12
"""How many of the last acts on the way to a situation are shown."""


def findings(walk: Walk) -> list[Fault]:
    """Every fault that the walk reveals, except for parts that are never reached (`never` finds
    these).
    """
    found = [*_dead_ends(walk), *_without_an_end(walk), *_out_of_reach_of_their_agency(walk)]
    found += _empty_seats(walk)
    if walk.doing.is_endless:
        found.append(Fault(("stages",), finding("stuck.without_pause")))
    if walk.complete:
        found += _never_taken(walk)
    return found


def _way(walk: Walk, key: SituationNumber) -> tuple[Message, ...]:
    return _way_to(walk, walk.found[key])


def _way_to(walk: Walk, situation: Situation) -> tuple[Message, ...]:
    steps = walk.path(situation)
    if not steps:
        return (finding("way.none"),)
    shown = steps[-_STEPS_SHOWN:]
    return (finding("way.earlier"), *shown) if len(steps) > len(shown) else tuple(shown)


def _dead_ends(walk: Walk) -> Iterator[Fault]:
    """Faults for situations where nothing is open and nothing follows. Each place is reported once,
    with one path to it.
    """
    told: set[tuple[object, ...]] = set()
    for key, situation in walk.found.items():
        if not is_stuck(walk.pathway, situation.state):
            continue
        for fault in _where_stuck(walk, situation, _way(walk, key)):
            code, values = fault.message.code, fault.message.values
            gist = (fault.path, code, *(said for name, said in values.items() if name != "way"))
            if gist not in told:
                told.add(gist)
                yield fault


def _where_stuck(walk: Walk, situation: Situation, way: tuple[Message, ...]) -> Iterator[Fault]:
    pathway, state = walk.pathway, situation.state
    stages = [name for name in pathway.stages if pathway.goes_on(state, name)]
    waiting = [name for name in stages if name not in state.stages]
    for stage, plan in pathway.stages.items():
        if stage in stages and state.stages.get(stage) == StageStatus.OPEN:
            waiting += [each for each in plan.steps if _is_awaited(pathway, state, each)]
    for name in waiting:
        if may_open(pathway, state, name):
            yield _for_ever(walk, situation, name, way)
    if not waiting and state.stages and not state.ending:
        last = list(state.stages)[-1]
        yield Fault(("stages", last), finding("stuck.no_end", stage=last, way=way))


def _for_ever(walk: Walk, situation: Situation, name: str, way: tuple[Message, ...]) -> Fault:
    """The fault of a step or stage that waits for ever: for a moment that may never come, for an
    answer, or for something else.
    """
    pathway, state = walk.pathway, situation.state
    path = ("stages", name) if name in pathway.stages else path_of(pathway, name)
    word, moments = _uncounted(walk, situation, name)
    if moments:
        what = finding("stuck.on_moments", name=name, word=word, moments=tuple(moments), way=way)
        return Fault((*path, word), what)
    if asked := _unanswered(pathway, state, name):
        return Fault(path, finding("stuck.on_answers", name=name, asked=tuple(asked), way=way))
    return Fault(path, finding("stuck.for_ever", name=name, way=way))


def _uncounted(walk: Walk, situation: Situation, name: str) -> tuple[str, list[str]]:
    """The moments that a step whose `when` holds is still waiting for, after the key that needs
    them: `not_before` or `series`. Both are empty if the step is not waiting for a moment.
    """
    plan, state = walk.pathway.steps.get(name), situation.state
    if plan is None or (plan.when and plan.when(lookup(state)) is not True):
        return "", []
    view = View(walk.pathway, state, situation.now, walk.world.registry, walk.world.calendars)
    floor, series = plan.step.not_before, plan.step.series
    if floor and floors.begin(view, plan, floor) is None:
        return "not_before", [each for each in _needed(floor) if view.foreseen(each) is None]
    if series and view.moment(series.after) is None:
        return "series", [series.after]
    return "", []


def _needed(time: Time) -> Iterator[str]:
    """The moments that a period is counted from, except those with a `?`."""
    for leaf in moments_in(time.time):
        if leaf.anchor and not leaf.optional:
            yield leaf.anchor


def _unanswered(pathway: Pathway, state: State, name: str) -> list[str]:
    """The names in the condition of a step or stage whose value is not known, such as unanswered
    fields.
    """
    entry = pathway.stages[name].stage if name in pathway.stages else pathway.steps[name].step
    asked = names_in(entry.when, vocabulary_of(pathway.definition)) if entry.when else ()
    known = lookup(state)
    return [each for each in dict.fromkeys(name for name, _ in asked) if known(each) is None]


def _is_awaited(pathway: Pathway, state: State, step: str) -> bool:
    return not pathway.steps[step].optional and state.steps.get(step) not in SETTLED


def may_open(pathway: Pathway, state: State, name: str) -> bool:
    """Whether a part may open as far as its `after` is concerned: everything named there is
    settled, or enough of it is done.
    """
    entry = pathway.stages[name].stage if name in pathway.stages else pathway.steps[name].step
    known = state.stages | state.steps
    statuses = [known.get(each) for each in entry.after.names]
    done = sum(status in DONE for status in statuses)
    return all(status in SETTLED for status in statuses) or 0 < entry.after.least <= done


def _without_an_end(walk: Walk) -> Iterator[Fault]:
    """A fault for the first situation from which no path leads to an end, if there is one."""
    key = without_an_end(walk)
    if key is None:
        return
    standing = walk.found[key].state.stages.items()
    stage = next((name for name, status in standing if status in STAGE_UNDER_WAY), None)
    path: Path = ("stages", stage) if stage else ("stages",)
    left, way = stays_open(walk, key), _way(walk, key)
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
        way = _way_to(walk, situation)
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
        way = _way_to(walk, situation)
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
                what = finding("reach.empty_seat", step=plan.name, role=role, way=_way(walk, key))
                path = (*path_of(walk.pathway, plan.name), "panel", "members", number)
                yield Fault(path, what)


def _is_barred(walk: Walk, state: State, role: str) -> bool:
    if role == RESPONSIBLE:
        return False
    return role in state.barred_roles or walk.pathway.roles[role].side in state.barred


def path_of(pathway: Pathway, step: str) -> Path:
    """The keys that lead to a step in the pathway."""
    return ("stages", pathway.steps[step].stage, "steps", step)

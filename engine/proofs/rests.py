"""Rests without return: parts that a case waits for while nobody has anything to do, each with what
it waits for, who could give it, and what ends the rest.

A rest that the pathway says is meant (`rests`) is noted instead. Promise 2: every open case has a
next action and somebody who owns it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.checks.names import Fault, Path
from engine.definition import Time
from engine.message import Message, finding
from engine.pathway import Pathway
from engine.phrases.syntax import moments_in
from engine.phrases.vocabulary import names_in
from engine.plans import StepPlan
from engine.proofs.awaited import entry, is_settled, may_open, not_settled, path_of, unsettled
from engine.proofs.givers import from_whom
from engine.proofs.reached import Situation
from engine.proofs.unsettled import never_settled
from engine.proofs.walk import Walk
from engine.proofs.ways import way_to
from engine.proofs.without_end import named
from engine.questions import lookup, vocabulary_of
from engine.state import State
from engine.turns import doors
from engine.turns.gates import CONFIRMED, COUNTED, MOMENT, OPEN, PERMITTED
from engine.turns.resting import Rest
from engine.view import View

_TOO_LATE = "too late"


class _WaitsFor(NamedTuple):
    """What a part waits for."""

    word: str
    """The key of the pathway that makes it wait, or that its moment comes `_TOO_LATE`; empty for its
    condition.
    """
    names: list[str]


class _Awaited(NamedTuple):
    """A part that a case awaits without anybody who has to see to it."""

    name: str
    situation: Situation
    rest: Rest | None
    """None if somebody has other work meanwhile."""
    wait: _WaitsFor = _WaitsFor("", [])


def rests_of(walk: Walk) -> tuple[list[Fault], list[Fault]]:
    """The faults and the notes on what is awaited without anybody who has to see to it."""
    found = _each_once(walk)
    told = {each.name for each in found}
    found += [_Awaited(*each, None) for each in never_settled(walk) if each[0] not in told]
    meant = {name for name, plan in walk.pathway.stages.items() if plan.stage.rests}
    faults, notes = [*_no_end(walk)], []
    for each in found:
        if _stage(walk, each.name) in meant:
            notes.append(_meant(walk, each))
        elif each.rest is None or each.wait.word == _TOO_LATE:
            notes.append(_passed_by(walk, each))
        else:
            faults.append(_fault(walk, each, each.rest))
    if walk.complete:
        for stage in sorted(meant - {_stage(walk, each.name) for each in found}):
            notes.append(Fault(("stages", stage, "rests"), finding("rests.in_vain", stage=stage)))
    return faults, notes


def _each_once(walk: Walk) -> list[_Awaited]:
    """Each part that is awaited in a rest, once for each thing that it waits for; a rest for ever
    comes before one that a clock ends.
    """
    found: dict[tuple[object, ...], _Awaited] = {}
    for situation, rest in sorted(_resting(walk), key=lambda each: each[1].until is not None):
        view = walk.view(situation)
        for name in unsettled(walk.pathway, situation.state):
            wait = None if is_settled(rest.left, name) else _wait(view, rest, name)
            if wait is not None:
                known = (name, wait.word, *wait.names)
                found.setdefault(known, _Awaited(name, situation, rest, wait))
    return list(found.values())


def _resting(walk: Walk) -> Iterator[tuple[Situation, Rest]]:
    for key, situation in walk.found.items():
        if rest := walk.resting(key):
            yield situation, rest


def _wait(view: View, rest: Rest, name: str) -> _WaitsFor | None:
    """What a part waits for; None for one that waits for another that is awaited itself, or that is
    told of once a clock that is still to run out in the rest has done so.
    """
    pathway, state = view.pathway, view.state
    if not may_open(pathway, state, name):
        left = not_settled(pathway, state, name)
        owed = {*unsettled(pathway, state)}
        owed |= {each for each in left if each in pathway.stages}
        return None if owed & {*left} else _WaitsFor("after", left)
    if own := [each for each in state.clocks.values() if each.about == name]:
        is_too_late = rest.until is not None and min(each.at for each in own) > rest.until.at
        return _WaitsFor(_TOO_LATE, []) if is_too_late and own[0].kind == "floor" else None
    plan = pathway.steps.get(name)
    return (plan and _at_its_gate(view, plan)) or _WaitsFor("", _unknown(pathway, state, name))


def _at_its_gate(view: View, plan: StepPlan) -> _WaitsFor | None:
    """What the first gate that holds a step back waits for; None if that is its condition."""
    gate = next((each for each in doors.OPENING if each.asks(view, plan) is not OPEN), None)
    step = plan.step
    if gate is PERMITTED:
        return _WaitsFor("needs", [f"consent.{each}" for each in plan.needs])
    if gate is CONFIRMED:
        return _WaitsFor("reconfirm_before", [f"consent.{each}" for each in plan.reconfirm])
    if gate is COUNTED and step.series:
        return _WaitsFor("series", [step.series.after])
    if gate is MOMENT and step.not_before:
        moments = _counted_from(step.not_before)
        return _WaitsFor("not_before", [each for each in moments if view.foreseen(each) is None])
    return None


def _counted_from(time: Time) -> Iterator[str]:
    """The moments that a period is counted from, except those with a `?`."""
    for leaf in moments_in(time.time):
        if leaf.anchor and not leaf.optional:
            yield leaf.anchor


def _unknown(pathway: Pathway, state: State, name: str) -> list[str]:
    """The names in the condition of a part whose value is not known, such as unanswered fields."""
    when = entry(pathway, name).when
    asked = names_in(when, vocabulary_of(pathway.definition)) if when else ()
    known = lookup(state)
    return [each for each in dict.fromkeys(name for name, _ in asked) if known(each) is None]


def _stage(walk: Walk, name: str) -> str:
    return name if name in walk.pathway.stages else walk.pathway.steps[name].stage


def _fault(walk: Walk, awaited: _Awaited, rest: Rest) -> Fault:
    (word, names), pathway, name = awaited.wait, walk.pathway, awaited.name
    path, way, until = path_of(pathway, name), way_to(walk, awaited.situation), _until(walk, rest)
    given, known = from_whom(pathway, names), tuple(names)
    if word in ("not_before", "series"):
        moments = finding("stuck.moments", word=word, moments=known)
        what = finding(
            "stuck.on_moments", name=name, moments=moments, until=until, given=given, way=way
        )
    elif names:
        what = finding(
            "stuck.on_answers", name=name, asked=known, until=until, given=given, way=way
        )
    else:
        what = finding("stuck.on_something", name=name, until=until, way=way)
    return Fault(_place(path, pathway, awaited), what)


def _place(path: Path, pathway: Pathway, awaited: _Awaited) -> Path:
    word = awaited.wait.word
    is_written = word in getattr(entry(pathway, awaited.name), "model_fields_set", ())
    return (*path, word) if is_written else path


def _meant(walk: Walk, awaited: _Awaited) -> Fault:
    stage = _stage(walk, awaited.name)
    because, until = walk.pathway.stages[stage].stage.rests, _until(walk, awaited.rest)
    what = finding("rests.meant", name=awaited.name, until=until, because=because)
    return Fault(("stages", stage, "rests"), what)


def _passed_by(walk: Walk, awaited: _Awaited) -> Fault:
    """A note on a part that the end of the case comes before, by a clock or by others' work."""
    name, way = awaited.name, way_to(walk, awaited.situation)
    if awaited.rest is None:
        return Fault(path_of(walk.pathway, name), finding("part.never_settled", name=name, way=way))
    until = _until(walk, awaited.rest)
    what = finding("stuck.too_late", name=name, until=until, way=way)
    return Fault((*path_of(walk.pathway, name), "not_before"), what)


def _until(walk: Walk, rest: Rest | None) -> Message:
    """How long a rest lasts, by the clock that ends it as it is written."""
    if rest is None:
        return finding("stuck.until_the_end")
    clock = rest.until
    if clock is None:
        return finding("stuck.ever")
    plan = walk.pathway.steps.get(clock.about)
    if clock.kind == "floor" and plan and plan.step.not_before:
        return finding("stuck.until_clock", clock=str(plan.step.not_before.time))
    if clock.kind == "named":
        return finding("stuck.until_clock", clock=clock.about)
    return finding("stuck.until_period", period=named(clock))


def _no_end(walk: Walk) -> Iterator[Fault]:
    """Faults for stages after which nothing is awaited, and yet the case has no end."""
    told: set[str] = set()
    for situation, rest in _resting(walk):
        state = situation.state
        if rest.until or not state.stages or state.ending:
            continue
        last = list(state.stages)[-1]
        if last not in told and not any(unsettled(walk.pathway, state)):
            told.add(last)
            way = way_to(walk, situation)
            yield Fault(("stages", last), finding("stuck.no_end", stage=last, way=way))

"""Compares what a scenario expects of a moment with what happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from engine.errors import ExpressionError, Refusal
from engine.facts import Outgoing
from engine.message import Message, message
from engine.pathway import Pathway
from engine.phrases.expressions import check_condition, compile_condition, parse_condition
from engine.questions import lookup
from engine.scenarios.file import Expect
from engine.state import State
from engine.statuses import CasePhase, RequestStatus, TaskStatus

Missed = tuple[str, Message]
"""The key of `expect` or `play` concerned, and what was observed instead."""


class CaseThen(msgspec.Struct, frozen=True):
    """A case after a moment."""

    pathway: Pathway
    state: State
    refusal: Refusal | None
    notices: tuple[Outgoing, ...]
    """Notices sent since the moment before."""


def misses(expect: Expect, seen: CaseThen) -> Iterator[Missed]:
    """Each expectation that was not met."""
    state = seen.state
    if expect.refused != (seen.refusal.reason if seen.refusal else None):
        yield "refused", _refused(seen.refusal, expect.refused)
    yield from _of_steps(expect, state)
    yield from _of_the_case(expect, seen)
    for word, wanted in (("end", expect.end), ("responsible", expect.responsible)):
        if wanted is not None and getattr(state, word) != wanted:
            seen_there = getattr(state, word) or message("expect.none")
            yield word, message("expect.word", word=word, seen=seen_there, wanted=wanted)
    is_closed = state.status == CasePhase.ENDED
    if expect.closed is not None and expect.closed is not is_closed:
        yield "closed", message("expect.is_closed" if is_closed else "expect.is_not_closed")
    if expect.holds is not None:
        yield from _holds(expect.holds, seen)


def _of_the_case(expect: Expect, seen: CaseThen) -> Iterator[Missed]:
    """Missed expectations about the case's named clocks, who was told, and who has to stop."""
    for name, how in expect.clocks.items():
        if (found := _clock(name, how, seen.state)) != how:
            yield "clocks", message("expect.clock", clock=name, seen=found, wanted=how)
    for agency, kinds in expect.told.items():
        told = tuple(each.owed.kind for each in seen.notices if each.owed.agency == agency)
        if told != kinds:
            yield (
                "told",
                message("expect.told", agency=agency, seen=_listed(told), wanted=_listed(kinds)),
            )
    for agency, how in expect.stops.items():
        if (stands := _stop(agency, seen.state)) != how:
            yield "stops", message("expect.stop", agency=agency, seen=stands, wanted=how)


def _of_steps(expect: Expect, state: State) -> Iterator[Missed]:
    if expect.open is not None and set(expect.open) != (found := _open(state)):
        wanted = _listed(set(expect.open))
        yield "open", message("expect.open", seen=_listed(found), wanted=wanted)
    for step, agency in expect.agency.items():
        if agency not in (holders := holders_of(step, state)):
            seen = tuple(sorted(holders)) or (message("expect.none"),)
            yield "agency", message("expect.agency", step=step, seen=seen, wanted=agency)
    for step, due in expect.due.items():
        if (found_due := due_of(step, state, due)) != due:
            yield "due", message("expect.due", step=step, seen=found_due, wanted=due)


def _refused(refusal: Refusal | None, wanted: str | None) -> Message:
    if refusal is None:
        return message("expect.no_refusal", wanted=wanted)
    reason, why = refusal.reason, refusal.message
    if wanted is None:
        return message("expect.refusal", reason=reason, why=why)
    return message("expect.other_refusal", reason=reason, why=why, wanted=wanted)


def _holds(text: str, seen: CaseThen) -> Iterator[Missed]:
    vocabulary = seen.pathway.vocabulary
    try:
        tree = parse_condition(text)
    except ExpressionError as error:
        yield "holds", error.message
        return
    faults = check_condition(tree, vocabulary, seen.pathway.hidden)
    if faults:
        yield "holds", faults[0].message
    elif not compile_condition(tree, vocabulary)(lookup(seen.state)):
        yield "holds", message("expect.holds", condition=text)


def _open(state: State) -> set[str]:
    steps = {task.step for task in state.open_tasks()}
    return steps | {asked.step for asked in state.open_hand_overs()}


def holders_of(step: str, state: State) -> set[str]:
    """The agencies that have an open task or request of that step or id."""
    tasks = {task.agency for task in state.open_tasks() if step in (task.step, task.id)}
    asked = state.open_hand_overs()
    return tasks | {each.agency for each in asked if step in (each.step, each.id)}


def due_of(step: str, state: State, like: str = "") -> str:
    """When the open work of a step, or a task or request named by its id, is first due.

    The moment is as precise as `like`, or to the second if `like` is empty; `NO_MOMENT` if nothing
    is due. A silent request does not count, because its moment has passed.
    """
    tasks = [task.due_at for task in state.open_tasks() if step in (task.step, task.id)]
    asked = [
        each.answer_by
        for each in state.open_hand_overs()
        if step in (each.step, each.id)
        and each.status != RequestStatus.SILENT  # a moment that has passed
    ]
    moments = [moment for moment in (*tasks, *asked) if moment]
    if not moments:
        return NO_MOMENT
    seen = shown(min(moments))
    return seen[: len(like)] if like else seen


def _stop(agency: str, state: State) -> str | Message:
    """The status of the last order to stop that an agency got, or a message that it got none."""
    found = [stop for stop in state.stops.values() if stop.of == agency]
    if not found:
        return message("expect.no_stop")
    last = found[-1]
    if last.is_open:
        return "overdue" if last.overdue else "open"
    return "confirmed" if last.status == TaskStatus.DONE else "lifted"


def _clock(name: str, like: str, state: State) -> str:
    running = state.clocks.get(f"clock.{name}")
    if running and re.fullmatch(_AS_WRITTEN, like):
        return shown(running.at)[: len(like)]
    return state.clock_is(name)


NO_MOMENT = "at no moment"
_AS_WRITTEN = r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?"


def shown(moment: datetime) -> str:
    """A moment as scenarios write it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _listed(names: set[str] | tuple[str, ...]) -> tuple[str | Message, ...]:
    return tuple(sorted(names) if isinstance(names, set) else names) or (message("expect.none"),)

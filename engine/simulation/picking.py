"""Random decisions of an agency: which choice it takes, and how it fills in a form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from engine import commands as c
from engine.acts.reason_lists import DECLINE_REASONS
from engine.choices import PossibleAct
from engine.definition import DataField
from engine.pathway import Pathway
from engine.simulation.chance import Draws
from engine.state import HandOver, State, Task
from engine.statuses import RequestStatus
from engine.task_kinds import TaskKind

_WAITS_ON = 0.7
"""How often, from 0 to 1, a silent receiver is asked again, which happens at most once."""


class Odds(msgspec.Struct, frozen=True, kw_only=True):
    """How often things go differently from usual; each between 0 and 1."""

    otherwise: float
    refuses: float
    no_show: float
    declines: float
    conditions: float


def pick_of_task(
    odds: Odds, state: State, task: Task, group: Sequence[PossibleAct], chance: Draws
) -> PossibleAct:
    """Pick what is done with a task.

    Args:
        group: the task's choices, the usual one first.
    """
    usual, others = group[0], group[1:]
    if task.kind is TaskKind.CHASE:
        return group[0 if _may_wait(state, task) and chance.random() < _WAITS_ON else -1]
    if task.kind is TaskKind.OFFER or not others:
        return usual
    if task.kind is TaskKind.REVIEW:
        return chance.choice(group)
    rate = {TaskKind.CONSENT: odds.refuses, TaskKind.ARRIVAL: odds.no_show}
    goes_otherwise = chance.random() < rate.get(task.kind, odds.otherwise)
    return chance.choice(others) if goes_otherwise else usual


def pick_answer(odds: Odds, group: Sequence[PossibleAct], chance: Draws) -> PossibleAct:
    """Pick an answer to a request: to decline it with a reason, or to accept it with or without
    conditions.
    """
    if chance.random() < odds.declines:
        reason = chance.choice(DECLINE_REASONS)
        return next(
            each
            for each in group
            if isinstance(each.act, c.DeclineHandOver) and each.act.reason == reason
        )
    conditions = chance.random() < odds.conditions
    return next(
        each
        for each in group
        if isinstance(each.act, c.AcceptHandOver) and each.act.conditions == conditions
    )


def asked_before(state: State, asked: HandOver) -> int:
    """How often somebody has already had to decide what to do about a request."""
    return sum(task.hand_over == asked.id for task in _chases(state))


def drawn_word(field: DataField, otherwise: float, chance: Draws) -> str:
    """A random answer to a choice; the first word is the usual one."""
    usual, others = field.words[0], field.words[1:]
    return chance.choice(others) if chance.random() < otherwise and others else usual


def moment_ahead(pathway: Pathway, about: Task | HandOver, name: str, now: datetime) -> datetime:
    """A moment about two weeks ahead. Later fields of the same form get later moments."""
    asked = pathway.form_of(about) if isinstance(about, Task) else pathway.answers_of(about)
    form = [each.name for each in asked]
    return now + timedelta(days=14, hours=12 * form.index(name))


def _chases(state: State) -> list[Task]:
    return [task for task in state.tasks.values() if task.kind is TaskKind.CHASE]


def _may_wait(state: State, chase: Task) -> bool:
    """Whether the receiver may be asked again: it is silent, and nobody has asked it again yet."""
    asked = state.hand_overs[chase.hand_over]
    return asked.status == RequestStatus.SILENT and asked_before(state, asked) == 1

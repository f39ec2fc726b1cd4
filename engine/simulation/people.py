"""The behaviour of the people around a case: the person concerned, and everybody with a task or
request about them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from engine.agencies.registry import Registry
from engine.choices import PossibleAct, on_request, on_task, raises, starts, withdrawals
from engine.consent_steps import step_for
from engine.definition import DataField
from engine.field_types import FIELD_TYPES
from engine.pathway import Pathway
from engine.phrases.syntax import RaiseInterrupt
from engine.simulation.chance import Chance
from engine.simulation.picking import (
    Odds,
    asked_before,
    drawn_word,
    moment_ahead,
    pick_answer,
    pick_of_task,
)
from engine.simulation.rates import Habit, Rates
from engine.state import Answer, HandOver, State, Task
from engine.statuses import RequestStatus
from engine.task_kinds import TaskKind
from engine.view import View

_RAISED_WITHIN = timedelta(days=150)
_WITHDRAWN_WITHIN = timedelta(days=30)
_BEGUN_WITHIN = timedelta(days=20)
_SAYS_YES = 0.3
"""How often a yes-or-no question is answered with yes, unless a rate says otherwise."""


class People:
    """Draws what is done in each case; the same for the same seed, case and subject."""

    def __init__(self, pathway: Pathway, rates: Rates, registry: Registry, seed: int) -> None:
        self._pathway, self._rates, self._seed = pathway, rates, seed
        self._countries = tuple(dict.fromkeys(each.country for each in registry.agencies))
        self.habit = cache(self._habit)
        self.odds = cache(self._odds)
        self.interrupts = {
            name: share
            for name in pathway.definition.interrupts
            if (share := rates.of_interrupt(name)[0]) > 0
            and (name in rates.interrupts or name not in self._raised_by_arrivals())
        }
        """Interrupts that somebody raises, with the share of cases; not those that a missed arrival
        raises by itself, unless the rates name them.
        """

    def _raised_by_arrivals(self) -> set[str]:
        arrivals = (plan.step.arrival for plan in self._pathway.steps.values())
        missing = (each.missing for each in arrivals if each)
        return {each.name for each in missing if isinstance(each, RaiseInterrupt)}

    def _habit(self, subject: str) -> Habit:
        """The habit of a step or interrupt; the usual one for anything that has none of its own."""
        if subject in self._pathway.definition.interrupts:
            return self._rates.of_interrupt(subject)[1]
        return self._rates.habit(subject)

    def _odds(self, subject: str) -> Odds:
        habit = self.habit(subject)
        return Odds(
            otherwise=habit.otherwise,
            refuses=habit.refused,
            no_show=habit.no_show,
            declines=habit.declined,
            conditions=habit.conditions,
        )

    def chance(self, number: int, *names: object) -> Chance:
        """The random draws about one subject, named by `names`, in case `number`."""
        return Chance(self._seed, number, *names)

    # when

    def ready_after(self, number: int, about: str, subject: str) -> timedelta:
        """How long until somebody can start on a task or request."""
        median = self.habit(subject).wait.total_seconds()
        return timedelta(seconds=round(self.chance(number, "ready", about).around(median)))

    def minutes(self, number: int, about: str, subject: str) -> float:
        """How many minutes of one person's time a task or request takes: between half and one and a
        half times the usual.
        """
        usual = self.habit(subject).minutes
        return usual * (0.5 + self.chance(number, "minutes", about).random())

    def is_silent(self, number: int, state: State, asked: HandOver) -> bool:
        """Whether the receiver of a request will not answer unless asked again."""
        times = asked_before(state, asked)
        draw = self.chance(number, "silent", asked.id, times).random()
        return asked.status != RequestStatus.INFORMED and draw < self.habit(asked.step).silent

    # what

    def on_task(self, number: int, state: State, task: Task, now: datetime) -> list[PossibleAct]:
        """What to do with a task: the intended act first, then alternatives in case the engine
        refuses it.
        """
        fill = self._filling(number, state, now)
        group = list(on_task(self._pathway, state, task, fill))
        chance = self.chance(number, "outcome", task.id)
        outcomes = self.habit(task.step).outcomes
        if outcomes and task.kind in (TaskKind.DECISION, TaskKind.VOTE, TaskKind.RESOLVE):
            word = chance.weighted(outcomes)
            picked = next(
                (each for each in group if getattr(each.act, "outcome", "") == word), None
            )
        else:
            picked = pick_of_task(self.odds(task.step), state, task, group, chance)
        return _first(picked, group)

    def on_request(
        self, number: int, state: State, asked: HandOver, now: datetime
    ) -> list[PossibleAct]:
        fill = self._filling(number, state, now)
        group = list(on_request(self._pathway, state, asked, fill))
        if asked.status == RequestStatus.INFORMED or not group:
            return group
        chance = self.chance(number, "answer", asked.id, asked_before(state, asked))
        return _first(pick_answer(self.odds(asked.step), group, chance), group)

    def _filling(self, number: int, state: State, now: datetime) -> Filling:
        return Filling(self, number, state, now)

    def answer(
        self, filling: Filling, about: Task | HandOver, name: str, field: DataField
    ) -> Answer:
        """An answer to a field of a form."""
        if field.is_protected:
            return "As talked about."
        if field.binds in filling.state.sides:  # asked again: the answer stays
            return filling.state.sides[field.binds]
        chance = self.chance(filling.number, "answer", about.id, name)
        weights = self._rates.answers.get(name)
        if field.yes_no:
            return chance.weighted(weights) == "yes" if weights else chance.random() < _SAYS_YES
        if weights:
            return chance.weighted(weights)
        if field.words:
            return drawn_word(field, self.habit(about.step).otherwise, chance)
        if field.number:
            return int(chance.random() * 11)
        if field.country:
            bound = set(filling.state.sides.values())
            return chance.choice([each for each in self._countries if each not in bound] or ["GB"])
        at = moment_ahead(self._pathway, about, name, filling.now)
        return FIELD_TYPES[field.type].example(at)

    # of their own accord

    def interruptions(self, number: int, opened: datetime) -> Iterable[tuple[datetime, str]]:
        """The interrupts to be raised in a case, each with the time of the first attempt."""
        for name, share in self.interrupts.items():
            chance = self.chance(number, "raised", name)
            if chance.random() < share:
                yield opened + chance.random() * _RAISED_WITHIN, name

    def withdrawn_at(self, number: int, state: State, consent: str) -> datetime | None:
        """When a consent just given is withdrawn, if ever."""
        given = state.consents[consent].given_at
        chance = self.chance(number, "withdrawn", consent, given)
        share = self.habit(step_for(self._pathway, state, consent).name).withdrawn
        if given is None or chance.random() >= share:
            return None
        return given + chance.random() * _WITHDRAWN_WITHIN

    def begun_at(self, number: int, step: str, entered: datetime) -> datetime | None:
        """When somebody first tries to start a manual step whose stage was first entered just now, if
        ever.
        """
        chance = self.chance(number, "begun", step)
        if chance.random() >= self.habit(step).begun:
            return None
        return entered + chance.random() * _BEGUN_WITHIN

    def own_accord(self, view: View, verb: str, name: str) -> PossibleAct | None:
        """The act that withdraws a consent, raises an interrupt or starts a step; None while nobody
        may do it.
        """
        may = {"withdraw": withdrawals, "raise": raises}.get(verb, starts)
        return next(may(view, name), None)


class Filling:
    """Fills in the forms of one case at one moment."""

    def __init__(self, people: People, number: int, state: State, now: datetime) -> None:
        self._people, self.number, self.state, self.now = people, number, state, now

    def __call__(self, about: Task | HandOver, name: str, field: DataField) -> Answer:
        return self._people.answer(self, about, name, field)


def _first(picked: PossibleAct | None, group: list[PossibleAct]) -> list[PossibleAct]:
    return group if picked is None else [picked, *(each for each in group if each is not picked)]

"""Simulated agencies: what each agency chooses to do, and when, in virtual time.

Everything is drawn from the seed, the case's number and names in the case, such as a task's id, but
never from case codes or other cases. So the same seed leads each case to the same end, whichever
process is killed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

import msgspec

from engine import commands as c
from engine.choices import PossibleAct, choices
from engine.definition import DataField
from engine.field_types import FIELD_TYPES
from engine.message import Message
from engine.pathway import Pathway
from engine.phrases.syntax import RaiseInterrupt
from engine.simulation.picking import (
    Odds,
    asked_before,
    drawn_word,
    moment_ahead,
    pick_answer,
    pick_of_task,
)
from engine.state import Answer, HandOver, State, Task
from engine.statuses import RequestStatus
from engine.view import View
from onward.demonstration.synthetic_intakes import SyntheticIntake

OFFICE_HOURS = (8, 16)
"""The hours of a day, in UTC, at which delayed work is done. There are only these two, so that many
things happen at the same moment.
"""


class Deviations(msgspec.Struct, frozen=True, kw_only=True):
    """How often each kind of event happens, as a share between 0 and 1."""

    prompt: float = 0.55
    """A task is done, or a request answered, the moment it arrives. For a task or request without
    a due moment, the share is larger by `late`.
    """
    late: float = 0.1
    """A task is done, or a request answered, days after it was due."""
    declines: float = 0.12
    """A request is declined."""
    silent: float = 0.1
    """A request is not answered until somebody asks again."""
    conditions: float = 0.1
    refuses: float = 0.05
    """A consent is refused."""
    withdraws: float = 0.02
    """A consent is withdrawn, within about 30 days of being given."""
    otherwise: float = 0.1
    """A decision has another outcome than the usual one, or a choice in a form gets another answer.
    """
    no_show: float = 0.1
    interrupts: float = 0.2
    """An interrupt is raised in a case, if the responsible agency may raise it."""
    starts: float = 0.1
    """A manual step is started."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency will do, and when."""

    at: datetime
    choice: PossibleAct
    values: Mapping[str, object]
    """The protected answers, which are not part of the act itself."""


class Agencies:
    """All the agencies around one case.

    Args:
        number: the case's number among the cases that are played with this seed.
    """

    def __init__(
        self,
        pathway: Pathway,
        intake: SyntheticIntake,
        *,
        seed: int,
        number: int,
        rates: Deviations | None = None,
    ) -> None:
        self._pathway, self._intake = pathway, intake
        self._seed, self._number = seed, number
        self._rates = rates or Deviations()
        self._odds = Odds(
            otherwise=self._rates.otherwise,
            refuses=self._rates.refuses,
            no_show=self._rates.no_show,
            declines=self._rates.declines,
            conditions=self._rates.conditions,
        )
        self._refused: set[tuple[str, Message]] = set()
        self._now = datetime.min

    def next_act(self, view: View) -> Planned | None:
        """The earliest act that will be done as things stand; None if nobody acts.

        An act whose moment has already passed is planned for now.
        """
        state, self._now = view.state, view.now
        by_subject: dict[str, list[PossibleAct]] = {}
        for choice in choices(view, self._fill):
            if (choice.about, choice.what) not in self._refused:
                by_subject.setdefault(_subject(choice), []).append(choice)
        planned = [
            each
            for group in by_subject.values()
            if (each := self._planned(state, group)) is not None
        ]
        return min(planned, key=lambda each: (each.at, each.choice.about), default=None)

    def was_refused(self, planned: Planned) -> None:
        """Note that an act was refused (for example, because no receiver is left), so that the act
        is not tried again. Trying again would not help: everything due in the case is settled
        before an act is tried, so it was not refused because of that.
        """
        self._refused.add((planned.choice.about, planned.choice.what))

    def _chance(self, *names: object) -> Random:
        return Random("/".join(map(str, (self._seed, self._number, *names))))

    def _planned(self, state: State, group: list[PossibleAct]) -> Planned | None:
        first = group[0]
        if first.about in state.hand_overs and first.owed:
            return self._answer(state, state.hand_overs[first.about], group)
        if first.about in state.tasks:
            return self._work(state, state.tasks[first.about], group)
        return self._on_own_account(state, group)

    def _plan(self, at: datetime, choice: PossibleAct) -> Planned:
        act = choice.act
        values: dict[str, object] = {}
        if isinstance(act, c.Complete | c.AcceptHandOver):
            values = {name: self._intake.protected(name) for name in act.protected}
        return Planned(at=max(at, self._now), choice=choice, values=values)

    # tasks

    def _work(self, state: State, task: Task, group: list[PossibleAct]) -> Planned:
        chance = self._chance(task.id)
        at = self._when(chance, task.opened_at, task.due_at)
        return self._plan(at, pick_of_task(self._odds, state, task, group, chance))

    def _when(self, chance: Random, since: datetime, due: datetime | None) -> datetime:
        """When a task is done or a request answered: some at once, some in time, some days late."""
        drawn, share, days = chance.random(), chance.random(), chance.randint(1, 5)
        if due is not None and drawn < self._rates.late:
            return at_office_hour(due + timedelta(days=days))
        if drawn < self._rates.late + self._rates.prompt:
            return since
        room = min(due - since, timedelta(days=10)) if due else timedelta(days=5)
        at = at_office_hour(since + room * share)
        return at if due is None or at <= due else since

    # requests

    def _answer(self, state: State, asked: HandOver, group: list[PossibleAct]) -> Planned | None:
        times = asked_before(state, asked)
        chance = self._chance(asked.id, times)
        at = self._when(chance, asked.offered_at, asked.answer_by)
        if asked.status == RequestStatus.INFORMED:
            return self._plan(at, group[0])
        drawn = chance.random()
        if times == 0 and drawn < self._rates.silent:
            return None
        answer = pick_answer(self._odds, group, chance)
        sees = [each for each in group if isinstance(each.act, c.See)]
        says_yes = isinstance(answer.act, c.AcceptHandOver)
        if sees and says_yes and asked.status == RequestStatus.OFFERED and at > asked.offered_at:
            seen = at_office_hour(asked.offered_at)
            if seen < at:
                return self._plan(seen, sees[0])
        return self._plan(at, answer)

    # acts that nobody waits for

    def _on_own_account(self, state: State, group: list[PossibleAct]) -> Planned | None:
        first = group[0]
        match first.act:
            case c.WithdrawConsent(consent=name):
                given = state.consents[name].given_at
                return self._sometimes(self._rates.withdraws, "withdraw", given, 30, group)
            case c.Start(step=name) if not state.runs.get(name):
                entered = state.moments.get(f"{self._pathway.steps[name].stage}.entered")
                return self._sometimes(self._rates.starts, "start", entered, 20, group)
            case c.Raise(interrupt=name) if name == self._interrupt():
                if f"interrupt.{name}" in state.moments or not self._concerns(state, name):
                    return None
                return self._sometimes(1, "raise", state.moments["case.opened"], 150, group)
            case _:
                return None

    def _sometimes(
        self, rate: float, word: str, since: datetime | None, days: int, group: list[PossibleAct]
    ) -> Planned | None:
        chance = self._chance(word, group[0].about)
        if since is None or chance.random() >= rate:
            return None
        at = at_office_hour(since + timedelta(days=chance.uniform(1, days)))
        return self._plan(at, chance.choice(group))

    def _concerns(self, state: State, interrupt: str) -> bool:
        """Whether the responsible agency holds one of the roles that may raise an interrupt."""
        roles = self._pathway.interrupt(interrupt).raised_by
        return state.responsible in {state.roles.get(role) for role in roles}

    def _interrupt(self) -> str | None:
        """The interrupt that the responsible agency will raise in this case if it may; None for
        most cases. Never one that a missing arrival raises automatically.
        """
        chance = self._chance("interrupt")
        own = {
            plan.step.arrival.missing.name
            for plan in self._pathway.steps.values()
            if plan.step.arrival and isinstance(plan.step.arrival.missing, RaiseInterrupt)
        }
        names = [name for name in self._pathway.definition.interrupts if name not in own]
        return chance.choice(names) if names and chance.random() < self._rates.interrupts else None

    # forms

    def _fill(self, about: Task | HandOver, name: str, field: DataField) -> Answer | None:
        chance = self._chance(about.id, name)
        known = self._intake.answer(name, about.step)
        if known is not None:
            return known
        if field.is_protected:
            return self._intake.protected(name)
        if field.words:
            return drawn_word(field, self._rates.otherwise, chance)
        return self._drawn(about, name, field, chance)

    def _drawn(self, about: Task | HandOver, name: str, field: DataField, chance: Random) -> Answer:
        if field.yes_no:
            return chance.random() < 0.3
        if field.number:
            most = self._pathway.lengths.get(name)
            return chance.randint(1, min(most, 10)) if most else chance.randint(0, 10)
        if field.country:
            return self._intake.origin
        moment = at_office_hour(moment_ahead(self._pathway, about, name, self._now))
        return FIELD_TYPES[field.type].example(moment)


def at_office_hour(moment: datetime) -> datetime:
    """The first office hour at or after a moment."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [*OFFICE_HOURS, 24 + OFFICE_HOURS[0]]
    return next(at for hour in hours if (at := day + timedelta(hours=hour)) >= moment)


def _subject(choice: PossibleAct) -> str:
    """A key shared by acts that exclude each other: the task or request that they deal with. For an
    act that nobody waits for, the kind of act and what it is about.
    """
    return choice.about if choice.owed else f"{type(choice.act).__name__} {choice.about}"

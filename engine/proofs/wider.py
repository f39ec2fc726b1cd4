"""Searches again for what a walk did not reach, without most of the restrictions that keep the walk
small.

Here open work is done in any order, time passes whatever is owed, and any number of acts happen
that nobody is waiting for, such as saying that an interrupt is over. The search first follows cases
without any such departure from the usual course, then with one, then with two, and so on. Each
departure is tried once for the same open steps, condition results and elapsed periods. `never` also
has other worlds searched: those in which each agency that has a role has every role, in which no
agency has a certain type of role, or in which none has a role.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import NamedTuple

from engine import commands as c
from engine.choices import (
    PossibleAct,
    messages,
    on_request,
    on_task,
    raises,
    resolutions,
    starts,
    withdrawals,
)
from engine.definition.times import moments_of
from engine.phrases.syntax import Moment
from engine.proofs.apart import Key
from engine.proofs.doing import Attempted, Doing
from engine.proofs.reached import Goal, goals_in
from engine.proofs.sidelines import step_of
from engine.proofs.trials import any_answer
from engine.proofs.walk import Walk
from engine.proofs.world import OPENED, World, openers
from engine.state import HandOver, State, Task
from engine.statuses import STEP_UNDER_WAY, CasePhase
from engine.task_kinds import TaskKind
from engine.time.clocks import count
from engine.view import View

_LONG = timedelta(days=2 * 365)
"""How much time passes without anybody doing anything, unless a clock ends sooner: longer than most
periods counted from the opening of a case.
"""


class _After(NamedTuple):
    """A situation, and how it came about."""

    state: State
    now: datetime
    unasked: int
    """How many departures from the usual course led there: acts that nobody waited for, work done
    out of order, time that passed although something was owed, reopenings.
    """
    waited: bool
    """Whether nobody has done anything for a long time although something was owed, which happens
    once per case at most.
    """
    over: frozenset[Moment] = frozenset()
    """The periods counted from a known moment that are over, whether or not a clock has run for them."""


class Wider:
    """Searches for goals in one world."""

    def __init__(self, walk: Walk, world: World, most: int) -> None:
        """`most` limits how many situations are examined."""
        self._walk, self._world, self._most = walk, world, most
        self._doing = Doing(walk.own, walk.pathway, walk.used_up, world)
        moments = (each for _, each in moments_of(walk.pathway.definition))
        self._periods = frozenset(each for each in moments if each.anchor)
        self.found: set[Key] = set()
        self.complete = True
        """Whether nothing was left out except what the module's docstring says."""
        self._goals: set[Goal] = set()
        self._tried: set[Hashable] = set()
        self._waiting: dict[int, deque[_After]] = defaultdict(deque)

    def left_of(self, goals: set[Goal]) -> set[Goal]:
        """Those of the goals that the search in this world does not reach."""
        self._goals = set(goals)
        for country in self._walk.answers.opened_in:
            for agency in openers(self._world, country):
                act = Attempted(c.OpenCase(code="7K2F-9QXM", country=country), agency, OPENED)
                opened = self._doing.decided(State(), act)
                if opened is not None:
                    self._take(_After(opened, OPENED, 0, waited=False))
        while self._goals and any(self._waiting.values()):
            unasked = min(number for number, each in self._waiting.items() if each)
            for after in self._following(self._waiting[unasked].popleft()):
                self._take(after)
        self.complete = self.complete and self._doing.complete
        return self._goals

    def _take(self, found: _After) -> None:
        state = found.state
        self._goals -= goals_in(state)
        if state.status != CasePhase.OPEN:
            again = self._doing.reopened(state, found.now)
            if again is not None and again.status == CasePhase.OPEN:
                self._take(found._replace(state=again, unasked=found.unasked + 1))
            return
        apart = self._walk.apart
        aside = apart.key_aside(state, apart.sidelines.steps)
        found = found._replace(over=frozenset(self._over(found)))
        key = (state.opened_by, found.waited, found.over, *apart.key(state, ""), *aside)
        if key in self.found:
            return
        if len(self.found) >= self._most:
            self.complete = False
            return
        self.found.add(key)
        self._waiting[found.unasked].append(found)

    def _following(self, before: _After) -> Iterator[_After]:
        state = before.state
        at = before._replace(now=before.now + timedelta(minutes=1))
        owed = self._owed(state)
        for number, each in enumerate(owed):
            for choice in self._choices(state, each):
                yield from self._tried_once(at, choice, unasked=number > 0)
        for choice in self._unasked(self._view(at)):
            yield from self._tried_once(at, choice, unasked=True)
        clocks = [each for each in state.clocks.values() if self._walk.apart.tells(state, each)]
        clock = min(clocks, key=lambda each: (each.at, each.key), default=None)
        until = min(at.now + _LONG, clock.at - timedelta(minutes=1)) if clock else at.now + _LONG
        if owed and not at.waited and until > at.now:
            yield _After(state, until, at.unasked + 1, waited=True)
        if clock and (not owed or self._is_new(at, clock.key)):
            now = max(clock.at, at.now)
            for after in self._doing.outcomes(state, Attempted(c.Settle(), "", now)):
                yield _After(after, now, at.unasked + bool(owed), at.waited)

    def _tried_once(self, at: _After, choice: PossibleAct, *, unasked: bool) -> Iterator[_After]:
        """What a choice leads to; if it is `unasked`, only the first time that it leads anywhere in
        an equal situation.
        """
        what = (self._standing(at), type(choice.act), choice.about, choice.what)
        if unasked and what in self._tried:
            return
        for after in self._doing.done(at.state, choice, at.now):
            if unasked:
                self._tried.add(what)
            yield _After(after, at.now, at.unasked + unasked, at.waited)
            if isinstance(choice.act, c.Raise):
                self._goals.discard(("interrupts", choice.about))

    def _is_new(self, at: _After, what: str) -> bool:
        tried = (self._standing(at), what)
        is_new = tried not in self._tried
        self._tried.add(tried)
        return is_new

    def _standing(self, at: _After) -> Hashable:
        """What makes situations equal for `_tried`: the agency that opened the case, whether nobody
        did anything for a long time, the periods that are over, the open steps, and the results of
        the comparisons still read.
        """
        state = at.state
        steps = frozenset(name for name, how in state.steps.items() if how in STEP_UNDER_WAY)
        return (state.opened_by, at.waited, at.over, steps, self._walk.apart.verdicts(state))

    def _over(self, at: _After) -> Iterator[Moment]:
        """The periods counted from a known moment that are over by now, whether or not a clock has
        run for them.
        """
        view = self._view(at)
        calendar = view.edition(at.state.responsible)

        def known(name: str | None) -> date | None:
            return view.moment(name) if name else None

        for each in self._periods:
            counted = view.if_covered(partial(count, each, known, calendar))
            if counted and counted.at <= at.now:
                yield each

    def _view(self, at: _After) -> View:
        world = self._world
        return View(self._walk.pathway, at.state, at.now, world.registry, world.calendars)

    def _owed(self, state: State) -> list[Task | HandOver]:
        """All open requests, and all open tasks but reviews, in the order of the pathway's text."""
        tasks = [task for task in state.open_tasks() if task.kind is not TaskKind.REVIEW]
        order = self._walk.order
        return sorted([*tasks, *state.open_hand_overs()], key=lambda each: order.get(each.step, -1))

    def _choices(self, state: State, about: Task | HandOver) -> Iterator[PossibleAct]:
        walk = self._walk
        if isinstance(about, Task):
            owed = list(on_task(walk.pathway, state, about, any_answer))
        else:
            owed = list(on_request(walk.pathway, state, about, any_answer))
        live = walk.apart.live(state, frozenset(), step_of(about.id))
        return walk.trials.of(state, about.id, owed, live)

    def _unasked(self, view: View) -> Iterator[PossibleAct]:
        """Acts that nobody waits for."""
        state = view.state
        yield from chain.from_iterable(withdrawals(view, name) for name in state.consents)
        known = view.pathway.definition.interrupts
        yield from chain.from_iterable(raises(view, name) for name in known)
        over = (each for each in state.interrupts if not known[each].is_looked_after)
        yield from chain.from_iterable(resolutions(view, name) for name in over)
        yield from chain.from_iterable(starts(view, name) for name in self._walk.manual)
        for asked in state.open_hand_overs():
            said = messages(view, asked)
            yield from (each for each in said if isinstance(each.act, c.Revoke))

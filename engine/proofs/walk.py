"""Walks through a pathway: every answer, outcome and silence, within a bound.

The engine itself decides what follows, so the results hold for what actually runs. These
restrictions keep the walk small (`docs/explanation/what-check-shows.md` tells authors of them):

- Of several things open at once, the first in the pathway's text is done first. The order of work
  on parallel tracks makes no difference unless a condition on one track looks into another.
- Optional work that affects nothing else is walked once, beside the rest (`sidelines`).
- Repetitions are not counted: the walk looks at one more round and at the limit being reached
  (`counts`).
- In one case, at most one thing happens that nobody is waiting for: an interrupt is raised, a
  consent withdrawn, a `manual` step started, an optional one left undone, or a period runs out
  while something else has to be done first. Once the engine has accepted such an act, it is not
  tried in other situations with the same steps open. After one of them, another is tried only to
  raise an interrupt or start a step that nothing else has raised or opened. A case that has ended
  is also reopened, if that is allowed; the reopening counts as one of them.
- Nobody is late if nothing but a reminder follows from it.
- A panel votes unanimously: nothing depends on who has voted for what.

Whatever a complete walk does not reach is searched for again without most of these restrictions
(`wider`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from msgspec.structs import replace

from engine import commands as c
from engine.choices import PossibleAct, on_request, on_task, starts
from engine.clock import Clock
from engine.message import Message, finding
from engine.pathway import Pathway
from engine.proofs.apart import Apart, Key, unnumbered
from engine.proofs.counts import no_more, once_more
from engine.proofs.doing import Attempted, Doing
from engine.proofs.reached import Reached, Situation, SituationNumber
from engine.proofs.reads import Live
from engine.proofs.sidelines import step_of
from engine.proofs.trials import Trials, any_answer
from engine.proofs.unasked import Unasked
from engine.proofs.unhurried import unhurried
from engine.proofs.world import OPENED, holder, opener, world_of
from engine.state import HandOver, State, Task
from engine.statuses import CasePhase
from engine.task_kinds import TaskKind
from engine.turns.resting import Rest
from engine.turns.settling import rest_of
from engine.turns.turn import Turn
from engine.view import View

MOST_SITUATIONS = 10_000
"""How many distinct situations a walk examines at most, unless it is given another bound."""


class Walk:
    """A walk through a pathway, and the situations that it has found."""

    def __init__(self, pathway: Pathway, most: int = MOST_SITUATIONS) -> None:
        walked = unhurried(pathway)
        self.own, self.most = walked, most
        self.pathway, self.used_up = once_more(walked), no_more(walked)
        # The position of each step in the text; whatever belongs to no step comes first.
        self.order = {name: at for at, name in enumerate(self.pathway.steps)}
        self.manual = [name for name, plan in self.pathway.steps.items() if plan.step.manual]
        self.apart = Apart(self.pathway)
        self.trials = Trials(self.pathway, self.apart.readers)
        self.answers = self.trials.answers
        self.world = world_of(pathway, self.answers.countries)
        self.doing = Doing(self.own, self.pathway, self.used_up, self.world)
        self.found: dict[SituationNumber, Situation] = {}
        self.follows: dict[SituationNumber, set[SituationNumber]] = {}
        self.taken_up: set[tuple[SituationNumber, SituationNumber]] = set()
        """Transitions in which work that was left undone is done after all, because nothing else
        leads on.
        """
        self.unasked = Unasked()
        self._begun: set[Key] = set()
        self.reached = Reached(self.pathway, self.world)
        self.cut: set[SituationNumber] = set()
        """Situations that were not followed up completely."""
        self._complete = True
        self.places: dict[Key, SituationNumber] = {}
        """The number of each situation, by its key."""
        self._rests: dict[SituationNumber, Rest | None] = {}
        self._waiting: deque[SituationNumber] = deque()
        self._disturbed: deque[SituationNumber] = deque()
        self._walk()

    @property
    def complete(self) -> bool:
        """Whether nothing was left out except what the module's docstring says."""
        return self._complete and self.doing.complete and self.trials.complete

    def resting(self, key: SituationNumber) -> Rest | None:
        """The rest without return that a case has come to in a situation of the main walk; None if
        somebody has something to do there, or gets it as time passes.
        """
        if key not in self._rests:
            situation = self.found[key]
            self._rests[key] = None if situation.line else rest_of(self.view(situation))
        return self._rests[key]

    def view(self, situation: Situation) -> View:
        """A case in a situation. A `Turn`, as in each decision: alternating between two kinds of view
        is slower.
        """
        known = self.world
        return Turn(self.pathway, situation.state, situation.now, known.registry, known.calendars)

    def path(self, situation: Situation) -> list[Message]:
        """What was done on the way to a situation, first to last."""
        steps = [situation.what]
        while situation.before is not None:
            situation = self.found[situation.before]
            steps.append(situation.what)
        return [step for step in reversed(steps) if step]

    def _openings(self) -> Iterator[Situation]:
        """The openings worth telling apart: one for each country and each kind of agency that makes
        a difference to the pathway.
        """
        roles = self.pathway.roles.values()
        kinds = dict.fromkeys(
            each.type
            for each in roles
            if each.side == self.pathway.first_side
            and self.apart.readers.reads(f"role.{each.name}.responsible")
        )
        for country in self.answers.opened_in:
            opening = c.OpenCase(code="7K2F-9QXM", country=country)
            asked = country if self.answers.asks_where_it_opens else ""
            for kind in ("", *kinds):
                agency = holder(country, kind) if kind else opener(country)
                what = _opened(asked, kind)
                state = self.doing.decided(State(), Attempted(opening, agency, OPENED))
                if state is not None:
                    yield Situation(state, OPENED, disturbed=False, before=None, what=what)

    def _walk(self) -> None:
        for first in self._openings():
            key = self._place(first)
            if key not in self.found:
                self.found[key] = first
                self.reached.note(State(), first)
                self._waiting.append(key)
                for aside in self._sidelines(key, first):
                    self._take(key, self._place(aside), aside)
        while self._waiting or self._disturbed:
            # Undisturbed situations first: one found disturbed would be examined again if found
            # undisturbed.
            at = (self._waiting or self._disturbed).popleft()
            situation = self.found[at]
            followers = self.follows[at] = set()
            if situation.beside is not None:
                followers.add(situation.beside)
            for following in self._following(at, situation):
                self.reached.note(situation.state, following)
                key = self._place(following)
                followers.add(key)
                if situation.left and not following.left:
                    self.taken_up.add((at, key))
                self._take(at, key, following)
                for aside in self._sidelines(key, following):
                    self._take(at, self._place(aside), aside)

    def _take(self, at: SituationNumber, key: SituationNumber, following: Situation) -> None:
        """Add a following situation to those to examine, if it is new, or is undisturbed and was
        found only disturbed before.
        """
        known = self.found.get(key)
        if known is not None and known.disturbed <= following.disturbed:
            return
        if known is None and len(self.found) >= self.most:
            self._complete = False
            self.cut.add(at)
            return
        self.found[key] = following
        (self._disturbed if following.disturbed else self._waiting).append(key)

    def _place(self, situation: Situation) -> SituationNumber:
        """The number of a situation, a new one if its key is new. Numbers stand for keys, which are long
        and slow to look up.
        """
        return self.places.setdefault(self._key(situation), len(self.places))

    def _key(self, situation: Situation) -> Key:
        if situation.line:
            return (situation.line, *self.apart.key_aside(situation.state, situation.line))
        if again := self._reopened(situation):
            return (situation.state.end, *self.apart.key(again, ""))
        key = self.apart.key(situation.state, situation.left)
        if situation.rests:
            key += self.apart.key_aside(situation.state, self.apart.sidelines.steps)
        return key

    def _reopened(self, situation: Situation) -> State | None:
        """The state after a case that has ended is reopened; None if it cannot be, or on a
        sideline.
        """
        return None if situation.line else self.doing.reopened(situation.state, situation.now)

    def _sidelines(self, at: SituationNumber, situation: Situation) -> Iterator[Situation]:
        """The situations that begin a sideline beside this one; each sideline begins once for each
        of its keys (`Apart.standing`), in cases opened by the same agency.
        """
        state = situation.state
        if situation.line or situation.rests or state.status != CasePhase.OPEN:
            return
        for line in self.apart.sidelines.lines:
            standing = (state.opened_by, line, *self.apart.standing(state, line))
            if standing not in self._begun:
                self._begun.add(standing)
                yield replace(situation, line=line, beside=at, before=situation.before)

    def _following(self, at: SituationNumber, situation: Situation) -> Iterator[Situation]:
        state = situation.state
        if again := self._reopened(situation):
            yield replace(
                situation, state=again, disturbed=True, before=at, what=finding("way.reopened")
            )
        if state.status != CasePhase.OPEN:
            return
        owed = self._owed(situation)
        first = owed[0].about if owed else ""
        if self._may_be_left(situation, first):
            yield replace(situation, disturbed=True, before=at, what=None, left=first)
        now = situation.now + timedelta(minutes=1)
        live = self.apart.live(state, situation.line, step_of(first))
        led_on: list[c.AnyAct] = []
        for choice in chain(
            self.trials.of(state, first, owed, live) if owed else (), self._free(situation)
        ):
            disturbed = situation.disturbed or not (choice.owed or situation.line)
            for following in self.doing.done(state, choice, now):
                led_on.append(choice.act)
                if not situation.line:
                    self.unasked.note(state, choice)
                yield replace(
                    situation,
                    state=following,
                    now=now,
                    disturbed=disturbed,
                    before=at,
                    what=choice.what,
                )
        clock = self._next_turn_of_time(situation, first)
        if not (clock and self._adds_nothing(state, clock, led_on, live)):
            yield from self._in_time(at, situation, first, clock)

    def _adds_nothing(self, state: State, clock: Clock, led_on: list[c.AnyAct], live: Live) -> bool:
        """Whether it makes no difference if a panel votes or its time runs out.

        It may make a difference if another clock could end between the vote and that time: one that
        is running, or one that is counted from something that has happened.
        """
        step = step_of(clock)
        return (
            self.trials.is_voted_for(state, clock, led_on)
            and live.anchors.isdisjoint(state.moments)
            and not any(
                step_of(each) != step and self.apart.tells(state, each)
                for each in state.clocks.values()
            )
        )

    def _in_time(
        self, at: SituationNumber, situation: Situation, first: str, clock: Clock | None
    ) -> Iterator[Situation]:
        """What follows when time passes; if no clock is left, what follows from the sidelines and
        the work left undone.
        """
        if clock is None:
            if not (first or situation.line or situation.rests):
                yield replace(situation, before=at, what=None, rests=True)
            if situation.left and not first:
                yield replace(situation, before=at, what=None, left="")
            return
        interferes = bool(first) and clock.about != first
        what = f"{unnumbered(clock.key)} first"
        if interferes and (situation.disturbed or not self.unasked.is_first(situation.state, what)):
            return
        now = max(clock.at, situation.now)
        disturbed = situation.disturbed or interferes
        passes = finding("way.time", clock=clock.key)
        for following in self.doing.outcomes(situation.state, Attempted(c.Settle(), "", now)):
            yield replace(
                situation, state=following, now=now, disturbed=disturbed, before=at, what=passes
            )

    def _may_be_left(self, situation: Situation, about: str) -> bool:
        """Whether to leave an optional task or request undone: once for each set of open steps, in
        an undisturbed situation.
        """
        state = situation.state
        subject = state.tasks.get(about) or state.hand_overs.get(about)
        plan = self.pathway.steps.get(subject.step) if subject else None
        if plan is None or not plan.optional or situation.disturbed:
            return False
        return self.unasked.is_first(state, f"{plan.name} left")

    def _owed(self, situation: Situation) -> list[PossibleAct]:
        """The acts on the first open thing that somebody is waiting for."""
        state = situation.state
        tasks = [task for task in state.open_tasks() if task.kind is not TaskKind.REVIEW]
        about: list[Task | HandOver] = [*tasks, *state.open_hand_overs()]
        waited_for = [each for each in about if self._is_owed(situation, each)]
        for each in sorted(waited_for, key=lambda each: self.order.get(each.step, -1)):
            if isinstance(each, Task):
                found = on_task(self.pathway, state, each, any_answer)
            else:
                found = on_request(self.pathway, state, each, any_answer)
            if telling := [choice for choice in found if self.trials.tells(state, choice)]:
                return telling
        return []

    def _is_owed(self, situation: Situation, about: Task | HandOver) -> bool:
        return about.id != situation.left and self._counts(situation, about.step)

    def _free(self, situation: Situation) -> Iterator[PossibleAct]:
        """What may be tried here although nobody waits for it."""
        view = self.view(situation)
        manual = [name for name in self.manual if self._counts(situation, name)]
        if situation.line:
            return chain.from_iterable(starts(view, name) for name in manual)
        if situation.disturbed:  # a second such act only if nothing else has led to it
            return self.unasked.nowhere_else(view, manual, self.reached.steps)
        return self.unasked.choices(view, manual)

    def _counts(self, situation: Situation, step: str) -> bool:
        """Whether a step belongs to what is being walked: the current sideline, or the rest."""
        if situation.line:
            return step in situation.line
        return situation.rests or self.apart.sidelines.is_main(step)

    def _next_turn_of_time(self, situation: Situation, first: str) -> Clock | None:
        """The next clock that does more than remind.

        While something must be done first, only its own clocks and the named ones are considered.
        """
        state = situation.state
        telling = [
            each
            for each in state.clocks.values()
            if self.apart.tells(state, each)
            and self._counts(situation, step_of(each))
            and (not first or each.about == first or each.kind == "named")
        ]
        return min(telling, key=lambda each: (each.at, each.key), default=None)


def _opened(country: str, kind: str) -> Message | None:
    """Says in which country a case was opened and by which kind of agency. Leaves out what is empty
    because it makes no difference; None if both are empty.
    """
    if country and kind:
        return finding("way.opened_in_by", country=country, role=kind)
    if country:
        return finding("way.opened_in", country=country)
    return finding("way.opened_by", role=kind) if kind else None

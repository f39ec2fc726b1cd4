"""Walks a pathway: every answer, outcome and silence, within a bound.

The engine itself is asked what follows, so that what is shown is shown of what runs. Four things
keep the walk small, and the verdicts say so:

- Of what is open at once, the first is done first. Work of parallel tracks is independent of its
  order wherever no condition looks from one track into the other.
- In one case at most one thing happens that nobody waits for: one interrupt raised, one consent
  taken back, one step begun that is optional, or one left undone; each is tried once for each set
  of open stages.
- Where nothing follows from lateness but a reminder, nobody is late.
- A panel is of one mind: nothing depends on who has voted what.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from engine import commands as c
from engine.choices import Choice, Fill, choices, on_request, on_task
from engine.decide import decide
from engine.errors import EngineError, Refusal
from engine.pathway import Pathway
from engine.proofs.answers import Answers
from engine.proofs.apart import Apart, Key
from engine.proofs.shortened import shortened
from engine.proofs.sidelines import step_of
from engine.proofs.world import HOME, OPENED, OPENER, World, world_of
from engine.state import Answer, Clock, HandOver, State, Task, TaskKind
from engine.turns import panels

MOST_SITUATIONS = 10_000
"""The bound: so many different situations of a case are looked at."""


class Situation(msgspec.Struct, frozen=True):
    """Where a case stands in the walk, and how it came there."""

    state: State
    now: datetime
    disturbed: bool
    """Something has happened that nobody waited for."""
    before: Key | None
    what: str
    """What was done last, in words."""
    left: str = ""
    """A task or request that is optional, and is left undone."""
    line: frozenset[str] = frozenset()
    """The sideline that is walked, while all else stays as it is."""
    beside: Key | None = None
    """On a sideline: the situation that was left for it, and that goes on whatever happens here."""
    rests: bool = False
    """Nothing is open but sidelines: they are brought to their end, to see what follows."""


class Walk:
    """All situations that were found, by what tells them apart."""

    def __init__(self, pathway: Pathway, most: int = MOST_SITUATIONS) -> None:
        self.pathway, self.most = shortened(pathway), most
        self.answers = Answers(self.pathway)
        self._order = {name: number for number, name in enumerate(self.pathway.steps)}
        self._apart = Apart(self.pathway)
        self.readers = self._apart.readers
        self.world: World = world_of(pathway, self.answers.countries)
        self.found: dict[Key, Situation] = {}
        self.follows: dict[Key, set[Key]] = {}
        self._tried: set[tuple[object, ...]] = set()
        self.raised: set[str] = set()
        """Interrupts that somebody may raise in one of the situations."""
        self.entered: set[str] = set()
        """Stages that some case enters; and steps that it opens. An end may follow in the same turn."""
        self.opened: set[str] = set()
        self.cut: set[Key] = set()
        """Situations behind which more lies than was looked at."""
        self.complete = True
        """Nothing was left out but what the module says."""
        self._walk()

    def path(self, key: Key) -> list[str]:
        """What was done on the way to a situation, first to last."""
        steps: list[str] = []
        at: Key | None = key
        while at is not None:
            situation = self.found[at]
            steps.append(situation.what)
            at = situation.before
        return [step for step in reversed(steps) if step]

    def _walk(self) -> None:
        opening = c.OpenCase(code="7K2F-9QXM", country=HOME)
        state = self._decided(State(), opening, OPENER, OPENED)
        if state is None:
            return
        first = Situation(state, OPENED, disturbed=False, before=None, what="")
        key = self._key(first)
        self.found[key] = first
        self._note_reached(state)
        waiting = deque([key])
        while waiting:
            at = waiting.popleft()
            followers = self.follows[at] = set()
            if (main := self.found[at].beside) is not None:
                followers.add(main)
            for following in self._following(at):
                self._note_reached(following.state)
                key = self._key(following)
                followers.add(key)
                if self._is_new(at, key, following):
                    waiting.append(key)
                for aside in self._sidelines(key, following):
                    if self._is_new(at, self._key(aside), aside):
                        waiting.append(self._key(aside))

    def _is_new(self, at: Key, key: Key, following: Situation) -> bool:
        known = self.found.get(key)
        if known is not None and known.disturbed <= following.disturbed:
            return False
        if known is None and len(self.found) >= self.most:
            self.complete = False
            self.cut.add(at)
            return False
        self.found[key] = following
        return True

    def _note_reached(self, state: State) -> None:
        self.entered |= {name for name, how in state.stages.items() if how != "skipped"}
        self.opened |= state.runs.keys()

    def _key(self, situation: Situation) -> Key:
        if situation.line:
            return (situation.line, *self._apart.key_aside(situation.state, situation.line))
        key = self._apart.key(situation.state, situation.left)
        if situation.rests:
            key += self._apart.key_aside(situation.state, self._apart.sidelines.steps)
        return key

    def _sidelines(self, at: Key, situation: Situation) -> Iterator[Situation]:
        """What may go on beside a situation, once for each way in which it may stand."""
        state = situation.state
        if situation.line or situation.rests or state.status != "open":
            return
        for line in self._apart.sidelines.lines:
            standing = (line, *self._apart.standing(state, line))
            if standing not in self._tried:
                self._tried.add(standing)
                yield replace(situation, line=line, beside=at, before=situation.before)

    def _following(self, at: Key) -> Iterator[Situation]:
        situation = self.found[at]
        state = situation.state
        if state.status != "open" or is_stuck(state):
            return
        owed, free = self._choices(situation)
        first = owed[0].about if owed else ""
        if self._may_be_left(situation, first):
            yield replace(situation, disturbed=True, before=at, what="", left=first)
        now = situation.now + timedelta(minutes=1)
        for choice in [*(self._on(state, first, owed) if owed else ()), *free]:
            following = self._decided(state, choice.act, choice.agency, now)
            if following is not None and self._goes_back_elsewhere(state, following):
                self.cut.add(at)
            elif following is not None:
                disturbed = situation.disturbed or not (choice.owed or situation.line)
                yield self._after(at, following, now, choice.what, disturbed=disturbed)
        yield from self._in_time(at, first)

    def _in_time(self, at: Key, first: str) -> Iterator[Situation]:
        """What follows when time passes; or, where not even that leads on, from the sidelines."""
        situation = self.found[at]
        clock = self._next_turn_of_time(situation, first)
        if clock is None:
            if not (first or situation.line or situation.rests):
                yield replace(situation, before=at, what="", rests=True)
            return
        interferes = bool(first) and clock.about != first
        if interferes and (situation.disturbed or not self._is_first_try(situation, clock.key)):
            return
        now = max(clock.at, situation.now)
        following = self._decided(situation.state, c.Settle(), "", now)
        if following is not None:
            disturbed = situation.disturbed or interferes
            what = f"time passes: {clock.key}"
            yield self._after(at, following, now, what, disturbed=disturbed)

    def _is_first_try(self, situation: Situation, what: str) -> bool:
        """Something that nobody waits for is tried once for each set of open stages."""
        tried = (tuple(sorted(situation.state.stages.items())), what)
        is_new = tried not in self._tried
        self._tried.add(tried)
        return is_new

    @staticmethod
    def _goes_back_elsewhere(before: State, after: State) -> bool:
        """It goes back to another stage than the one to which the case went back already."""
        return bool(before.returns) and len(after.returns) > len(before.returns)

    def _after(
        self, at: Key, state: State, now: datetime, what: str, *, disturbed: bool
    ) -> Situation:
        return replace(
            self.found[at], state=state, now=now, disturbed=disturbed, before=at, what=what
        )

    def _may_be_left(self, situation: Situation, about: str) -> bool:
        """What is optional stays undone in one case for each set of open stages."""
        state = situation.state
        subject = state.tasks.get(about) or state.hand_overs.get(about)
        plan = self.pathway.steps.get(subject.step) if subject else None
        if plan is None or not plan.optional or situation.disturbed:
            return False
        return self._is_first_try(situation, f"{about} left")

    def _decided(self, state: State, act: c.AnyAct, agency: str, now: datetime) -> State | None:
        # Each thing is done by somebody else: agencies have staff enough.
        person = f"{agency}-{len(state.tasks)}-{getattr(act, 'task', '')}" if agency else ""
        command = c.Command(act=act, agency=agency, person=person, occurred_at=now, recorded_at=now)
        try:
            return decide(
                self.pathway, state, command, self.world.registry, self.world.calendars
            ).state
        except Refusal:
            return None
        except EngineError:  # a count left the made-up calendar: what follows is not known
            self.complete = False
            return None

    def _choices(self, situation: Situation) -> tuple[list[Choice], list[Choice]]:
        """What is owed, and what may be tried here though nobody waits for it."""
        state = situation.state
        owed, free = [], []
        for choice in choices(self.pathway, state, _first):
            names_no_step = isinstance(choice.act, c.WithdrawConsent | c.Raise)
            if not self._counts(situation, "" if names_no_step else step_of(choice.about)):
                continue
            if choice.owed or situation.line:
                tells = not (self._tells_nothing(choice) or self._is_outvoted(state, choice))
                if choice.about != situation.left and tells:
                    owed.append(choice)
            elif not situation.disturbed:
                if isinstance(choice.act, c.Raise):
                    self.raised.add(choice.act.interrupt)
                if self._is_first_try(situation, f"{choice.about} {type(choice.act).__name__}"):
                    free.append(choice)
        owed.sort(key=lambda choice: self._place(state, choice.about))
        return owed, free

    def _counts(self, situation: Situation, step: str) -> bool:
        """Whether that belongs to what is walked: a sideline, or all the rest."""
        if situation.line:
            return step in situation.line
        return situation.rests or self._apart.sidelines.is_main(step)

    def _place(self, state: State, about: str) -> int:
        """Where in the text the step of a task or request stands; what is none of a step's, first."""
        subject = state.tasks.get(about) or state.hand_overs.get(about)
        return self._order.get(subject.step if subject else "", -1)

    def _tells_nothing(self, choice: Choice) -> bool:
        """It leads where another choice does: a look at a request, one more word for the same."""
        match choice.act:
            case c.See():
                return True
            case c.AcceptHandOver(conditions=conditions):
                return conditions and not self.readers.asks("conditions")
            case c.DeclineHandOver(hand_over=ident, reason=reason):
                return not (self.readers.asks("reason") or self._differs(ident, reason))
            case c.RecordConsent(task=task, given=True, view=view):
                consent = self.pathway.steps[task.partition(".")[0]].step.consent
                is_asked = self.readers.reads(f"consent.{consent}.objected")
                return view not in ("", c.VIEWS[0]) and not is_asked
        return False

    def _is_outvoted(self, state: State, choice: Choice) -> bool:
        """An empty seat, or a vote against one that was cast.

        Whatever a divided or a small panel comes to (`tied`, `no_quorum`) is one of the outcomes,
        and is reached by one of one mind as well; nothing depends on who has voted what.
        """
        task = state.tasks.get(choice.about)
        if task is None or task.kind is not TaskKind.VOTE:
            return False
        votes = panels.votes(state, self.pathway.steps[task.step])
        cast = {each.outcome for each in votes.values()} - {""}
        if not isinstance(choice.act, c.Complete):
            return True
        return bool(cast) and choice.act.outcome not in cast

    def _differs(self, request: str, reason: str) -> bool:
        """The reason has a word of its own in the step, or is the first of those that have none."""
        declined = self.pathway.steps[request.partition(".")[0]].step.declined
        own = {word for word, _ in declined.written()} if declined else set()
        others = [each for each in c.DECLINE_REASONS if each not in own]
        return reason in (*own, *others[:1])

    def _on(self, state: State, about: str, owed: list[Choice]) -> Iterator[Choice]:
        """Everything that may become of one thing that is open."""
        task, asked = state.tasks.get(about), state.hand_overs.get(about)
        form = self.pathway.form_of(task) if task else ()
        if asked:
            form = self.pathway.steps[asked.step].answers
        if not form:
            yield from (each for each in owed if each.about == about)
            return
        forms, complete = self.answers.forms(form, state)
        self.complete = self.complete and complete
        seen: set[str] = set()
        for filled in map(_filled, forms):
            found = on_task(self.pathway, state, task, filled) if task else ()
            if asked:
                found = on_request(self.pathway, state, asked, filled)
            for choice in found:
                if self._tells_nothing(choice):
                    continue
                if (word := repr(choice.act)) not in seen:
                    seen.add(word)
                    yield choice

    def _next_turn_of_time(self, situation: Situation, first: str) -> Clock | None:
        """The next clock from which more follows than a reminder.

        While something is to be done first, only a clock of its own, or one that conditions see.
        """
        state = situation.state
        telling = [
            each
            for each in state.clocks.values()
            if self._apart.tells(state, each)
            and self._counts(situation, step_of(each))
            and (not first or each.about == first or each.kind == "named")
        ]
        return min(telling, key=lambda each: (each.at, each.key), default=None)


def is_stuck(state: State) -> bool:
    """Nothing is open: somebody is asked how the case ends, because the pathway does not say."""
    return any(task.kind is TaskKind.REVIEW for task in state.open_tasks())


def _first(_about: Task | HandOver, _name: str, _field: object) -> Answer | None:
    """Any answer: only what the choice is about matters."""
    return None


def _filled(form: dict[str, Answer | None]) -> Fill:
    def fill(_about: Task | HandOver, name: str, _field: object) -> Answer | None:
        return form[name]

    return fill

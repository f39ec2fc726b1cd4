"""The parts of an explanation, and the case being explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from engine import visibility
from engine.explaining.asked import asked_of
from engine.explaining.conditions import ConditionPart, weigh
from engine.explaining.counts import Count, Editions
from engine.explaining.history import Then, backwards
from engine.facts import Fact, TaskDeclined
from engine.message import Message, message
from engine.past import ident_in
from engine.pathway import Pathway
from engine.phrases.conditions import Condition
from engine.plans import RolePlan
from engine.questions import lookup
from engine.state import HandOver, State, Task
from engine.statuses import StepStatus
from engine.translation import OWN, Translation
from engine.translation import words as named
from engine.turns.hindsight import as_of
from engine.versions.redefined import renamed_condition
from engine.versions.renames import Renames
from engine.versions.renaming import renamed_ident, renamed_moment
from engine.view import View


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why something is as it is."""

    said: Message
    """A message whose code begins with `why.`, as in `why.consent.needs`."""
    at: datetime | None = None
    """When it happened or, if it is still to come, when it is due; in UTC. None if it has no time,
    or the time is not known.
    """
    condition: ConditionPart | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why something in a case is as it is."""

    case: str
    about: str
    """What is explained: the case by its code, a task or request by its id, or a step, stage or
    named clock by its name.
    """
    title: str
    is_now: Message
    """The current status of what is explained."""
    zone: str
    """IANA name of the zone in which moments are shown."""
    because: tuple[Reason, ...] = ()
    waits_for: tuple[Reason, ...] = ()
    """What is still awaited, or why the step or stage will never open."""
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case with its history."""

    view: View
    """The case as it is, as seen by the reader."""
    facts: Sequence[Fact]
    """All facts of the case, in order."""
    editions: Editions
    pathways: Mapping[int, Pathway] = field(default_factory=dict)
    """The versions the case has been on, by number, if it was moved."""
    language: str = OWN
    """The reader's language, used for titles and labels if the pathway has it."""
    read: dict[str, None] = field(default_factory=dict)
    """Fields whose answers the explanation has named so far."""

    @property
    def state(self) -> State:
        return self.view.state

    @property
    def agency(self) -> str:
        """The agency asking for the explanation; empty for an operator."""
        return self.view.reader

    @property
    def sees_all(self) -> bool:
        """Whether the reader sees every part of the case: the responsible agency does, and so do
        operators, although they read no answers.
        """
        return visibility.sees_all(self.view, self.agency)

    @property
    def words(self) -> Translation:
        """The pathway's texts: in the reader's language if they are translated into it, else in English."""
        return self.view.pathway.spoken(self.language)

    def label(self, name: str) -> str:
        """Neutral words for a step or interrupt; its name in words if only an earlier version had
        it.
        """
        return self.words.label(name, named(name))

    def label_of(self, work: HandOver | Task) -> str:
        """Neutral words for a task or request, from the version of the last fact about it, since its
        step's name may now belong to another step.
        """
        last = next(filter(is_about(work), self.history()), None)
        if last is None or last.pathway.version == self.view.pathway.version:
            return self.label(work.step)
        step = ident_in(last.fact).partition(".")[0]
        return last.pathway.spoken(self.language).label(step, named(step))

    @property
    def now(self) -> Then:
        """The case as it is now."""
        return Then(self.facts, len(self.facts), self.view.pathway, Renames())

    def history(self) -> Iterator[Then]:
        """The facts, newest first, each with the case as it was before it; see `backwards`."""
        return backwards(self.facts, self.view.pathway, self.pathways)

    def before(self, is_it: Callable[[Then], bool]) -> Then:
        """The case before the last fact for which `is_it` holds; the current case if there is
        none.
        """
        return next(filter(is_it, self.history()), self.now)

    def state_at(self, then: Then) -> State:
        """The state at that time; if nothing has happened since, the actual state, not a replay."""
        return self.state if then.place == len(self.facts) else then.state

    def read_by(self, then: Then) -> State:
        """The state a condition was read from. For a late report, it leaves out whatever has merely
        run out since the reported event, such as periods and deadlines.
        """
        was = self.state_at(then)
        return as_of(was, then.read_at) if then.read_at else was

    def moved_since(self, then: Then) -> Iterator[Reason]:
        """The version under which something was decided, if the case is on another one now."""
        was, now = then.pathway.version, self.view.pathway.version
        if was != now:
            yield Reason(said=message("why.version.moved_since", was=was, now=now))

    def weigh(self, read: Message, condition: Condition, then: Then) -> Reason:
        """The result of a condition at that time, under the names of today. Readers who must not
        know the value of every name in it learn only that there is a condition.
        """
        part = weigh(
            condition,
            then.pathway.vocabulary,
            lookup(self.read_by(then)),
            lambda tree: renamed_condition(tree, then.pathway.definition, then.names),
        )
        if not self.tells(part.known):
            return Reason(said=message("why.hidden.condition", read=read))
        said = message("why.condition.read", read=read, condition=part.text)
        if then.read_at:
            said = message("why.condition.read_late", read=read, condition=part.text)
        return Reason(said=said, at=then.read_at, condition=part)

    def unanswered(self, condition: Condition) -> tuple[str, ...]:
        """The names in a condition that have no known value now.

        For readers who must not see the result of each part. They are told every such name: if they
        were told only those that matter, they could infer the other answers.
        """
        part = weigh(condition, self.view.pathway.vocabulary, lookup(self.state))
        return tuple(name for name, value in part.known.items() if value is None)

    def sees_each(self, names: Iterable[str], then: Then) -> bool:
        """As `sees`, for several moments or fields as they were named at that time."""
        return all(self.sees(renamed_moment(each, then.names)) for each in names)

    def tells_each(self, names: Iterable[str], then: Then) -> bool:
        """As `tells`, for moments or fields as they were named at that time."""
        return self.tells(renamed_moment(each, then.names) for each in names)

    def tells(self, names: Iterable[str]) -> bool:
        """Whether the reader may know the value of every name. If so, the answered fields among them
        are noted in `read`, since the explanation names them.
        """
        told = (*names,)
        if not all(map(self.sees, told)):
            return False
        self.read.update(dict.fromkeys(each for each in told if each in self.state.data))
        return True

    def sees(self, name: str) -> bool:
        """Whether the reader may know the value of a name in a condition or period."""
        return visibility.sees_name(self.view, self.agency, name)

    def role(self, name: str) -> RolePlan | None:
        """A role as the case's current version declares it or, if it does not, the newest other
        version that does. None if no version of the case declares the role.
        """
        newest = sorted(self.pathways.items(), reverse=True)
        versions = (self.view.pathway, *(pathway for _, pathway in newest))
        return next((each.roles[name] for each in versions if name in each.roles), None)

    def zone_of(self, agency: str) -> str:
        """The zone of that agency; UTC if it is not in the registry."""
        known = self.view.registry.by_code.get(agency)
        return known.zone if known else "UTC"

    def settled(self, step: str, then: Then | None = None) -> Message | None:
        """What became of the requests of a step that is done, as far as the reader may know. None
        for other steps, or if there is nothing to tell.

        Args:
            then: the time; defaults to now.
        """
        state = self.state_at(then) if then else self.state
        if state.steps.get(step) != StepStatus.DONE:
            return None
        return asked_of(state, step, self.is_of_it)

    def declined(self, task: Task) -> Message | None:
        """Words for a task that its agency declined but still owes: `declined by X (no capacity),
        which still has to do it`. None for any other task.
        """
        if not task.is_open or task.agency not in task.declined_by:
            return None
        return next(filter(None, (_no(task, each) for each in self.history())), None)

    def holding(self, work: HandOver | Task) -> Message:
        """Words for an open task or request, and who has it."""
        if isinstance(work, Task) and (declined := self.declined(work)):
            return message("why.held.declined", work=work.id, declined=declined)
        return message("why.held.by", work=work.id, agency=work.agency)

    def is_of_it(self, work: HandOver | Task) -> bool:
        """Whether the reader sees a task or request."""
        return visibility.sees(self.view, self.agency, work)

    def sees_step(self, name: str) -> bool:
        """Whether the reader sees a step and what became of it."""
        return visibility.sees_step(self.view, self.agency, name)


def is_about(work: HandOver | Task) -> Callable[[Then], bool]:
    """A test of whether a fact is about a task or request, which is recognised by its current
    id.
    """

    def is_it(then: Then) -> bool:
        return renamed_ident(ident_in(then.fact), then.names) == work.id

    return is_it


def _no(task: Task, then: Then) -> Message | None:
    fact = then.fact
    if not isinstance(fact, TaskDeclined) or fact.agency != task.agency:
        return None
    if not is_about(task)(then):
        return None
    return message("why.declined_and_owed", agency=fact.agency, reason=fact.reason)

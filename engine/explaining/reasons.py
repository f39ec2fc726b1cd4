"""What an explanation is made of, and the case that is explained."""

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
from engine.facts import AnyFact, TaskDeclined
from engine.message import Message, message
from engine.pathway import Pathway
from engine.phrases.conditions import Condition
from engine.plans import RolePlan
from engine.questions import lookup
from engine.state import HandOver, State, Task
from engine.statuses import StepStatus
from engine.translation import OWN, Translation
from engine.translation import words as named
from engine.turns.hindsight import as_of
from engine.versions.renames import Renames
from engine.versions.renaming import renamed_ident
from engine.view import View


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing because of which something is so."""

    said: Message
    """Its code begins with `why.` and what it is about: `why.consent.needs`."""
    at: datetime | None = None
    """When it was so, if that is one moment; UTC."""
    condition: ConditionPart | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why something of a case is as it is."""

    case: str
    about: str
    """The case itself, or a task, a request, a step, a stage or a named clock of it."""
    title: str
    is_now: Message
    """How it stands."""
    zone: str
    """IANA name of the zone in which its moments are shown."""
    because: tuple[Reason, ...] = ()
    waits_for: tuple[Reason, ...] = ()
    """What it still waits for, or why it will not come."""
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case with its history."""

    view: View
    """Of the case as it is, for who asks."""
    facts: Sequence[AnyFact]
    """Of the whole case, in their order."""
    editions: Editions
    pathways: Mapping[int, Pathway] = field(default_factory=dict)
    """The versions that it was on, by their numbers, if it was moved."""
    language: str = OWN
    """Of who asks: titles and labels are in it, where the pathway speaks it."""

    @property
    def state(self) -> State:
        return self.view.state

    @property
    def agency(self) -> str:
        """Who asks; empty for an operator, who may see everything that is no secret."""
        return self.view.reader

    @property
    def sees_all(self) -> bool:
        """No secrets are known here."""
        return visibility.sees_all(self.view, self.agency)

    @property
    def words(self) -> Translation:
        """What people read of the pathway."""
        return self.view.pathway.spoken(self.language)

    def label(self, name: str) -> str:
        """Neutral words for a step or an interrupt; of one that only an earlier version had, its name."""
        return self.words.label(name, named(name))

    @property
    def now(self) -> Then:
        """What it is."""
        return Then(self.facts, len(self.facts), self.view.pathway, Renames())

    def history(self) -> Iterator[Then]:
        """Each fact, the newest first, with what the case was before it."""
        return backwards(self.facts, self.view.pathway, self.pathways)

    def before(self, is_it: Callable[[Then], bool]) -> Then:
        """What the case was before the last fact of that kind; what it is, if there is none."""
        return next(filter(is_it, self.history()), self.now)

    def state_at(self, then: Then) -> State:
        """What it was; for what it is now, what is known of it, whatever the facts say."""
        return self.state if then.place == len(self.facts) else then.state

    def read_by(self, then: Then) -> State:
        """What a condition was read by: where a late report led to it, by what time had brought then."""
        was = self.state_at(then)
        return as_of(was, then.read_at) if then.read_at else was

    def moved_since(self, then: Then) -> Iterator[Reason]:
        """By which version that was decided, where the case goes by another one by now."""
        was, now = then.pathway.version, self.view.pathway.version
        if was != now:
            yield Reason(said=message("why.version.moved_since", was=was, now=now))

    def weigh(self, read: Message, condition: Condition, then: Then) -> Reason:
        """A condition as it was; for who may not see what it asks for, that there is one."""
        part = weigh(condition, then.pathway.vocabulary, lookup(self.read_by(then)))
        if not self.sees_each(part.known, then):
            return Reason(said=message("why.hidden.condition", read=read))
        said = message("why.condition.read", read=read, condition=part.text)
        if then.read_at:
            said = message("why.condition.read_late", read=read, condition=part.text)
        return Reason(said=said, at=then.read_at, condition=part)

    def sees_each(self, names: Iterable[str], then: Then) -> bool:
        """The same as `sees`, of names of then."""
        return all(self.sees(_by_now(each, then)) for each in names)

    def sees(self, name: str) -> bool:
        """Whether who asks may know what a name of a condition or a period stands for."""
        return visibility.sees_name(self.view, self.agency, name)

    def role(self, name: str) -> RolePlan | None:
        """A role, as the newest of the versions of the case that has one of that name declares it."""
        newest = sorted(self.pathways.items(), reverse=True)
        versions = (self.view.pathway, *(pathway for _, pathway in newest))
        return next((each.roles[name] for each in versions if name in each.roles), None)

    def zone_of(self, agency: str) -> str:
        """Where that agency is; UTC where the registry does not know it."""
        known = self.view.registry.by_code.get(agency)
        return known.zone if known else "UTC"

    def settled(self, step: str, then: Then | None = None) -> Message | None:
        """What has become of a request that is done, as far as who asks may know.

        Args:
            then: when; now, if it is not said.
        """
        state = self.state_at(then) if then else self.state
        if state.steps.get(step) != StepStatus.DONE:
            return None
        return asked_of(state, step, self.is_of_it)

    def declined(self, task: Task) -> Message | None:
        """The no of the agency that has a task and still owes it: `declined by X (reason), which still owes
        it`; None if it has not said no.
        """
        if not task.is_open or task.agency not in task.declined_by:
            return None
        return next(filter(None, (_no(task, each) for each in self.history())), None)

    def holding(self, work: HandOver | Task) -> Message:
        """Something that is open, and who has it."""
        if isinstance(work, Task) and (declined := self.declined(work)):
            return message("why.held.declined", work=work.id, declined=declined)
        return message("why.held.by", work=work.id, agency=work.agency)

    def is_of_it(self, work: HandOver | Task) -> bool:
        """Whether who asks sees a task or a request."""
        return visibility.sees(self.view, self.agency, work)

    def sees_step(self, name: str) -> bool:
        """Whether who asks sees a step, and what has become of it."""
        return visibility.sees_step(self.view, self.agency, name)


def _no(task: Task, then: Then) -> Message | None:
    fact = then.fact
    if not isinstance(fact, TaskDeclined) or fact.agency != task.agency:
        return None
    if renamed_ident(fact.task, then.names) != task.id:
        return None
    return message("why.declined_and_owed", agency=fact.agency, reason=fact.reason)


def _by_now(name: str, then: Then) -> str:
    """A name of a condition of then, as `risk` or `step.talk.done`, in the names of now."""
    head, *rest = name.split(".")
    if head in then.pathway.definition.data:
        return ".".join((then.name_now("data", head), *rest))
    if head in then.pathway.steps:
        return ".".join((then.name_now("steps", head), *rest))
    return ".".join((head, *(then.name_now("steps", each) for each in rest[:1]), *rest[1:]))

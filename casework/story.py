"""Tells facts in words that bystanders may read: roles, agency codes, neutral labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from casework.bystanders import CLOSED
from casework.impersonal import StoryLine
from engine import facts as f
from engine.message import Message, message
from engine.pathway import Pathway
from engine.projection import SeenFacts
from engine.quiet import is_quiet
from engine.statuses import ConsentStatus, StepStatus
from engine.time.calendars import ChangedDay
from engine.translation import OWN

Lines = dict[type[Any], Callable[[Any], Message | None]]
"""How facts are told in the pathway's words, by their kind; a line is None for bookkeeping. Kinds
that are not listed are told by `Fact.story`.
"""


def told(
    entries: Sequence[tuple[int, SeenFacts]],
    pathways: Mapping[int, Pathway],
    last: int,
    language: str = OWN,
    *,
    outside: bool = False,
) -> list[list[StoryLine]]:
    """For each entry, a line for each fact that is worth telling, in order. An entry without such
    facts has lines for the notices that it owes; if it owes none, at most one line says that time
    passed.

    Each fact is told in the words of the version under which it became true.

    Args:
        entries: consecutive entries, each with its number.
        pathways: the versions of the pathway, by number.
        last: the version of the case after the newest entry.
        language: the language in which steps and stages are named.
        outside: whether the lines are for bystanders, to whom a case with a quiet end shows only
            that it is closed.
    """
    teller, found = _Teller(pathways[last], language, outside), []
    for number, entry in reversed(entries):
        facts, lines = entry.facts, list[Message | None]()
        for fact in reversed(facts):
            lines.append(teller.line(fact))
            if isinstance(fact, (f.CaseMigrated, f.CaseReverted)):
                teller = _Teller(pathways[fact.before], language, outside)
        said = [line for line in reversed(lines) if line] or teller.bookkeeping(facts)
        if entry.moved_from:
            teller = _Teller(pathways[entry.moved_from], language, outside)
        found.append([StoryLine(number=number, said=each) for each in said])
    return found[::-1]


def facts_told(facts: Sequence[f.Fact], pathway: Pathway, language: str = OWN) -> list[Message]:
    """Lines for those facts that are worth a line, without repeats, in the words of one version."""
    teller = _Teller(pathway, language, outside=False)
    return [*dict.fromkeys(said for each in facts if (said := teller.line(each)))]


def notices_told(facts: Sequence[f.Fact], pathway: Pathway, language: str = OWN) -> list[Message]:
    """Lines for the notices among some facts, in order and without repeats: which agency is told
    what.
    """
    owed = [each for each in facts if isinstance(each, f.NoticeOwed)]
    return _Teller(pathway, language, outside=False).bookkeeping(owed) if owed else []


_OF_PANELS: dict[str, Callable[[str | Message], Message]] = {
    "agreed": lambda label: message("log.panel.agreed", label=label),
    "chair": lambda label: message("log.panel.chair", label=label),
    "tied": lambda label: message("log.panel.tied", label=label),
    "no_quorum": lambda label: message("log.panel.no_quorum", label=label),
}


_OWED: dict[str, Callable[[str | Message], Message | str]] = {
    "due": lambda label: label,
    "seen": lambda label: message("log.owed.seen", label=label),
    "answer": lambda label: message("log.owed.answer", label=label),
    "waiting": lambda label: message("log.owed.waiting", label=label),
}
"""For each kind of clock, what it makes due in a task or request."""


_NOTICES: dict[str, Callable[[str, str], Message]] = {
    "reminder": lambda agency, label: message("log.notice.reminder", agency=agency, label=label),
    "overdue": lambda agency, label: message("log.notice.overdue", agency=agency, label=label),
    "attention": lambda agency, label: message("log.notice.attention", agency=agency, label=label),
}
_QUIET: dict[type[Any], Message] = {
    f.ClockReached: message("log.quiet.reached"),
    f.ClockSet: message("log.quiet.set"),
    f.ClocksStopped: message("log.quiet.stopped"),
    f.RoleBound: message("log.quiet.bound"),
}
"""Lines for an entry in which time passed and nothing else is told; the first that applies is
used.
"""


_DAYS_TOLD = 3
"""How many changed calendar days are listed; moving a weekend changes hundreds."""


def _changed(days: Sequence[ChangedDay]) -> tuple[Message, ...]:
    told = [_day(each) for each in days[:_DAYS_TOLD]]
    if more := len(days) - len(told):
        told.append(message("log.day.more", number=more))
    return tuple(told)


def _day(changed: ChangedDay) -> Message:
    day, place = changed.day, changed.place
    if changed.why:
        return message("log.day.off", day=day, place=place, why=changed.why)
    return message("log.day.worked", day=day, place=place)


def _consent(fact: f.ConsentChanged) -> Message:
    """The line for a consent, which it does not name. While the consent is in force, the line also
    names the agencies from which it was withdrawn.
    """
    now = fact.consent
    status = message(f"status.consent.{now.status}")
    if now.without and now.status == ConsentStatus.GIVEN:
        return message("log.consent_without", status=status, agencies=now.without)
    return message("log.consent", status=status)


def _in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


class _Teller:
    """Tells facts in the words of one version. The ids of tasks and requests begin with their step:
    `interview.1`.
    """

    def __init__(self, pathway: Pathway, language: str, outside: bool) -> None:
        self._pathway, self._words = pathway, pathway.spoken(language)
        self._outside = outside
        self._lines = self._of_parts() | self._of_tasks() | self._of_requests()

    def _of_parts(self) -> Lines:
        """Lines about the case, its stages, steps, decisions, consents, interrupts and periods."""
        return {
            f.ClosingBegun: lambda fact: message("log.case.closing", end=self._label(fact.end)),
            f.EndKnown: lambda fact: message("log.case.end_known", end=self._label(fact.end)),
            f.CaseEnded: lambda fact: message("log.case.ended", end=self._label(fact.end)),
            f.SideBound: lambda fact: message(
                "log.side", side=self._words.named(fact.side, "sides"), country=fact.country
            ),
            f.StageMoved: self._stage,
            f.StepMoved: lambda fact: (
                message("log.lapsed", label=self._label(fact.step))
                if fact.status == StepStatus.LAPSED
                else None
            ),
            f.BegunAgain: self._again,
            f.Overridden: self._overridden,
            f.DecisionMade: self._decided,
            f.ConsentChanged: _consent,
            f.InterruptRaised: lambda fact: message("log.raised", label=self._label(fact.name)),
            f.InterruptResolved: lambda fact: message("log.resolved", label=self._label(fact.name)),
            f.ClockMoved: self._moved,
            f.DeadlineLifted: self._lifted,
            f.ClockReached: self._reached,
            f.PeriodNotCounted: lambda fact: message("log.not_counted", calendar=fact.calendar),
        }

    def _of_tasks(self) -> Lines:
        return {
            f.TaskOpened: lambda fact: message(
                "log.task.asked",
                agencies=tuple(fact.task.agencies),
                label=self._label(fact.task.step),
            ),
            f.TaskAssigned: lambda fact: message(
                "log.task.passed", agency=fact.agency, label=self._of(fact.task)
            ),
            f.TaskShared: self._shared,
            f.TaskDeclined: lambda fact: message(
                "log.task.declined", agency=fact.agency, label=self._of(fact.task)
            ),
            f.TaskMoved: lambda fact: message(
                "log.became",
                status=message(f"status.task.{fact.status}"),
                label=self._of(fact.task),
            ),
            f.TaskOverdue: lambda fact: message("log.task.overdue", label=self._of(fact.task)),
            f.TaskInTime: lambda fact: message("log.in_time", label=self._of(fact.task)),
        }

    def _of_requests(self) -> Lines:
        """Lines about requests and notices."""
        return {
            f.HandOverInTime: lambda fact: message("log.in_time", label=self._of(fact.hand_over)),
            f.HandOverOffered: self._offered,
            f.HandOverMoved: lambda fact: message(
                "log.became",
                status=message(f"status.hand_over.{fact.status}"),
                label=self._of(fact.hand_over),
            ),
            f.HandOverLate: lambda fact: message("log.not_seen", label=self._of(fact.hand_over)),
            f.HandOverSeenInTime: lambda fact: message(
                "log.seen_in_time", label=self._of(fact.hand_over)
            ),
            f.NoticeOwed: self._instead,
            f.NoticeOnItsWay: lambda fact: message("log.on_its_way", number=fact.number),
        }

    def line(self, fact: f.Fact) -> Message | None:
        """The line for a fact; None for bookkeeping."""
        rule = self._lines.get(type(fact))
        return rule(fact) if rule else fact.story()

    def bookkeeping(self, facts: Sequence[f.Fact]) -> list[Message]:
        """Lines for an entry without facts worth a line: those for the notices it owes, without
        repeats, or else at most one for time that passed.
        """
        lines = [self._of_a_notice(each) for each in facts if isinstance(each, f.NoticeOwed)]
        kinds = {type(fact) for fact in facts}
        lines = lines or [said for kind, said in _QUIET.items() if kind in kinds][:1]
        return [each for place, each in enumerate(lines) if each not in lines[:place]]

    def _of_a_notice(self, owed: f.NoticeOwed) -> Message:
        label = self._named(owed)
        if says := _NOTICES.get(owed.kind):
            return says(owed.agency, label)
        return message("log.notice.other", agency=owed.agency, label=label)

    def _instead(self, owed: f.NoticeOwed) -> Message | None:
        if not owed.instead_of:
            return None
        return message(
            "log.notice.instead",
            agency=owed.agency,
            other=owed.instead_of,
            label=self._named(owed),
        )

    def _named(self, owed: f.NoticeOwed) -> str:
        return self._words.label(owed.about.partition(".")[0], owed.label)

    def _label(self, name: str) -> str | Message:
        if self._outside and is_quiet(self._pathway, name):
            return CLOSED
        return self._words.label(name)

    def _of(self, ident: str) -> str | Message:
        return self._label(ident.partition(".")[0])

    def _moved(self, fact: f.ClockMoved) -> Message:
        """The line for a clock that moved. It does not name the clock, since names of clocks are
        not for bystanders.
        """
        is_later, clock = fact.after > fact.before, fact.clock
        at: Message | str = _in_utc(fact.after)
        if fact.because == "calendar":
            at = message("log.moved.calendar", at=at, before=_in_utc(fact.before))
            if fact.days:
                at = message("log.moved.because", so=at, days=_changed(fact.days))
        if says := _OWED.get(clock.kind):
            label = says(self._of(clock.about))
            if is_later:
                return message("log.moved.due_later", label=label, at=at)
            return message("log.moved.due_earlier", label=label, at=at)
        if clock.kind == "floor":
            label = self._label(clock.about)
            if is_later:
                return message("log.moved.opens_later", label=label, at=at)
            return message("log.moved.opens_earlier", label=label, at=at)
        if is_later:
            return message("log.moved.ends_later", at=at)
        return message("log.moved.ends_earlier", at=at)

    def _lifted(self, fact: f.DeadlineLifted) -> Message:
        says = _OWED.get(fact.key.rpartition(":")[2], _OWED["due"])
        return message("log.lifted", label=says(self._of(fact.key)))

    def _reached(self, fact: f.ClockReached) -> Message | None:
        """The line for a named clock that an event ended; None for one that elapsed or was
        shortened, and for any other period: these are told by their consequences.
        """
        step = fact.because.partition(".")[0]
        if fact.because in ("", "elapsed", "shortened") or not fact.key.startswith("clock."):
            return None
        if step in self._pathway.steps:
            return message("log.period_ended_by", label=self._label(step))
        return message("log.period_ended")

    def _decided(self, fact: f.DecisionMade) -> Message | None:
        """The line for a panel's decision; None for a single agency's, which is told by its
        task.
        """
        says = _OF_PANELS.get(fact.because)
        return says(self._label(fact.step)) if says else None

    def _again(self, fact: f.BegunAgain) -> Message:
        return message("log.again", stages=tuple(map(self._words.stage, fact.stages)))

    def _overridden(self, fact: f.Overridden) -> Message:
        label = self._label(fact.override.step)
        if fact.override.how == "skipped":
            return message("log.overridden.skipped", label=label)
        return message("log.overridden.opened", label=label)

    def _shared(self, fact: f.TaskShared) -> Message:
        label, also = self._of(fact.task), tuple(fact.also.values())
        if also:
            return message("log.task.shared", agencies=also, label=label)
        return message("log.task.not_shared", label=label)

    def _offered(self, fact: f.HandOverOffered) -> Message:
        asked, label = fact.hand_over, self._label(fact.hand_over.step)
        if asked.kind == "notification":
            return message("log.request.told", agency=asked.agency, label=label)
        return message("log.request.asked", agency=asked.agency, label=label)

    def _stage(self, fact: f.StageMoved) -> Message:
        status = message(f"status.part.{fact.status}")
        return message("log.stage", label=self._words.stage(fact.stage), status=status)

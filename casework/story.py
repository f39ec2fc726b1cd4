"""Facts in words for managers that bystanders may read: roles, agency codes, neutral labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from casework.shown import StoryLine
from engine import facts as f
from engine.pathway import Pathway
from engine.statuses import StepStatus
from engine.time.calendars import ChangedDay
from engine.translation import words


def told(
    entries: Sequence[tuple[int, Sequence[f.AnyFact]]], pathways: Mapping[int, Pathway], last: int
) -> list[list[StoryLine]]:
    """For each entry, the facts worth a line, in order; if there are none, what time brought.

    Each fact uses the words of the version under which it became true.

    Args:
        entries: numbers and facts of consecutive entries.
        pathways: the versions of the pathway.
        last: the version of the case after the newest entry.
    """
    teller, found = _Teller(pathways[last]), []
    for number, facts in reversed(entries):
        lines = []
        for fact in reversed(facts):
            lines.append(teller.line(fact))
            if isinstance(fact, (f.CaseMigrated, f.CaseReverted)):
                teller = _Teller(pathways[fact.before])
        texts = [text for text in reversed(lines) if text] or teller.bookkeeping(facts)
        found.append([StoryLine(number=number, text=text) for text in texts])
    return found[::-1]


_OF_PANELS = {
    "agreed": "The panel agreed",
    "chair": "The chair decided",
    "tied": "The panel did not agree",
    "no_quorum": "Too few could vote",
}


_OWED = {
    "due": "",
    "seen": ", to be seen",
    "answer": ", to be answered",
    "waiting": ", on the waiting list",
}
"""What a clock makes due in a task or request."""


_OF_THE_CASE: dict[type[Any], Callable[[Any], str]] = {
    f.CaseOpened: lambda fact: f"Opened by {fact.agency}",
    f.ResponsibilityMoved: lambda fact: f"{fact.agency} is responsible now",
    f.IdentitySeen: lambda fact: f"Looked at by {fact.agency}",
    f.CaseMigrated: lambda fact: f"Moved from version {fact.before} to {fact.version}",
    f.CaseReverted: lambda fact: f"Moved back from version {fact.before} to {fact.version}",
    f.CaseNotMoved: lambda fact: (
        f"Cannot move to version {fact.version}, which is in force"
        if fact.word == "cannot"
        else f"Stays as it is: version {fact.version} does not move it"
    ),
    f.CaseReopened: lambda fact: f"Reopened by {fact.agency}",
    f.CaseMerged: lambda fact: f"Merged into {fact.into}",
    f.CaseUnmerged: lambda fact: "Open again: no duplicate after all",
    f.CaseTakenIn: lambda fact: f"{fact.case} was merged into this case",
    f.CaseGivenBack: lambda fact: f"{fact.case} is a case of its own again",
    f.ClosingBegun: lambda fact: f"Being closed: {words(fact.end)}",
    f.EndKnown: lambda fact: f"End known: {words(fact.end)}; what outlives it goes on",
    f.AlertHeard: lambda fact: "Look at a linked case",
    f.NoticeOwed: lambda fact: (
        f"{fact.agency} hears in place of {fact.instead_of}: {fact.label}"
        if fact.instead_of
        else ""
    ),
    f.CaseEnded: lambda fact: f"Ended: {words(fact.end)}",
}
"""Facts about the case as a whole, told without words of the pathway."""


_NOTICES = {
    "reminder": "is reminded",
    "overdue": "hears that it is late",
    "attention": "is to look",
}
_QUIET: dict[type[Any], str] = {
    f.ClockReached: "A date has come",
    f.ClockSet: "A date was set",
    f.ClocksStopped: "No date any more",
    f.RoleBound: "A role was given",
}
"""Lines for an entry in which time passed and nothing else is told: the first that applies."""


_DAYS_TOLD = 3
"""How many changed calendar days are listed; moving a weekend changes hundreds."""


def _because_of(days: Sequence[ChangedDay]) -> str:
    told = [day.text for day in days[:_DAYS_TOLD]]
    if more := len(days) - len(told):
        told.append(f"{more} more")
    return f": {', '.join(told)}" if told else ""


def _in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


class _Teller:
    """Knows the labels of one case. Ids begin with their step: `interview.1`."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        self._lines: dict[type[Any], Callable[[Any], str]] = _OF_THE_CASE | {
            f.SideBound: lambda fact: f"{words(fact.side)} side is {fact.country}",
            f.StageMoved: self._stage,
            f.StepMoved: lambda fact: (
                f"Not possible any more: {self._label(fact.step)}"
                if fact.status == StepStatus.LAPSED
                else ""
            ),
            f.BegunAgain: self._again,
            f.Overridden: lambda fact: (
                f"Against the rules {fact.override.how}: {self._label(fact.override.step)}"
            ),
            f.TaskOpened: lambda fact: (
                f"Asked {' or '.join(fact.task.agencies)}: {self._label(fact.task.step)}"
            ),
            f.TaskAssigned: lambda fact: f"Passed to {fact.agency}: {self._of(fact.task)}",
            f.TaskShared: lambda fact: (
                f"Also with {', '.join(fact.also.values()) or 'nobody else'}: {self._of(fact.task)}"
            ),
            f.TaskDeclined: lambda fact: (
                f"Declined by {fact.agency}, which still owes it: {self._of(fact.task)}"
            ),
            f.TaskMoved: lambda fact: f"{words(fact.status)}: {self._of(fact.task)}",
            f.TaskOverdue: lambda fact: f"Overdue: {self._of(fact.task)}",
            f.TaskInTime: lambda fact: f"In time after all: {self._of(fact.task)}",
            f.HandOverInTime: lambda fact: f"In time after all: {self._of(fact.hand_over)}",
            f.DecisionMade: self._decided,
            f.ConsentChanged: lambda fact: f"Agreement {fact.consent.status}",
            f.HandOverOffered: self._offered,
            f.HandOverMoved: lambda fact: f"{words(fact.status)}: {self._of(fact.hand_over)}",
            f.HandOverLate: lambda fact: f"Not seen in time: {self._of(fact.hand_over)}",
            f.ClockMoved: self._moved,
            f.DeadlineLifted: self._lifted,
            f.ClockReached: self._reached,
            f.InterruptRaised: lambda fact: f"Raised: {self._label(fact.name)}",
            f.InterruptResolved: lambda fact: f"Resolved: {self._label(fact.name)}",
            f.PeriodNotCounted: lambda fact: f"No period can be counted: calendar {fact.calendar}",
            f.NoticeOnItsWay: lambda fact: f"On its way as it was called off: notice {fact.number}",
        }

    def line(self, fact: f.AnyFact) -> str:
        """The line for a fact; empty for bookkeeping."""
        rule = self._lines.get(type(fact))
        return rule(fact) if rule else ""

    def bookkeeping(self, facts: Sequence[f.AnyFact]) -> list[str]:
        """Lines shown for a log entry with no other facts, without repeats."""
        lines = [self._of_a_notice(each) for each in facts if isinstance(each, f.NoticeOwed)]
        kinds = {type(fact) for fact in facts}
        lines = lines or [text for kind, text in _QUIET.items() if kind in kinds][:1]
        return list(dict.fromkeys(lines))

    def _of_a_notice(self, owed: f.NoticeOwed) -> str:
        return f"{owed.agency} {_NOTICES.get(owed.kind, 'gets a notice')}: {owed.label}"

    def _label(self, name: str) -> str:
        return self._pathway.label(name)

    def _of(self, ident: str) -> str:
        return self._label(ident.partition(".")[0])

    def _moved(self, fact: f.ClockMoved) -> str:
        """Rungs move with their due moment, and clock names are not for bystanders."""
        way = "later" if fact.after > fact.before else "earlier"
        at, clock = _in_utc(fact.after), fact.clock
        if fact.because == "calendar":
            at += f", not {_in_utc(fact.before)}{_because_of(fact.days)}"
        if clock.kind in _OWED:
            return f"Due {way}: {self._of(clock.about)}{_OWED[clock.kind]}: {at}"
        if clock.kind == "floor":
            return f"Opens {way}: {self._label(clock.about)}: {at}"
        return f"A period ends {way}: {at}"

    def _lifted(self, fact: f.DeadlineLifted) -> str:
        kind = fact.key.rpartition(":")[2]
        return f"No date any more: {self._of(fact.key)}{_OWED.get(kind, '')}"

    def _reached(self, fact: f.ClockReached) -> str:
        """For a period that something ended; if it simply elapsed, its consequences tell."""
        step = fact.because.partition(".")[0]
        by = f": {self._label(step)}" if step in self._pathway.steps else ""
        is_plain = fact.because in ("", "elapsed", "shortened") or not fact.key.startswith("clock.")
        return "" if is_plain else f"A period has ended{by}"

    def _decided(self, fact: f.DecisionMade) -> str:
        """For a panel; a single agency's decision is told by its task."""
        by = _OF_PANELS.get(fact.because)
        return f"{by}: {self._label(fact.step)}" if by else ""

    def _again(self, fact: f.BegunAgain) -> str:
        labels = [self._pathway.stages[name].label for name in fact.stages]
        return f"Begun again: {', '.join(labels)}"

    def _offered(self, fact: f.HandOverOffered) -> str:
        asked = fact.hand_over
        word = "Told" if asked.kind == "notification" else "Asked"
        return f"{word} {asked.agency}: {self._label(asked.step)}"

    def _stage(self, fact: f.StageMoved) -> str:
        return f"{self._pathway.stages[fact.stage].label}: {fact.status}"

"""Recounts the moment of a clock, reporting each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import msgspec

from engine.clock import Clock
from engine.explaining.days import CountedDay, days_of
from engine.message import Message, message
from engine.phrases.syntax import moments_in
from engine.time.calendars import Calendar, Edition, together
from engine.time.reckoning import ReckoningStep
from engine.turns.arithmetic import TimingRule, reckon
from engine.turns.counting import calendar_of, rule_of
from engine.view import View, moment_of

Editions = Mapping[str, Edition]
"""Every edition of a calendar that was ever in force, by id."""


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a count, with its days."""

    step: ReckoningStep
    days: tuple[CountedDay, ...] = ()


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How a clock's moment was counted."""

    key: str
    kind: str
    phrase: str
    """The period or moment as the pathway states it. Empty if it is not shown, or if the version no
    longer has a rule for the clock.
    """
    at: datetime
    """The moment the engine set, in UTC."""
    steps: tuple[Counting, ...] = ()
    """How the moment was counted, step by step; the last step ends at `at`. Empty if that cannot be
    shown.
    """
    anchors: dict[str, str] = {}
    """The moments and days from which the clock was counted, by their names in the pathway."""
    awaited: tuple[str, ...] = ()
    """Moments named in the expression that have not come, or came too late to count."""
    start: datetime | None = None
    """The start of a period that has no anchor, or that was restarted."""
    zone: str = ""
    """The zone whose midnight separates days."""
    editions: tuple[str, ...] = ()
    """The ids of the calendar editions used; none if only hours were counted."""
    whose: Message | None = None
    """Why these calendars apply: the pathway names them or, if it names none, they are those of the
    clock's agency. None if that is not shown.
    """
    restarts: int = 0
    paused_at: datetime | None = None
    source: str = ""
    assumed: bool = False

    def without_steps(self) -> Count:
        """Only the moment, for readers who must not see what it was counted from."""
        return Count(key=self.key, kind=self.kind, phrase="", at=self.at)


def count_of(view: View, clock: Clock, editions: Editions) -> Count:
    """Explain a running or ended clock from the data it carries.

    If the clock's rule or a calendar edition is missing, the clock is not recounted: only its
    moment is given and, if there is a rule, its phrase and what it awaits. If the recount gives
    another moment, the steps are left out.
    """
    rule = rule_of(view, clock)
    phrase = str(rule.expression) if rule else ""
    awaited = tuple(_awaited(clock, rule)) if rule else ()
    known = Count(key=clock.key, kind=clock.kind, phrase=phrase, at=clock.at, awaited=awaited)
    calendar = _calendar(view, clock, rule, editions) if rule else None
    if rule is None or calendar is None:
        return known
    told: list[ReckoningStep] = []
    counted = reckon(clock, rule, lambda name: _anchor(clock, name), calendar, told.append)
    is_same = counted is not None and told and told[-1].at == clock.at
    time = rule.time
    return msgspec.structs.replace(
        known,
        steps=tuple(Counting(step=s, days=days_of(s, calendar)) for s in told) if is_same else (),
        anchors=clock.anchors,
        start=clock.start,
        zone=str(calendar.timezone),
        editions=clock.editions,
        whose=_whose(clock, rule),
        restarts=clock.restarts,
        paused_at=clock.paused_at,
        source=(time and time.source) or "",
        assumed=bool(time and time.assumed),
    )


def _awaited(clock: Clock, rule: TimingRule) -> Iterator[str]:
    leaves = (leaf.anchor for leaf in moments_in(rule.expression))
    yield from (name for name in dict.fromkeys(leaves) if name and name not in clock.anchors)


def _anchor(clock: Clock, name: str | None) -> date | None:
    """The anchor as the clock counted it, whatever has become known since."""
    if name is None:
        return clock.start
    return moment_of(clock.anchors[name]) if name in clock.anchors else None


def _calendar(view: View, clock: Clock, rule: TimingRule, editions: Editions) -> Calendar | None:
    """The calendar by which the clock was counted; None if an edition is missing. A clock that
    counts only hours has no editions and gets the calendar that its rule uses now.
    """
    if clock.editions:
        found = [editions[each] for each in clock.editions if each in editions]
        return together(found) if len(found) == len(clock.editions) else None
    return calendar_of(view, clock.agency, rule.time)


def _whose(clock: Clock, rule: TimingRule) -> Message:
    named = rule.time.calendar if rule.time else ()
    if not named:
        return message("count.of_holder", agency=clock.agency)
    if len(named) > 1:
        return message("count.of_all", sides=tuple(named))
    return message("count.of_named", side=named[0])

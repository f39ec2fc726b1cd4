"""An agency's people at work, each on one thing at a time within their hours; the rest queues.

Work is done in order of due moment; work without one counts as due thirty days after it could
begin.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

import msgspec

from engine.time.calendars import Calendar

WITHOUT_DUE = timedelta(days=30)


class Hours(msgspec.Struct, frozen=True, dict=True):
    """An agency's working hours, as moments in UTC."""

    calendar: Calendar
    zone: str
    span: tuple[int, int]
    """The hours of the day between which its people work, in `zone`."""
    every_day: bool
    since: datetime
    until: datetime

    @cached_property
    def _spans(self) -> tuple[list[datetime], list[datetime]]:
        """The start of each of the agency's working days, and the end of each, in order."""
        zone, day = ZoneInfo(self.zone), timedelta(days=1)
        begins, ends, today = [], [], self.since.date() - day
        while today <= self.until.date():
            if self.every_day or self.calendar.is_working(today):
                midnight = datetime.combine(today, time(), zone)
                begins.append((midnight + timedelta(hours=self.span[0])).astimezone(UTC))
                ends.append((midnight + timedelta(hours=self.span[1])).astimezone(UTC))
            today += day
        return begins, ends

    def next(self, at: datetime) -> datetime:
        """The first working moment at or after `at`; past the last one, the start of the last day."""
        begins, ends = self._spans
        index = bisect_right(begins, at) - 1
        if index >= 0 and at < ends[index]:
            return at
        return begins[min(index + 1, len(begins) - 1)]

    def done(self, at: datetime, minutes: float) -> datetime:
        """The moment at which work begun at `at`, within working hours, is finished; what remains
        at the end of a day is done on the next working day.
        """
        begins, ends = self._spans
        index, left = bisect_right(begins, at) - 1, timedelta(minutes=round(minutes))
        while at + left > ends[index] and index + 1 < len(begins):
            left -= ends[index] - at
            index += 1
            at = begins[index]
        return at + left

    def minutes_between(self, since: datetime, until: datetime) -> float:
        """How many minutes one person works in that time."""
        spans = zip(*self._spans, strict=True)
        inside = (min(last, until) - max(first, since) for first, last in spans if first < until)
        return sum(max(0.0, each.total_seconds()) for each in inside) / 60


class Waiting(msgspec.Struct, kw_only=True):
    """Something an agency has to do in a case."""

    case: int
    about: str
    """The id of the task or request."""
    agency: str
    opened: datetime
    ready: datetime
    begun: datetime | None = None


class Desk:
    """The people of one agency, and their queue.

    Args:
        since, until: the time during which cases arrive; queues and work are measured only then,
        because the queues empty afterwards.
    """

    def __init__(
        self, agency: str, people: int, hours: Hours, since: datetime, until: datetime
    ) -> None:
        self.agency, self.people, self.hours = agency, people, hours
        self.free = people
        self.line: list[tuple[datetime, int, Waiting]] = []
        self.opens_at: datetime | None = None
        """When working hours next begin, if the queue was last looked at outside them."""
        self.longest = 0
        self._since, self._until, self._counted = since, until, since
        self._waited = timedelta()
        """The length of the queue, integrated over time."""
        self._worked_minutes = 0.0
        self._number = 0

    def add(self, waiting: Waiting, due: datetime | None, now: datetime) -> None:
        self._count(now)
        self._number += 1
        heappush(self.line, (due or waiting.ready + WITHOUT_DUE, self._number, waiting))
        if now < self._until:
            self.longest = max(self.longest, len(self.line))

    def take(self, now: datetime) -> Waiting:
        self._count(now)
        return heappop(self.line)[2]

    def work(self, now: datetime, minutes: float) -> datetime:
        """One person starts work. Returns when it will be done."""
        self.free -= 1
        done = self.hours.done(now, minutes)
        if done <= self._until:
            self._worked_minutes += minutes
        elif now < self._until:
            self._worked_minutes += self.hours.minutes_between(now, self._until)
        return done

    def _count(self, now: datetime) -> None:
        """Add to `_waited` the length of the queue times the time since it was last counted."""
        now = min(now, self._until)
        if now > self._counted:
            self._waited += len(self.line) * (now - self._counted)
            self._counted = now

    @property
    def mean_line(self) -> float:
        """How many things waited on average, day and night."""
        self._count(self._until)
        return self._waited / (self._until - self._since)

    @property
    def used(self) -> float:
        """The share of the people's working time that was used, from 0 to 1."""
        there = self.people * self.hours.minutes_between(self._since, self._until)
        return min(1.0, self._worked_minutes / there) if there else 0.0

"""Plays one case on a virtual clock: nothing is sent, nothing is stored, no real clock is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from engine import commands as c
from engine.agencies.registry import Registry
from engine.decide import Decision, decide
from engine.errors import Refusal
from engine.facts import Fact, Outgoing, still_owed
from engine.loads import NO_LOADS
from engine.message import message
from engine.pathway import Pathway
from engine.phrases.expressions import parse_duration
from engine.phrases.syntax import MEASURES
from engine.scenarios.beginnings import Opening
from engine.scenarios.expectations import CaseThen, Missed, misses, shown
from engine.scenarios.file import Play
from engine.sendable import may_leave
from engine.state import State
from engine.time.calendars import CalendarError, Calendars
from engine.time.clocks import add
from engine.verbs import act_of
from engine.view import View


class Player:
    """Plays one case."""

    def __init__(self, pathway: Pathway, registry: Registry, calendars: Calendars) -> None:
        self.pathway, self.registry, self.calendars = pathway, registry, calendars
        self.state, self.now = State(), datetime.min.replace(tzinfo=UTC)
        self.loads = NO_LOADS
        self.decisions: list[Decision] = []
        self.notices: list[Outgoing] = []
        """All notices sent so far, in order."""
        self._knowing: set[str] = set()
        """Agencies that have been sent something, or have acted."""
        self.refusal: Refusal | None = None
        """The refusal of the last moment, if any."""
        self.editions = {each.id: each for each in calendars.editions}
        """Every calendar edition that was in force, by id."""

    def open(self, opening: Opening) -> None:
        self.now, self.loads = self.when(opening.at), opening.loads
        act = c.OpenCase(code="TEST-0001", country=opening.country, roles=opening.roles)
        self._take(act, opening.by, "staff-1", self.now)

    def when(self, moment: datetime | str) -> datetime:
        """The moment that is meant. A period such as `+3 working days` is counted from `now`.
        Raises CalendarError if it cannot be counted.
        """
        if isinstance(moment, datetime):
            return moment
        duration = parse_duration(moment[1:].strip())
        if elapsed := MEASURES[duration.unit].elapsed:  # others end with their last day
            return self.now + duration.amount * elapsed
        edition = self.calendars.edition(self.state.sides[self.pathway.first_side])
        return add(self.now, duration, edition)

    def _take(self, act: c.AnyAct, agency: str, person: str, occurred: datetime) -> None:
        command = c.Command(
            act=act, agency=agency, person=person, occurred_at=occurred, recorded_at=self.now
        )
        decision = decide(
            self.pathway, self.state, command, self.registry, self.calendars, self.loads
        )
        self.state = decision.state
        self.decisions.append(decision)
        view = View(self.pathway, self.state, self.now, self.registry, self.calendars)
        if agency:
            self._knowing.add(agency)
        sent = list(_leaving(view, decision.facts, self._knowing))
        self._knowing |= {each.owed.agency for each in sent}
        self.notices += sent

    def turn(self, play: Play) -> Iterator[Missed]:
        """Play a moment. Yields (word of `expect`, what was observed) for each missed expectation.

        If the moment cannot be played, it yields (`at` or `holidays`, why) instead. Raises
        CalendarError if the time of the moment cannot be counted.
        """
        at = self.when(play.at)
        occurred = self.when(play.occurred_at) if play.occurred_at else at
        if at < self.now:
            yield "at", message("expect.backwards", now=shown(self.now))
            return
        self.now = at
        try:
            for place, days in play.holidays.items():
                self.calendars = self.calendars.with_holidays(place, days)
        except CalendarError as error:
            yield "holidays", error.message
            return
        self.editions |= {each.id: each for each in self.calendars.editions}
        before, self.refusal = len(self.notices), None
        try:
            self._do(play, occurred)
        except Refusal as refusal:
            self.refusal = refusal
        yield from misses(play.expect, self._seen(before))

    def _seen(self, before: int) -> CaseThen:
        return CaseThen(self.pathway, self.state, self.refusal, tuple(self.notices[before:]))

    def _do(self, play: Play, occurred: datetime) -> None:
        """Do what a moment says. Time passes first, so that whatever is due by then is settled
        whether or not the act succeeds.
        """
        if play.holidays:
            self._take(c.Refresh(), "", "", self.now)
        next_clock = self.state.next_clock()
        if play.do is None or (next_clock and next_clock.at <= self.now):
            self._take(c.Settle(), "", "", self.now)
        if play.do is not None:
            # As on the command line, who acts is checked before the act.
            if play.by not in self.registry.by_code:
                raise Refusal("unknown_agency.none", agency=play.by)
            act = act_of(play.do, play.answers, self.pathway, self.state, play.by)
            self._take(act, play.by, play.person, occurred)


def _leaving(view: View, facts: Iterable[Fact], knowing: Iterable[str]) -> Iterator[Outgoing]:
    """The notices of a turn that go out: those that the turn did not cancel and that are still
    permitted after it.

    Args:
        knowing: agencies that were sent something before, or that have acted.
    """
    known = set(knowing)
    for each in still_owed(facts):
        if may_leave(view, each.owed, lambda agency: agency in known):
            known.add(each.owed.agency)
            yield each

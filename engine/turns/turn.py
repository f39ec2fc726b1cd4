"""A turn in progress: a case that can be asked questions and changed, and the facts so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from engine.agencies.registry import Registry
from engine.clock import Clock
from engine.evolve import evolve
from engine.facts import (
    ClockSet,
    ClocksStopped,
    Fact,
    MomentNoted,
    NoticeOwed,
    PeriodNotCounted,
    RoleBound,
)
from engine.loads import NO_LOADS, Loads
from engine.pathway import Pathway
from engine.state import RESPONSIBLE, State
from engine.statuses import CasePhase
from engine.time.calendars import CalendarError, Calendars
from engine.turns import telling
from engine.view import Report, View

T = TypeVar("T")
_PUNCTUAL = timedelta(hours=1)
"""A scheduled turn (a tick) that is late by no more than this counts as being on time."""


class Turn(View):
    """A view of a case that changes: it collects facts and applies each of them to `state` at once."""

    __slots__ = (
        "_seen",
        "advanced",
        "as_of",
        "facts",
        "farewells",
        "is_opening",
        "occurred_at",
        "reminders",
        "report",
        "until",
    )
    state: State
    as_of: datetime
    occurred_at: datetime
    report: Report | None

    def __init__(
        self,
        pathway: Pathway,
        state: State,
        now: datetime,
        registry: Registry,
        calendars: Calendars,
        *,
        loads: Loads = NO_LOADS,
    ) -> None:
        super().__init__(pathway, state, now, registry, calendars, loads=loads)
        self.state, self.as_of, self.occurred_at, self.report = state, now, now, None
        self.until = now
        """Anything due after this moment is not settled in this turn."""
        self.is_opening = state.status == CasePhase.NEW
        self.facts: list[Fact] = []
        self._seen = 0
        self.advanced: int | None = None
        """The number of facts when last nothing more could open or end; None before that."""
        self.reminders: dict[tuple[str, str], NoticeOwed] = {}
        """Notices to send at the end of the turn, the last for each addressee and subject, so that
        no flood follows downtime.
        """
        self.farewells: list[telling.Farewell] | None = None
        """The farewells collected while they are held back; None otherwise."""

    @classmethod
    def on(cls, view: View) -> Turn:
        """A turn that starts from a view of a case."""
        about = (view.pathway, view.state, view.now, view.registry, view.calendars)
        return cls(*about, loads=view.loads)

    def say(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.state = evolve(self.state, fact)

    def unseen(self) -> list[Fact]:
        """The facts since this was last called."""
        start, self._seen = self._seen, len(self.facts)
        return self.facts[start:]

    @property
    def sending(self) -> datetime:
        """The moment at which something sent to another agency counts as sent: that agency's time
        to act must not start before the message is there.

        A scheduled turn (a tick) that is only slightly late counts as being on time, even if it
        comes after midnight.
        """
        return self.as_of if self.now - self.as_of <= _PUNCTUAL else self.now

    def note(self, name: str, at: datetime | None = None) -> None:
        self.say(MomentNoted(name=name, at=at or self.occurred_at))

    # roles

    def bind(self, role: str) -> None:
        """Bind a role to the agency that fits it, because something is being given to that role.

        Does nothing for `responsible`, or if no agency fits (see `fitting`).
        """
        if role != RESPONSIBLE:
            self._bound(role)

    def able_and_bound(self, role: str) -> str | None:
        """Like `able`, but also binds the role."""
        if role == RESPONSIBLE:
            return self.state.responsible
        return self.let_in(role, self._bound(role))

    def _bound(self, role: str) -> str | None:
        agency = self.fitting(role)
        if agency and agency != self.state.roles.get(role):
            self.say(RoleBound(role=role, agency=agency))
        return agency

    def give(self, *roles: str) -> str:
        """The agency that gets something meant for certain roles: that of the first role whose
        agency may get it, or else the responsible one. The roles tried on the way are bound.
        """
        for role in roles:
            if role == RESPONSIBLE:
                break
            agency = self.able_and_bound(role)
            if agency:
                return agency
        return self.state.responsible

    def addressee(self, role: str) -> str:
        """The agency that a notice for a role is meant for, even if it must not be told."""
        given = self.give(role)
        if role == RESPONSIBLE or given != self.state.responsible:
            return given
        return self.acting(role) or given

    # clocks

    def if_covered(self, counting: Callable[[], T | None]) -> T | None:
        """Like `View.if_covered`, but also tells the responsible agency, once for each calendar and
        year. The case goes on without the moment.

        Raises `CalendarError` for a case that is being opened, which has to wait for its calendar.
        """
        try:
            return counting()
        except CalendarError as error:
            if self.is_opening:
                raise
            missing = f"{error.country} {error.year or ''}".strip()
            if missing not in self.state.uncounted:
                self.say(PeriodNotCounted(calendar=missing))
                label = f"A period cannot be counted: no calendar for {missing}"
                self.tell(self.state.responsible, "attention", "case", label)
            return None

    def set_clock(self, clock: Clock) -> None:
        self.say(ClockSet(clock=clock))

    def stop_clocks(self, about: str, because: str) -> None:
        keys = tuple(key for key, clock in self.state.clocks.items() if clock.about == about)
        if keys:
            self.say(ClocksStopped(keys=keys, because=because))

    def stop_clocks_named(self, key: str, because: str) -> None:
        if key in self.state.clocks:
            self.say(ClocksStopped(keys=(key,), because=because))

    # notices

    tell = telling.tell

"""Plays cases from opening to end on a stored clock, with simulated agencies.

The agencies act through the use cases. Everything else (settling what is due, telling Prefect,
delivering notices) is left to the cases' own runs, with one exception: just before an agency acts
in a case, whatever is due in that case is settled here. When the runs have nothing left to do, the clock jumps to the next moment at
which something happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select

from casework import queries
from casework.authenticating import TIME, entering, operator
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.opening import open_case
from casework.principal import Because, Principal
from casework.reference import Reference
from casework.settling import settle_due
from casework.training import whole_case
from casework.turn import take
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.state import State
from engine.statuses import CasePhase
from engine.view import View
from onward.demonstration.made_up_staff import Desks
from onward.demonstration.simulated_agencies import Agencies, Planned, at_office_hour
from onward.demonstration.synthetic_intakes import SyntheticIntake
from onward.spoken import say

POLL_SECONDS = 0.05
WAKE_SECONDS = 1.0
"""How long to wait, in real time, before the runs that still have something to do are woken again.
"""
PATIENCE_SECONDS = 240.0
"""How long to wait until nothing is in flight, in real time. A killed worker is back within
seconds, but the cases that it worked on may have to wait a minute if nobody knows that it is dead.
"""

HORIZON = timedelta(days=4 * 365)
"""How much virtual time is played at most. A case that is still open then is taken never to
end, because its pathway has a gap.
"""


class CasesStuck(Exception):
    """The cases have stopped progressing; the text says what is in flight."""


class PlayedCase:
    """One case of the demonstration."""

    def __init__(self, intake: SyntheticIntake, agencies: Agencies) -> None:
        self.intake, self.agencies = intake, agencies
        self.opens_at = at_office_hour(intake.opened_at)
        self.desks = Desks()
        self.code = ""
        self.state = State()

    @property
    def is_over(self) -> bool:
        return self.state.status == CasePhase.ENDED


class InFlight(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases have something in flight: something due, a notice to deliver, a change that
    Prefect has not been told about; or are open but have no run.
    """

    due: int
    undelivered: int
    untold: int
    without_run: int

    @property
    def is_quiet(self) -> bool:
        return not (self.due or self.undelivered or self.untold or self.without_run)

    def __str__(self) -> str:
        return say(
            "demonstration.in_flight",
            n=self.due,
            undelivered=self.undelivered,
            untold=self.untold,
            without_run=self.without_run,
        )


class Demonstration:
    """Plays all cases of the demonstration.

    Args:
        wake: wakes the run of the case with the given code.
        goes_on: tells whether to go on; False once somebody asked to stop.
        progress: called whenever there may be something new to show.
    """

    def __init__(
        self,
        onward: Onward,
        clock: StoredClock,
        pathway: Pathway,
        players: list[PlayedCase],
        reference: Reference,
        *,
        wake: Callable[[str], None],
        goes_on: Callable[[], bool] = lambda: True,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        self._onward, self._clock, self._pathway = onward, clock, pathway
        self.players, self._reference = players, reference
        self.now = clock.now()
        self._operator = operator(onward)
        self._horizon = self.now + HORIZON
        self._wake_run, self._goes_on, self._progress = wake, goes_on, progress

    def run(self) -> None:
        """Play until nothing more is going to happen, `HORIZON` has passed, or somebody stops it.

        Raises:
            CasesStuck: something stays in flight for longer than `PATIENCE_SECONDS`.
        """
        while self._goes_on():
            self._act()
            self._wake()
            self._until_quiet()
            self._read()
            if self._has_more_now():
                continue
            following = self._next_moment()
            if following is None or following > self._horizon:
                return
            self._clock.advance(following)
            self.now = following
            self._progress()

    # acting

    def _act(self) -> None:
        for player in self.players:
            if not player.code and player.opens_at <= self.now:
                self._open(player)
            while player.code and (planned := self._planned_now(player)) is not None:
                self._do(player, planned)

    def _open(self, player: PlayedCase) -> None:
        intake = player.intake
        moved = open_case(
            self._onward,
            self._pathway.name,
            intake.host,
            self._who(intake.agency),
            identity={"full_name": intake.protected("full_name")},
        )
        player.code, player.state = moved.code, moved.state
        self._progress()

    def _who(self, agency: str, person: str = "") -> Principal:
        """A principal for an agency: the operator, who enters what its made-up staff do."""
        return entering(self._onward, self._operator, agency, person, Because.TRAINING)

    def _planned_now(self, player: PlayedCase) -> Planned | None:
        if player.is_over:
            return None
        planned = player.agencies.next_act(self._turn(player))
        return planned if planned is not None and planned.at <= self.now else None

    def _turn(self, player: PlayedCase) -> View:
        known = self._reference
        return View(self._pathway, player.state, self.now, known.registry, known.calendars)

    def _do(self, player: PlayedCase, planned: Planned) -> None:
        """Do an act. If something in the case is due, only settle that instead, so that the next
        choice is based on the current state.
        """
        if settled := settle_due(self._onward, player.code, TIME):
            player.state = settled.state
            return
        if state := self._done(player, planned):
            player.state = state
        else:
            player.agencies.was_refused(planned)
        self._progress()

    def _done(self, player: PlayedCase, planned: Planned) -> State | None:
        """The case after an act, done by the first member of the agency's staff who may do it; None
        if the act was refused.
        """
        choice = planned.choice
        for person in player.desks.in_turn(choice.agency, choice.about):
            by = self._who(choice.agency, person)
            try:
                return take(self._onward, player.code, choice.act, by, values=planned.values).state
            except Refusal as refusal:
                if refusal.reason != "same_person":
                    return None
        return None

    # the cases' runs

    def _wake(self) -> None:
        with self._onward.store.read() as connection:
            query = select(CASES.c.code).where(or_(*self._in_flight())).order_by(CASES.c.code)
            codes = list(connection.scalars(query))
        for code in codes:
            self._wake_run(code)

    def _until_quiet(self) -> None:
        since = woken = time.monotonic()
        while self._goes_on() and not (look := self._look()).is_quiet:
            at = time.monotonic()
            if at > since + PATIENCE_SECONDS:
                seconds = round(PATIENCE_SECONDS)
                raise CasesStuck(say("demonstration.stuck", seconds=seconds, what=str(look)))
            if at > woken + WAKE_SECONDS:
                # A run that was about to suspend itself may have missed the first call.
                self._wake()
                woken = time.monotonic()
            time.sleep(POLL_SECONDS)

    def _look(self) -> InFlight:
        counts = [func.count().filter(each) for each in self._in_flight()]
        with self._onward.store.read() as connection:
            row = connection.execute(select(*counts)).one()
        return InFlight(due=row[0], undelivered=row[1], untold=row[2], without_run=row[3])

    def _in_flight(self) -> Iterator[ColumnElement[bool]]:
        yield CASES.c.due_at <= self.now
        yield CASES.c.notice_at <= self.now
        yield CASES.c.told < CASES.c.version
        yield and_(CASES.c.flow_run_id.is_(None), IS_OPEN)

    def _read(self) -> None:
        for player in self.players:
            if player.code and not player.is_over:
                player.state = whole_case(self._onward, player.code, self._operator)
        self._progress()

    # time

    def _has_more_now(self) -> bool:
        return any(player.code and self._planned_now(player) for player in self.players)

    def _next_moment(self) -> datetime | None:
        """The next moment at which an agency acts, a case opens or a clock is due; None if there is
        none. For a clock this is the first office hour at or after the moment at which it is due.
        """
        moments = [player.opens_at for player in self.players if not player.code]
        for player in self.players:
            if player.code and not player.is_over:
                planned = player.agencies.next_act(self._turn(player))
                moments += [planned.at] if planned else []
        if clock := queries.next_moment(self._onward, self._operator):
            moments.append(at_office_hour(clock))
        return min(moments, default=None)

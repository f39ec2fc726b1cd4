"""A rehearsal: one case, played by several people in turn on a clock that they move."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from engine.agencies.registry import Registry
from engine.commands import AnyAct, Command
from engine.decide import decide
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.facts import Fact, Outgoing
from engine.message import Message
from engine.pathway import Pathway
from engine.scenarios.beginnings import Opening
from engine.scenarios.file import Play
from engine.scenarios.playing import Player
from engine.state import State
from engine.time.calendars import Calendars
from engine.view import View


class RehearsalMoment(msgspec.Struct, frozen=True):
    """Something was done, or time has passed."""

    at: datetime
    play: Play
    facts: tuple[Fact, ...]
    state: State
    """The state afterwards."""
    notices: tuple[Outgoing, ...]
    """The notices sent."""
    is_same_move: bool = False
    """Whether this moment belongs to the same jump as the moment before."""


class Stuck(msgspec.Struct, frozen=True):
    """Somebody did not know what to do."""

    at: datetime
    agency: str
    words: str
    open: tuple[str, ...]
    """The steps the agency had open at that time."""


class NotPossible(msgspec.Struct, frozen=True):
    """Something was tried that is not possible."""

    at: datetime
    agency: str
    words: str
    why: Message


_SLIPS = frozenset({"not_understood", "wrong_form", "wrong_outcome"})
"""Reasons for refusals caused by slips in typing, which say nothing about the pathway."""


class Rehearsal:
    """Plays a case move by move; every move can be taken back.

    Args:
        begun: moments played before the rehearsal starts, which cannot be taken back.

    Raises:
        Refusal: the case cannot be opened, or a moment of `begun` is refused although its scenario
            does not expect that.
    """

    def __init__(
        self,
        pathway: Pathway,
        registry: Registry,
        calendars: Calendars,
        opening: Opening,
        begun: tuple[Play, ...] = (),
    ) -> None:
        self.pathway, self.registry = pathway, registry
        self.opening = opening
        self._calendars = calendars
        self._player, self.moments = self._opened(), list[RehearsalMoment]()
        self.stuck: list[Stuck] = []
        self.tried: list[NotPossible] = []
        self.first = self._first_moment()
        for play in begun:
            self._begin(play)
        self.begun = len(self.moments)

    def _begin(self, play: Play) -> None:
        """Play a moment of the scenario that the rehearsal starts from. A refusal that the scenario
        expects is ignored.
        """
        try:
            self._play(play)
        except Refusal as refusal:
            if refusal.reason != play.expect.refused:
                raise

    def _opened(self) -> Player:
        player = Player(self.pathway, self.registry, self._calendars)
        player.open(self.opening)
        return player

    def _first_moment(self) -> RehearsalMoment:
        """The opening of the case, as the first moment."""
        (decision,), sent = self._player.decisions, tuple(self._player.notices)
        return RehearsalMoment(self.now, Play(at=self.now), decision.facts, decision.state, sent)

    @property
    def state(self) -> State:
        return self._player.state

    @property
    def calendars(self) -> Calendars:
        return self._player.calendars

    @property
    def now(self) -> datetime:
        return self._player.now

    @property
    def played(self) -> list[RehearsalMoment]:
        """The opening and every moment since."""
        return [self.first, *self.moments]

    def act(
        self,
        text: str,
        agency: str,
        answers: dict[str, object] | None = None,
        person: str = "staff-1",
    ) -> RehearsalMoment:
        """Do something now, in the words of scenarios.

        Raises:
            Refusal: the act is not possible. Whatever was due by now has happened all the same.
        """
        play = Play(at=self.now, by=agency, person=person, do=text, answers=answers or {})
        try:
            return self._play(play)
        except Refusal as refusal:
            if refusal.reason not in _SLIPS:
                self.tried.append(NotPossible(self.now, agency, text, refusal.message))
            raise

    def lacks_reason(self, act: AnyAct, agency: str) -> bool:
        """Whether an act is refused now because it gives no valid reason. The act is not done."""
        now = self.now
        command = Command(act=act, agency=agency, occurred_at=now, recorded_at=now)
        view = self.view
        try:
            decide(view.pathway, view.state, command, view.registry, view.calendars, view.loads)
        except Refusal as refusal:
            return refusal.reason == "unknown_reason"
        return False

    def jump(self, to: datetime | str) -> list[RehearsalMoment]:
        """Let time pass up to a moment, or by a period: `+3 working days`.

        As in an installation, whatever is due on the way happens at its own moment.

        Raises:
            Refusal: the moment is in the past, or beyond the calendars.
            CalendarError: the period cannot be counted.
            ExpressionError: the text is not a period.
        """
        last = max(edition.covers[1] for edition in self.calendars.editions)
        end, before = self._player.when(to), len(self.moments)
        if end.year > last:
            raise Refusal("not_possible.calendars", year=last)
        while (due := self.next_moment()) is not None and self.now < due < end:
            self._pass_to(due, is_same_move=len(self.moments) > before)
        self._pass_to(end, is_same_move=len(self.moments) > before)
        return self.moments[before:]

    def _pass_to(self, moment: datetime, *, is_same_move: bool) -> None:
        self._play(Play(at=moment))
        if is_same_move:
            self.moments[-1] = replace(self.moments[-1], is_same_move=True)

    def next_moment(self) -> datetime | None:
        """When something next happens by itself; None if nothing will."""
        clock = self.state.next_clock()
        return clock.at if clock else None

    def _play(self, play: Play) -> RehearsalMoment:
        if self._player.when(play.at) < self.now:
            raise Refusal("not_possible.backwards", now=self.now)
        before, sent = len(self._player.decisions), len(self._player.notices)
        missed = list(self._player.turn(play))
        decided = self._player.decisions[before:]
        facts = tuple(fact for each in decided for fact in each.facts)
        refusal = self._player.refusal
        for word, why in missed:
            if word == "holidays":
                raise Refusal("not_possible.holidays", why=why)
        kept = Play(at=self.now) if refusal else play.model_copy(update={"at": self.now})
        notices = tuple(self._player.notices[sent:])
        moment = RehearsalMoment(self.now, kept, facts, self.state, notices)
        if refusal is None or facts:
            self.moments.append(moment)
        if refusal is not None:
            raise refusal
        return moment

    def undo(self) -> RehearsalMoment:
        """Undo the last move. Returns its first moment.

        Raises:
            Refusal: there is no move to undo; what was played before the start does not count.
        """
        if len(self.moments) == self.begun:
            raise Refusal("nothing_done")
        last = self.moments.pop()
        while last.is_same_move:
            last = self.moments.pop()
        self._player = self._opened()
        for moment in self.moments:
            list(self._player.turn(moment.play))
        # A note that somebody was stuck is kept, at the present moment if its own lies ahead again.
        self.stuck = [
            self._stuck(note.agency, note.words) if note.at > self.now else note
            for note in self.stuck
        ]
        self.tried = [each for each in self.tried if each.at <= self.now]
        return last

    @property
    def view(self) -> View:
        """A view of the case, for questions that change nothing."""
        return View(self.pathway, self.state, self.now, self.registry, self.calendars)

    def why(self, part: str) -> Explanation:
        """Explain to the responsible agency why the case, or a part of it, is where it is.

        Raises:
            Refusal: there is no such part.
        """
        player = self._player
        facts = [fact for each in player.decisions for fact in each.facts]
        known = CaseHistory(self.view.seen_by(self.state.responsible), facts, player.editions)
        return explain(known, part)

    def say_stuck(self, agency: str, words: str) -> Stuck:
        """Record for the report that somebody did not know what to do."""
        note = self._stuck(agency, words)
        self.stuck.append(note)
        return note

    def _stuck(self, agency: str, words: str) -> Stuck:
        """The current situation, as a `Stuck` entry."""
        tasks = [task.step for task in self.state.open_tasks() if agency in task.agencies]
        asked = [each.step for each in self.state.open_hand_overs() if each.agency == agency]
        return Stuck(self.now, agency, words, tuple(dict.fromkeys([*tasks, *asked])))

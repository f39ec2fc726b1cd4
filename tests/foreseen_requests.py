"""Which plays are worth a store: those in which somebody is asked, and may not know or read all any more."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import cache
from random import Random

from engine import commands as c
from engine import visibility
from engine.choices import choices
from engine.collecting import collectors
from engine.definition import DataField
from engine.numbering import whose
from engine.state import Answer, HandOver, Task
from engine.statuses import CAME_TO_NOTHING, OVER_FOR_SENDER
from engine.view import View
from tests.factories import CALENDARS
from tests.foreseen_plays import AtTheDesk, Chosen, Document, chosen
from tests.random_documents import loaded
from tests.random_pathways import documents
from tests.random_plays import Play
from tests.stored_plays import AGENCIES

_MOVES = 20
_AFTER_THE_END = 4


class Met(Enum):
    """What makes a look worth its while."""

    ANSWERS = auto()
    """A request shows answers."""
    UNCOVERED = auto()
    """Of what a request shows, its sender may not read all that is known, for want of cover."""
    KEPT = auto()
    """Neither agency said no or took it back, and one may not see it now."""
    FEWER_OF_PERSON = auto()
    """Who is responsible may not read all that is known of the person."""
    COLLECTED = auto()
    """The case is over; who has collected an answer and may know reads it no more."""
    BARRED = auto()
    """Who has had a part is barred."""


class TakenBack(Play):
    """A play in which all agree until somebody is asked; then, and after the end, much is taken back."""

    def _fill(self, about: Task | HandOver, name: str, field: DataField) -> Answer | None:
        answer = super()._fill(about, name, field)
        while answer is None and not self.state.hand_overs:
            answer = super()._fill(about, name, field)
        return answer

    def _awaited(self) -> list[tuple[c.AnyAct, str]]:
        found = super()._awaited()
        if self.state.hand_overs:
            is_owed = self.state.status == "open" and self.chance.random() < 0.7
            return found if is_owed else self._unasked()
        return [each for each in found if not _says_no(each[0])] or found

    def _unasked(self) -> list[tuple[c.AnyAct, str]]:
        if not self.state.hand_overs:
            return self._awaited()
        taken = [each for each in self._refusals() if each[1]]
        if not taken or self.chance.random() < 0.4:
            return super()._unasked()
        kind = self.chance.choice(sorted({type(act).__name__ for act, _ in taken}))
        return [each for each in taken if type(each[0]).__name__ == kind]

    def _refusals(self) -> Iterator[tuple[c.AnyAct, str]]:
        """Also by what interrupts the case, and often of who is responsible."""
        yield from super()._refusals()
        state = self.state
        yield from [(c.Prohibit(agency=state.responsible), state.responsible)] * 3
        for each in choices(view_of(self), self._fill):
            if isinstance(each.act, c.Raise):
                yield each.act, each.agency


def _says_no(act: c.AnyAct) -> bool:
    match act:
        case c.RecordConsent(given=given):
            return not given
        case c.Complete(outcome=outcome):
            return outcome == "give_up"
    return isinstance(act, c.DeclineHandOver | c.Decline | c.ReportNoShow)


class _AtTheDesk(TakenBack, AtTheDesk):
    pass


def view_of(play: Play) -> View:
    return View(play.trial, play.state, play.now, play.registry, CALENDARS)


def moments(play: Play) -> Iterator[None]:
    """Each thing that is done in a play; some after the end."""
    left = _AFTER_THE_END
    for _ in range(_MOVES):
        play.move()
        yield
        left -= play.state.status != "open"
        if not left:
            return


@cache
def foreseen() -> tuple[Chosen[Met], ...]:
    """Plays with what they meet: each of it by several."""
    return chosen(documents(asks=True), _looks, frozenset(Met))


def _looks(document: Document, seed: int) -> frozenset[Met]:
    play, met = _AtTheDesk(loaded(document), Random(seed)), set[Met]()
    for _ in moments(play):
        play.settle()
        met |= met_in(view_of(play))
    return frozenset(met)


def met_in(view: View) -> set[Met]:
    return {*_of_requests(view), *_of_agencies(view)}


def _of_requests(view: View) -> Iterator[Met]:
    state = view.state
    known = {*state.data, *state.protected}
    for asked in state.hand_overs.values():
        is_under_way = state.status == "open" and asked.status not in OVER_FOR_SENDER
        for agency in whose(asked):
            read = visibility.may_read(view, agency, asked)
            if known.intersection(read):
                yield Met.ANSWERS
            has_it = visibility.has(view, agency, asked)
            is_senders = has_it and is_under_way and agency == asked.sender
            if is_senders and known.intersection(asked.shows).difference(read):
                yield Met.UNCOVERED
            if not has_it and asked.status not in CAME_TO_NOTHING:
                yield Met.KEPT


def _of_agencies(view: View) -> Iterator[Met]:
    state, is_over = view.state, view.state.status != "open"
    if set(visibility.readable(view, state.protected, state.responsible)) < {*state.protected}:
        yield Met.FEWER_OF_PERSON
    for agency in {*AGENCIES} - {state.responsible}:
        collected = [n for n in state.protected if agency in collectors(view.pathway, state, n)]
        if is_over and collected and visibility.may_know(view, agency):
            yield Met.COLLECTED
        if view.is_barred(agency) and visibility.has_had_part(view, agency):
            yield Met.BARRED

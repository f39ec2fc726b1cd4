"""Which plays are worth a store: those that meet, between them, each ground on which something is disclosed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from engine import commands as c
from engine.disclosing import answers_disclosed, case_disclosed
from engine.facts import NoticeOwed
from engine.grounds import GroundKind
from engine.numbering import whose
from engine.sendable import may_be_told
from engine.view import View
from engine.visibility import may_read, readable
from tests.factories import CALENDARS
from tests.foreseen_plays import AtTheDesk, Chosen, Document, chosen
from tests.random_documents import loaded
from tests.random_pathways import documents
from tests.random_plays import Play
from tests.stored_plays import AGENCIES

MOVES = 12
_MOSTLY = 0.9


class Willing(Play):
    """A play in which the person mostly agrees, and so do those who are asked."""

    def _awaited(self) -> list[tuple[c.AnyAct, str]]:
        found = super()._awaited()
        agreed = [each for each in found if _agrees(each[0])]
        return agreed if agreed and self.chance.random() < _MOSTLY else found


def _agrees(act: c.AnyAct) -> bool:
    match act:
        case c.RecordConsent(given=given):
            return given
        case c.Complete(answers=answers):
            return bool(answers)
        case _:
            return isinstance(act, c.Offer | c.AcceptHandOver | c.ConfirmArrival)


class _AtTheDesk(Willing, AtTheDesk):
    pass


@cache
def foreseen(wanted: frozenset[GroundKind]) -> tuple[Chosen[GroundKind], ...]:
    """Plays with the grounds that they meet: each of those wanted by several."""
    return chosen(documents(), _grounds, wanted)


def _grounds(document: Document, seed: int) -> frozenset[GroundKind]:
    play = _AtTheDesk(loaded(document), Random(seed))
    met, seen = set[GroundKind](), 0
    for _ in range(MOVES):
        play.move()
        play.settle()
        view = View(play.trial, play.state, play.now, play.registry, CALENDARS)
        met |= {*_met(view, play, seen)}
        seen = len(play.turns)
        if play.state.status != "open":
            break
    return frozenset(met)


def _met(view: View, play: Play, seen: int) -> Iterator[GroundKind]:
    """What may be read of the person and in requests now, and the notices that leave."""
    disclosed = [
        each
        for agency in AGENCIES
        for each in answers_disclosed(view, agency, readable(view, view.state.protected, agency))
    ]
    known = {*view.state.data, *view.state.protected}
    disclosed += [
        each
        for asked in view.state.hand_overs.values()
        for agency in whose(asked)
        for each in answers_disclosed(
            view, agency, known.intersection(may_read(view, agency, asked))
        )
    ]
    owed = [f for _, _, facts in play.turns[seen:] for f in facts if isinstance(f, NoticeOwed)]
    for each in owed:
        if may_be_told(view, each.agency, each.kind):
            disclosed.append(case_disclosed(view, each.agency, each.kind))
    yield from (ground.kind for each in disclosed for ground in each.by)

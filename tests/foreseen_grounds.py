"""Which plays are worth a store: those that meet, between them, each ground on which something is disclosed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any, NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from engine import commands as c
from engine.disclosing import answers_disclosed, case_disclosed
from engine.facts import NoticeOwed
from engine.grounds import GroundKind
from engine.numbering import whose
from engine.sendable import may_be_told
from engine.view import View
from engine.visibility import may_read, readable
from tests.factories import CALENDARS, DESK
from tests.random_documents import loaded
from tests.random_pathways import documents
from tests.random_plays import Play
from tests.stored_plays import AGENCIES

MOVES = 12
_TRIED = 40
_MOST = 12
_SEVERAL = 2
_MOSTLY = 0.9


class Chosen(NamedTuple):
    """A pathway, and the chance by which a case of it is played."""

    document: Mapping[str, Any]
    seed: int
    meets: frozenset[GroundKind]


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


class _AtTheDesk(Willing):
    """As a case is played in a store: one agency opens it, whatever chance says."""

    def _take(self, act: c.AnyAct, agency: str) -> None:
        super()._take(act, DESK if isinstance(act, c.OpenCase) else agency)


@cache
def foreseen(wanted: frozenset[GroundKind]) -> tuple[Chosen, ...]:
    """Plays with the grounds that they meet, if nothing was played before them: the rarest first.

    They are the same for every store, and to find them takes longer than to play them there.

    Args:
        wanted: each of these is met by several of them.
    """
    found = list[Chosen]()
    for number in range(_MOST):
        found += _foreseen(number)
        often = Counter(kind for each in found for kind in each.meets)
        if all(often[kind] >= _SEVERAL for kind in wanted):
            break
    rarest = sorted(found, key=lambda each: min((often[k] for k in each.meets), default=len(found)))
    return tuple(rarest)


def _foreseen(number: int) -> list[Chosen]:
    found = list[Chosen]()

    @seeded(number)
    @settings(
        max_examples=_TRIED,
        database=None,
        phases=[Phase.generate],
    )
    @given(documents(), st.integers(0, 2**32))
    def look(document: dict[str, Any], seed: int) -> None:
        play = _AtTheDesk(loaded(document | {"pathway": "trial"}), Random(seed))
        met, seen = set[GroundKind](), 0
        for _ in range(MOVES):
            play.move()
            play.settle()
            view = View(play.trial, play.state, play.now, play.registry, CALENDARS)
            met |= {*_met(view, play, seen)}
            seen = len(play.turns)
            if play.state.status != "open":
                break
        found.append(Chosen(deepcopy(document), seed, frozenset(met)))

    look()
    return found


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

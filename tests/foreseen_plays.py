"""Which plays are worth a store: those that meet, between them, all that a test is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Generic, NamedTuple, TypeVar

from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from engine import commands as c
from tests.factories import DESK
from tests.random_plays import Play

_TRIED = 20
_MOST = 12
_SEVERAL = 2
Kind = TypeVar("Kind")
Document = dict[str, Any]


class Chosen(NamedTuple, Generic[Kind]):
    """A pathway, and the chance by which a case of it is played."""

    document: Mapping[str, Any]
    seed: int
    meets: frozenset[Kind]


class AtTheDesk(Play):
    """As a case is played in a store: one agency opens it, whatever chance says."""

    def _take(self, act: c.AnyAct, agency: str) -> None:
        super()._take(act, DESK if isinstance(act, c.OpenCase) else agency)


def chosen(
    made: st.SearchStrategy[Document],
    meets: Callable[[Document, int], frozenset[Kind]],
    wanted: frozenset[Kind],
) -> tuple[Chosen[Kind], ...]:
    """Plays with what they meet, if nothing was played before them: the rarest first.

    They are the same for every store, and to find them takes longer than to play them there.

    Args:
        meets: plays a case of a pathway by a chance.
        wanted: each of these is met by several of them.
    """
    found = list[Chosen[Kind]]()
    for number in range(_MOST):
        found += _tried(made, meets, number)
        often = Counter(kind for each in found for kind in each.meets)
        if all(often[kind] >= _SEVERAL for kind in wanted):
            break
    rarest = sorted(found, key=lambda each: min((often[k] for k in each.meets), default=len(found)))
    return tuple(rarest)


def _tried(
    made: st.SearchStrategy[Document],
    meets: Callable[[Document, int], frozenset[Kind]],
    number: int,
) -> list[Chosen[Kind]]:
    found = list[Chosen[Kind]]()

    @seeded(number)
    @settings(
        max_examples=_TRIED,
        database=None,
        phases=[Phase.generate],
    )
    @given(made)
    def look(document: Document) -> None:
        seed = number * _TRIED + len(found)  # what is drawn twice is played twice
        met = meets(document | {"pathway": "trial"}, seed)
        found.append(Chosen(deepcopy(document), seed, met))

    look()
    return found

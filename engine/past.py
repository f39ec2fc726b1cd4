"""Finds what each fact of a log was about: the task or request as it was then, and the id it has
today.

A later version may rename a step and give its old name to another one, and after a move is undone,
the ids that came from it are given out again. So an id in an old entry may mean something else
today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.evolve import evolve
from engine.facts import CaseMigrated, CaseReverted, Fact
from engine.numbering import Work
from engine.state import State
from engine.versions.renames import Renames
from engine.versions.renaming import renamed_ident

_Ids = dict[str, int]
"""A number for each task and request of a case, in the order in which they came, by its id at the
time.
"""


class Past(NamedTuple):
    """A fact of a log, and what it was about."""

    fact: Fact
    then: Work | None
    """The task or request that the fact is about, as the fact left it; None if there is none."""
    now: str
    """The id of the task or request today; empty if it came from a move that was undone, or if
    there is none.
    """


def ident_in(fact: Fact) -> str:
    """The id of the task or request that a fact is about, as it was named at the time; empty if
    there is none.
    """
    about = getattr(fact, "task", None) or getattr(fact, "hand_over", None) or ""
    return about if isinstance(about, str) else str(about.id)


def past(facts: Iterable[Fact]) -> list[Past]:
    """Each fact of a whole log, in order, with what it was about."""
    ids, found, state = _Identities(), list[tuple[Fact, Work | None, int]](), State()
    for fact in facts:
        state, ident = evolve(state, fact), ident_in(fact)
        ids.follow(fact)
        then = state.tasks.get(ident) or state.hand_overs.get(ident)
        found.append((fact, then, ids.of(ident) if ident else 0))
    today = ids.today()
    return [Past(fact, then, today.get(which, "")) for fact, then, which in found]


def names_since(turns: Sequence[Iterable[Fact]]) -> list[Renames]:
    """For each turn of a whole log, the renames from the names in the turn to today's names."""
    names, moves = Renames(), [_move_in(each) for each in turns]
    found = []
    for place in reversed(range(len(turns))):
        found.append(names)
        match moves[place]:
            case CaseMigrated(names=changed):
                names = changed.then(names)
            case CaseReverted(before=version):
                earlier = (
                    each for each in reversed(moves[:place]) if isinstance(each, CaseMigrated)
                )
                undone = next((each for each in earlier if each.version == version), None)
                names = undone.names.back().then(names) if undone else names
    return found[::-1]


def _move_in(turn: Iterable[Fact]) -> CaseMigrated | CaseReverted | None:
    return next((each for each in turn if isinstance(each, CaseMigrated | CaseReverted)), None)


class _Identities:
    """Keeps track of which task or request each id means as the log goes on."""

    def __init__(self) -> None:
        self._ids, self._count = _Ids(), 0
        self._before: list[tuple[int, _Ids]] = []
        """For each move, the version it led to and the ids before it."""

    def follow(self, fact: Fact) -> None:
        """Switch to the names of another version after a move, or back after a revert."""
        if isinstance(fact, CaseMigrated):
            self._before.append((fact.version, self._ids))
            named = self._ids.items()
            self._ids = {renamed_ident(ident, fact.names): which for ident, which in named}
        elif isinstance(fact, CaseReverted):
            self._ids = next(self._undone(fact.before), self._ids)

    def _undone(self, version: int) -> Iterator[_Ids]:
        while self._before:
            number, ids = self._before.pop()
            if number == version:
                yield ids

    def of(self, ident: str) -> int:
        if ident not in self._ids:
            self._count += 1
            self._ids = {**self._ids, ident: self._count}
        return self._ids[ident]

    def today(self) -> dict[int, str]:
        return {which: ident for ident, which in self._ids.items()}

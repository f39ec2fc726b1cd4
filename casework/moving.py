"""Moves running cases to a version, or back: those that are named, or all that are concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casework import authority, cases_to_move, commencements, migrating, reverting
from casework.authority import Right
from casework.case_moves import MoveOutcome
from casework.context import Onward
from casework.impact import preview_cases
from casework.principal import Principal


class Moves(NamedTuple):
    """Which cases are moved, and to which version, or back from which one."""

    name: str
    number: int
    codes: tuple[str, ...] = ()
    """The cases to move; if left out, all, or all of `responsible`."""
    responsible: str = ""
    """Move all cases that this agency is responsible for; not used when moving back."""
    after: str = ""
    """Only cases that come after this one, in the order named or, if none are named, of opening;
    used to continue where somebody stopped.
    """

    @property
    def named(self) -> tuple[str, ...]:
        """The named cases that are left to do."""
        return self.codes[self.codes.index(self.after) + 1 :] if self.after else self.codes


class Moving(NamedTuple):
    """A run of moves: the cases are moved one after the other, as the caller asks for the next."""

    outcomes: Iterator[MoveOutcome]
    changes_rule: bool = False
    """Whether this makes the version move cases by itself from now on or, when moving back, stop
    doing so.
    """


def foreseen(onward: Onward, which: Moves, by: Principal) -> Iterator[MoveOutcome]:
    """What `moved` would do with each case. Nothing is changed.

    Raises:
        Refusal: as in `moved`.
    """
    authority.require(by, Right.COORDINATE)
    these = _movable(onward, which, by)
    return preview_cases(onward, these, which.name, which.number, by, chosen=bool(which.codes))


def moved(onward: Onward, which: Moves, by: Principal) -> Moving:
    """Move cases forward. If all are meant, a version that was called off moves cases by itself
    again.

    Raises:
        Refusal: `unknown_pathway`; `unknown_agency`; `not_in_effect`; `pinned`; `ask_first`.
    """
    authority.require(by, Right.COORDINATE)
    these = _movable(onward, which, by)
    is_all = not (which.codes or which.responsible)
    again = is_all and commencements.call_again(onward, which.name, which.number, by)
    chosen = bool(which.codes)
    return Moving(
        migrating.move_cases(onward, these, which.name, which.number, by, chosen=chosen), again
    )


def moved_back(onward: Onward, which: Moves, by: Principal) -> Moving:
    """Move cases back to the version that each came from. If all are meant, the version no longer
    moves any by itself.

    Raises:
        Refusal: `unknown_pathway`, if all are meant, once the first case is asked for.
    """
    authority.require(by, Right.COORDINATE)
    name, number = which.name, which.number
    if which.codes:
        these: Iterable[str] = which.named
    else:
        these = reverting.cases_moved_to(onward, name, number, by, after=which.after)
    # First, since otherwise cases that are moved back, or others after them, would be moved again.
    off = not which.codes and commencements.call_off(onward, name, number, by)
    chosen = bool(which.codes)
    return Moving(reverting.revert_cases(onward, these, name, number, by, chosen=chosen), off)


def _movable(onward: Onward, which: Moves, by: Principal) -> Iterable[str]:
    """The codes of the cases to move. Raises Refusal if they may not be moved."""
    name, number, agency = which.name, which.number, which.responsible
    chosen = bool(which.codes)
    cases_to_move.require_movable(onward, name, number, by, chosen=chosen, responsible=agency)
    if chosen:
        return which.named
    return cases_to_move.cases_before(
        onward, name, number, by, responsible=agency, after=which.after
    )

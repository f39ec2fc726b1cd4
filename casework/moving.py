"""Moves running cases to a version, or back from it: certain cases, or all that can move."""

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
    """The cases to move; if empty, all cases or, with `responsible`, all of that agency."""
    responsible: str = ""
    """Move all cases that this agency is responsible for; not used when moving back."""
    after: str = ""
    """The case after which to continue: only later cases are moved, in the order of `codes` or, if
    that is empty, of opening.
    """

    @property
    def named(self) -> tuple[str, ...]:
        """The named cases that are left to do."""
        return self.codes[self.codes.index(self.after) + 1 :] if self.after else self.codes


class Moving(NamedTuple):
    """A run of moves. Each case is moved only when the caller asks for its outcome."""

    outcomes: Iterator[MoveOutcome]
    changes_rule: bool = False
    """Whether this changes what the version does by itself: moving forward makes it move cases
    again, and moving back stops it.
    """


def foreseen(
    onward: Onward, which: Moves, by: Principal, *, is_back: bool = False
) -> Iterator[MoveOutcome]:
    """What `moved`, or `moved_back`, would do with each case. Nothing is changed.

    Raises:
        Refusal: as in that one.
    """
    authority.require(by, Right.COORDINATE)
    these = (_movable_back if is_back else _movable)(onward, which, by)
    look = reverting.preview_back if is_back else preview_cases
    return look(onward, these, which.name, which.number, by, chosen=bool(which.codes))


def moved(onward: Onward, which: Moves, by: Principal) -> Moving:
    """Move cases forward. If the caller names neither cases nor an agency, a version that was
    called off moves cases by itself again.

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
    """Move cases back to the version that each came from. If the caller names no cases, the version
    no longer moves any by itself.

    Raises:
        Refusal: `unknown_pathway`, if the caller names no cases; raised only when the first outcome
            is asked for.
    """
    authority.require(by, Right.COORDINATE)
    name, number = which.name, which.number
    these = _movable_back(onward, which, by)
    # First, since otherwise cases that are moved back, or others after them, would be moved again.
    off = not which.codes and commencements.call_off(onward, name, number, by)
    chosen = bool(which.codes)
    return Moving(reverting.revert_cases(onward, these, name, number, by, chosen=chosen), off)


def has_cases(onward: Onward, which: Moves, by: Principal, *, is_back: bool) -> bool:
    """Whether any case is left to move forward or back. Raises Refusal as the move does."""
    authority.require(by, Right.COORDINATE)
    these = (_movable_back if is_back else _movable)(onward, which, by)
    return any(True for _ in these)


def _movable_back(onward: Onward, which: Moves, by: Principal) -> Iterable[str]:
    """The codes of the cases to move back."""
    if which.codes:
        return which.named
    return reverting.cases_moved_to(onward, which.name, which.number, by, after=which.after)


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

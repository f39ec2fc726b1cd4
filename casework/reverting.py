"""Moves cases back to the version they came from, each in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework import authority, commencements, log
from casework.authority import Right
from casework.case_moves import (
    MoveOutcome,
    command_of,
    hold_open,
    known_to,
    one_by_one,
    require_open,
    settled_first,
    write_move,
)
from casework.case_rows import CASES, open_cases, opened_after
from casework.context import Onward
from casework.deciding import Attempt
from casework.held_case import Held, hold
from casework.principal import Principal
from casework.recording import Turns
from casework.turn import conclude
from casework.version_lines import line_of, require_published
from casework.wider_moves import require_no_wider
from engine import facts as f
from engine import migrating
from engine.acts.informing import PersonInformed
from engine.acts.looking import IdentitySeen
from engine.commands import Revert
from engine.errors import Refusal
from engine.evolve import replay
from engine.migrating import Before, MoveWord
from engine.statuses import IN_FLIGHT, NoticeStatus
from engine.versions.renaming import renamed
from models.columns import table_of
from models.notices import OwedNotice
from models.turns import LogEntry

_ENTRIES, _NOTICES = table_of(LogEntry), table_of(OwedNotice)


def cases_moved_to(
    onward: Onward, name: str, number: int, by: Principal, *, after: str = ""
) -> Iterator[str]:
    """Codes of open cases that are on exactly this version and were moved forward at some time, in
    the order of opening.

    Args:
        after: only those that were opened after this case.

    Raises:
        Refusal: `unknown_pathway`, once the first case is asked for.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        line = line_of(onward, connection, name)
    require_published(line, name, number)
    moved = select(_ENTRIES.c.case_id).where(_ENTRIES.c.kind == "migrate")
    is_on_it = CASES.c.pathway_version_id == line.ids[number]
    yield from open_cases(onward, is_on_it, CASES.c.id.in_(moved), opened_after(after))


def revert_cases(
    onward: Onward,
    codes: Iterable[str],
    name: str,
    number: int,
    by: Principal,
    *,
    chosen: bool = False,
) -> Iterator[MoveOutcome]:
    """Move cases back to the version each came from; those that cannot move stay, with the
    reason.
    """
    authority.require(by, Right.COORDINATE)
    return one_by_one(
        codes, lambda code: revert_case(onward, code, name, number, by), chosen=chosen
    )


def preview_back(
    onward: Onward,
    codes: Iterable[str],
    name: str,
    number: int,
    by: Principal,
    *,
    chosen: bool = False,
) -> Iterator[MoveOutcome]:
    """What `revert_cases` would do with each case, or why it would refuse. Looking changes
    nothing.
    """
    authority.require(by, Right.COORDINATE)

    def one(code: str) -> MoveOutcome:
        with onward.store.read() as connection:
            held = hold(onward, connection, code, lock=False)
            require_open(held.state)
            _, deadlines = _taken_back(onward, connection, held, name, number, by)
        return MoveOutcome(code=code, word=MoveWord.CAN_MOVE, deadlines=deadlines)

    return one_by_one(codes, one, chosen=chosen)


def revert_case(onward: Onward, code: str, name: str, number: int, by: Principal) -> MoveOutcome:
    """Move a case back to the version it was on before it was moved to `number`.

    What is due happens first, in a turn of its own. If nothing has happened in the case since it
    was moved, its old state is restored; looks, copies for the person and notices do not count.
    Otherwise its present state is carried over to the older version, as in any other move.

    Raises:
        Refusal: `unknown_case`; `closed`; `due`, as in `move_case`; `not_moved`, if no move
            brought it to that version, or it is on another one; `back_already`, if it was already
            moved back; `wider_version`; `cannot_move`, with every reason; `not_counted`, if a
            calendar ends too early.
        Erased: its key was destroyed.
    """

    authority.require(by, Right.COORDINATE)

    def turns(connection: Connection) -> tuple[Deadlines, Turns]:
        held = hold_open(onward, connection, code)
        made, deadlines = _taken_back(onward, connection, held, name, number, by)
        row, word = held.row, commencements.REVERTED
        entries = int(row.version) + 1
        commencements.leave(connection, row.id, row.pathway_version_id, word, entries, held.now)
        return deadlines, write_move(onward, connection, made)

    deadlines, written = settled_first(onward, code, turns)
    return MoveOutcome(
        code=code,
        word=MoveWord.CAN_MOVE,
        deadlines=deadlines,
        on_their_way=conclude(onward, written).on_their_way,
    )


Deadlines = tuple[migrating.MovedDeadline, ...]


def _taken_back(
    onward: Onward, connection: Connection, held: Held, name: str, number: int, by: Principal
) -> tuple[Attempt, Deadlines]:
    """The move back of a case, as if what is due in it had happened, and the deadlines that change.
    Raises Refusal as `revert_case` does.
    """
    line = line_of(onward, connection, name)
    if (held.pathway.name, held.pathway.version) != (name, number):
        raise _not_on_it(connection, held, name, number)
    before, was = _before_the_move(connection, held)
    require_no_wider(onward, connection, line, number, before, by)
    onto = line.onto(number, before)
    known = known_to(onward, connection, held, onto)
    state = migrating.settled(held.pathway, held.state, held.now, replace(known, loads=held.loads))
    require_open(state)
    command = command_of(held, Revert(version=before), by)
    target = migrating.MoveTarget(onto.pathway, onto.names)
    was = was if state is held.state else None
    decision = migrating.revert(held.pathway, target, state, was, command, known)
    made = Attempt(held=held, command=command, decision=decision, onto=onto)
    return made, migrating.moved_deadlines(renamed(state, onto.names), decision.state)


_NOTHING = (
    IdentitySeen,
    PersonInformed,
    f.CaseNotMoved,
    f.NoticeOwed,
    f.NoticesCancelled,
    f.NoticeOnItsWay,
)
"""Facts that do not keep the old state of a case from being restored."""
_TRACELESS = (f.CaseReverted, f.NoticesCancelled, f.NoticeOnItsWay, f.NoticeOwed)
"""Facts of a revert to the exact state before the move."""


def _before_the_move(connection: Connection, held: Held) -> tuple[int, Before | None]:
    """The version the case came from and its state before the move. The state is None if it cannot
    be restored because of something that has happened since.

    Raises:
        Refusal: `not_moved`.
    """
    entries = _facts(connection, held)
    ways = _ways(entries)
    if not ways:
        raise Refusal("not_moved.to_this")
    way = ways[-1]
    since = [
        fact
        for place, facts in enumerate(entries)
        if place > way.place and place not in way.undone
        for fact in facts
    ]
    if not all(isinstance(fact, _NOTHING) for fact in since):
        return way.before, None
    state = replay([fact for facts in entries[: way.place] for fact in facts])
    owed = [*_notices(entries[way.place]), *way.owed, *_notices(since)]
    gone_out = _gone_out(connection, held, state.notices) if owed else set()
    told = tuple(n for n in owed if n.number in gone_out or n.number <= way.heard)
    return way.before, Before(state, told, way.heard)


class _Way(NamedTuple):
    """A move of a case that is still in effect."""

    place: int
    """The position of its entry."""
    before: int
    """The version it came from."""
    undone: tuple[int, ...] = ()
    """Positions of later entries that left no trace: a move, and its revert to the exact state."""
    owed: tuple[f.NoticeOwed, ...] = ()
    """The notices owed by such a revert."""
    heard: int = 0
    """Notices up to this number go out even if their move is undone, so that agencies that heard of
    an undone move also hear that it was undone.
    """

    def but_for(self, taken: _Way, place: int, owed: tuple[f.NoticeOwed, ...]) -> _Way:
        """This move, noting that the entry at `place` exactly undid the later move `taken`."""
        undone = (*self.undone, *taken.undone, *range(taken.place, place + 1))
        heard = max(self.heard, taken.heard, *(each.number for each in owed), 0)
        return self._replace(undone=undone, owed=(*self.owed, *owed), heard=heard)


def _ways(entries: list[tuple[f.Fact, ...]]) -> list[_Way]:
    """The moves that brought a case to its current version; each revert removes the newest.

    A revert that could not restore the old state is itself a move to an earlier version. It remains
    in the log as something that happened after the moves before it.
    """
    ways: list[_Way] = []
    for place, facts in enumerate(entries):
        moved = _the_move(facts)
        if moved is None:
            continue
        if moved.version > moved.before:
            ways.append(_Way(place, moved.before))
        elif ways:
            taken = ways.pop()
            if ways and all(isinstance(fact, _TRACELESS) for fact in facts):
                ways[-1] = ways[-1].but_for(taken, place, _notices(facts))
    return ways


def _notices(facts: Iterable[f.Fact]) -> tuple[f.NoticeOwed, ...]:
    return tuple(each for each in facts if isinstance(each, f.NoticeOwed))


def _not_on_it(connection: Connection, held: Held, name: str, number: int) -> Refusal:
    """The refusal for reverting a case from a version that it is not on."""
    pathway, at = held.pathway.name, held.pathway.version
    if pathway != name:
        return Refusal("not_moved.elsewhere", pathway=pathway, version=at)
    entries = _facts(connection, held)
    if number in (backs := _last_ways_back(entries)):
        return Refusal("back_already", pathway=pathway, version=at)
    if ways := _ways(entries):
        before = ways[-1].before
        return Refusal("not_moved.otherwise", pathway=pathway, version=at, before=before)
    if backs:
        return Refusal("not_moved.back", pathway=pathway, version=at, left=backs[0])
    return Refusal("not_moved.never", pathway=pathway, version=at)


def _last_ways_back(entries: list[tuple[f.Fact, ...]]) -> list[int]:
    """The versions a case has left since it was last moved forward, most recent first."""
    backs: list[int] = []
    for facts in reversed(entries):
        moved = _the_move(facts)
        if moved and moved.version > moved.before:
            break
        backs += [moved.before] if moved else []
    return backs


def _facts(connection: Connection, held: Held) -> list[tuple[f.Fact, ...]]:
    """The facts of the case's log, entry by entry."""
    entries = log.entries_of(connection, held.row.id, held.row.code, held.cipher)
    return [entry.facts for _, entry in entries]


def _gone_out(connection: Connection, held: Held, since: int) -> set[int]:
    """The numbers above `since` of notices that were sent or are being sent."""
    is_out = _NOTICES.c.status.in_([NoticeStatus.SENT, *IN_FLIGHT])
    of_it = (_NOTICES.c.case_id == held.row.id) & (_NOTICES.c.number > since)
    return set(connection.scalars(select(_NOTICES.c.number).where(of_it, is_out)))


def _the_move(facts: Iterable[Any]) -> f.CaseMigrated | f.CaseReverted | None:
    moves = [each for each in facts if isinstance(each, (f.CaseMigrated, f.CaseReverted))]
    return moves[-1] if moves else None

"""Reverts a move: the case goes back to where it was or, if it has gone on since, is moved back."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from engine import facts as f
from engine.commands import Command
from engine.decide import Decision, afterwards
from engine.errors import Refusal
from engine.migrating import clocks
from engine.migrating.moving import MoveTarget, Surroundings, move, turn_before
from engine.numbering import retired
from engine.pathway import Pathway
from engine.state import State
from engine.time.calendars import CalendarError
from engine.turns import stop_tasks, timing
from engine.turns.turn import Turn
from engine.versions.renames import Renames
from engine.versions.renaming import renamed, renamed_ident


class Before(msgspec.Struct, frozen=True):
    """The state of a case before its move, if nothing has happened since."""

    state: State
    told: tuple[f.NoticeOwed, ...] = ()
    """Notices owed since the move, which went out or still will."""
    heard: int = 0
    """Notices up to this number are not cancelled: they tell of a later move and of its revert. 0
    if there are none.
    """


def revert(
    old: Pathway,
    onto: MoveTarget,
    state: State,
    was: Before | None,
    command: Command,
    known: Surroundings,
) -> Decision:
    """Return a case to the version it was moved from.

    If nothing has happened since, its old state is restored; otherwise it is moved as by `move`.
    After a restore, unsent notices are cancelled, and agencies that were told something which is no
    longer true are told so. As with a move, periods are extended where necessary, so that none is
    over before its agency hears of it.

    Args:
        was: the case before the move; None if something has happened since.

    Raises:
        Refusal: as `move` does.
    """
    if was is None:
        return move(old, onto, state, command, known)
    before = turn_before(old, state, command, known)
    turn = Turn(onto.pathway, state, before.now, known.registry, known.calendars, loads=known.loads)
    theirs = renamed(state, onto.names)
    numbers = retired(theirs.numbers, was.state)
    back = f.CaseReverted(
        before=old.version,
        version=onto.pathway.version,
        state=replace(was.state, numbers=numbers, told=theirs.told),
        by=command.person,
    )
    try:
        turn.say(back)
        known_of = max(was.state.notices, was.heard)
        if state.notices > known_of:
            turn.say(f.NoticesCancelled(since=known_of))
        _take_back(turn, before, onto.names)
        _give_back(turn, theirs)
        clocks.put_off(turn, before, onto.names)
        _tell_dates(turn, theirs, _dates(was.told, onto.names))
        return afterwards(turn)
    except CalendarError as error:
        raise Refusal("not_counted.calendar", why=error.message) from None


def _take_back(turn: Turn, before: Turn, names: Renames) -> None:
    """Withdraw work that only the newer version has, using that version's labels. The receiver of a
    request has to confirm that it stops, unless it is the responsible agency, which knows of the case
    anyway.
    """
    alive = set(_alive(turn.state))
    for task in before.state.open_tasks():
        ident = renamed_ident(task.id, names)
        if ident not in alive:
            label = before.pathway.label(task.step)
            for agency in task.agencies:
                turn.tell(agency, "no_longer_needed", ident, label)
    for asked in before.state.hand_overs.values():
        ident = renamed_ident(asked.id, names)
        if ident not in turn.state.hand_overs:
            label = before.pathway.label(asked.step)
            if asked.agency == turn.state.responsible:
                turn.tell(asked.agency, "no_longer_needed", ident, label)
            else:
                stop_tasks.owe(turn, asked.agency, "", ident, label=label)


def _give_back(turn: Turn, theirs: State) -> None:
    """Tell agencies of work that the move had ended and that is owed again. The move cancelled
    unsent notices of such work.
    """
    alive = set(_alive(theirs))
    for task in turn.state.open_tasks():
        if task.id not in alive:
            label = turn.pathway.label(task.step)
            for agency in task.agencies:
                turn.tell(agency, "task_assigned", task.id, label, due_at=task.due_at)
    for asked in turn.state.open_hand_overs():
        if asked.id not in alive:
            turn.tell(asked.agency, "attention", asked.id, turn.pathway.label(asked.step))


def _alive(state: State) -> Iterator[str]:
    yield from (t.id for t in state.tasks.values() if t.is_under_way)
    yield from (asked.id for asked in state.open_hand_overs())


def _dates(told: tuple[f.NoticeOwed, ...], names: Renames) -> set[tuple[str, str, object]]:
    """The dates that agencies were told, each with the agency and the subject."""
    return {(each.agency, renamed_ident(each.about, names), each.due_at) for each in told}


def _tell_dates(turn: Turn, theirs: State, told: set[tuple[str, str, object]]) -> None:
    """Tell agencies the restored date of what they owe, if it is earlier than in the newer version
    or if they were told the date of the newer version.
    """
    for clock in list(turn.state.clocks.values()):
        other = theirs.clocks.get(clock.key)
        if other is None or other.at == clock.at or clock.kind not in clocks.OWED:
            continue
        owners = timing.owners_of(turn, clock)
        if clock.at < other.at or any((each, clock.about, other.at) in told for each in owners):
            timing.tell_owners(turn, clock)

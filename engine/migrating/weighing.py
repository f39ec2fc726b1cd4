"""What a new version would mean for a case, before anybody moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import cast

import msgspec

from engine.clock import Clock
from engine.commands import Command, Migrate, Settle
from engine.decide import Decision, decide
from engine.errors import Refusal
from engine.message import Message, message
from engine.migrating.moving import MoveTarget, Surroundings, move
from engine.migrating.touched import touches
from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import State
from engine.versions.renaming import renamed


class MoveWord(StrEnum):
    """What becomes of a case."""

    UNAFFECTED = "unaffected"
    """Nothing that lies ahead of the case has changed; it moves without consequences."""
    STAYS = "stays"
    """The version's rule for running cases leaves it where it is."""
    CAN_MOVE = "can move"
    CANNOT = "cannot"


class MovedDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """A period whose end a move changes."""

    about: str
    kind: str
    agency: str
    before: datetime | None
    """The end before the move; None if there was no such period."""
    after: datetime | None
    """The end after the move; None if there is no such period any more. In the past if the period is
    over under the new version.
    """


class MoveVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a case, and why."""

    word: MoveWord
    reasons: tuple[Message, ...] = ()
    deadlines: tuple[MovedDeadline, ...] = ()
    decision: Decision | None = None
    """The result of the move, if the case can move."""


def weigh(
    old: Pathway,
    onto: MoveTarget,
    state: State,
    now: datetime,
    known: Surroundings,
    *,
    by: str = "",
    on_purpose: bool = False,
    in_force: datetime | None = None,
    until: datetime | None = None,
) -> MoveVerdict:
    """What would become of an open case in which nothing is due.

    Args:
        by: whoever moves it, as `Principal.known_as`; empty if it is only weighed.
        in_force: when the new version takes effect for the case, if not now.
        until: leave anything due after this moment unsettled; defaults to now.
        on_purpose: the case was named explicitly, so `running_cases: pin` is ignored.
    """
    rule = onto.pathway.definition.running_cases
    if rule.rule == "pin" and not on_purpose:
        return MoveVerdict(word=MoveWord.STAYS, reasons=(message("stays.pinned"),))
    test = onto.pathway.test(rule.when) if rule.when else None
    if test and test(lookup(renamed(state, onto.names))) is not True:
        return MoveVerdict(word=MoveWord.STAYS, reasons=(message("stays.condition"),))
    command = Command(
        act=Migrate(version=onto.pathway.version, in_force=in_force, until=until),
        agency="",
        person=by,
        occurred_at=now,
        recorded_at=now,
    )
    try:
        decision = move(old, onto, state, command, known)
    except Refusal as refusal:
        return MoveVerdict(word=MoveWord.CANNOT, reasons=reasons_of(refusal))
    there = renamed(state, onto.names)
    touched = touches(old, onto.pathway, there, onto.names)
    return MoveVerdict(
        word=MoveWord.CAN_MOVE if touched else MoveWord.UNAFFECTED,
        deadlines=moved_deadlines(there, decision.state),
        decision=decision,
    )


def reasons_of(refusal: Refusal) -> tuple[Message, ...]:
    """Why a case does not move: every obstacle to the move or, if it was refused for another
    reason, that reason alone.
    """
    told = refusal.message
    return cast(tuple[Message, ...], told.values.get("reasons", (told,)))


def settled(old: Pathway, state: State, now: datetime, known: Surroundings) -> State:
    """The state once everything due is settled."""
    if not state.is_due(now):
        return state
    command = Command(act=Settle(), agency="", occurred_at=now, recorded_at=now)
    return decide(old, state, command, known.registry, known.calendars, known.loads).state


_SHOWN = ("due", "seen", "answer", "waiting", "named", "floor", "expiry", "series")


def moved_deadlines(before: State, after: State) -> tuple[MovedDeadline, ...]:
    """The periods whose end a move changes.

    Args:
        before: the case before it, with the names of the version to which it moves.
    """
    return tuple(_deadlines(before, after))


def _deadlines(before: State, after: State) -> Iterator[MovedDeadline]:
    for key in dict.fromkeys((*before.clocks, *after.clocks)):
        was, now = before.clocks.get(key), after.clocks.get(key)
        either = now or was
        if either is None or either.kind not in _SHOWN or (was and now and was.at == now.at):
            continue
        yield MovedDeadline(
            about=either.about,
            kind=either.kind,
            agency=_agency(after, either),
            before=was.at if was else None,
            after=now.at if now else _ended(after, key),
        )


def _ended(state: State, key: str) -> datetime | None:
    """When a named period that is over under the new version ended; None for any other clock."""
    return state.moments.get(key) if key.startswith("clock.") else None


def _agency(state: State, clock: Clock) -> str:
    task, asked = state.tasks.get(clock.about), state.hand_overs.get(clock.about)
    return task.agency if task else asked.agency if asked else state.responsible

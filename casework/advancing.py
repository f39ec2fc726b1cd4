"""Advances a stored clock, so that whatever becomes due on the way happens at its own moment.

A worker carries out whatever is due. Where no worker runs, this module does so instead: otherwise,
whatever is due would wait for the next act in its case, and lists would be out of date.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import func, or_, select

from casework import authority, commencements
from casework.authenticating import TIME
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.principal import Principal
from casework.settling import let_happen
from engine.errors import EngineError, message_of
from engine.in_flight import OnItsWay
from engine.message import Message
from models.as_stored import readable_rows
from models.keys import SealError


class Advanced(msgspec.Struct, frozen=True, kw_only=True):
    """The result for the cases in which something was due, or that a version had to move."""

    cases: int
    """In how many of these cases everything was settled."""
    stuck: dict[str, Message]
    """Codes of cases that at some moment could not be settled, each with the last reason."""
    on_their_way: dict[str, tuple[OnItsWay, ...]] = msgspec.field(default_factory=dict)
    """Notices that were called off too late to be held back, by case code."""


def advance_clock(onward: Onward, clock: StoredClock, to: datetime, by: Principal) -> Advanced:
    """Advance the clock from moment to moment, settling at each what is due, and moving cases to the
    versions that come into force.
    """
    authority.require(by, Right.OPERATE)
    done: set[str] = set()
    stuck: dict[str, Message] = {}
    met: dict[str, tuple[OnItsWay, ...]] = {}
    moment: datetime | None = clock.now()
    while moment is not None:
        clock.advance(moment)
        for code in _due(onward, moment):
            try:
                if found := let_happen(onward, code, TIME):
                    met[code] = (*met.get(code, ()), *found)
                done.add(code)
            except (EngineError, SealError) as error:
                stuck[code] = message_of(error)
        moment = _next(onward, moment, to)
    clock.advance(to)
    return Advanced(cases=len(done - stuck.keys()), stuck=stuck, on_their_way=met)


def _due(onward: Onward, now: datetime) -> list[str]:
    """Codes of the cases in which something is due, or that a version in force still has to move."""
    with onward.store.read() as connection:
        is_due = or_(CASES.c.due_at <= now, commencements.to_move(connection, now))
        query = select(CASES.c.code).where(is_due).order_by(CASES.c.due_at, CASES.c.id)
        rows, damaged = readable_rows(connection, query)
    return [each.code for each in (*rows, *(one.row for one in damaged)) if each.code]


def _next(onward: Onward, after: datetime, to: datetime) -> datetime | None:
    """The next moment, up to `to`, at which something is due or a version comes into force; None if
    there is none. Cases that are due already but could not be settled are left out.
    """
    ahead = (CASES.c.due_at > after, CASES.c.due_at <= to)
    first = select(func.min(CASES.c.due_at).label("due_at")).where(*ahead)
    with onward.store.read() as connection:
        rows, damaged = readable_rows(connection, first)
        if damaged:  # a damaged moment may sort first: read them all, and leave it out
            rows, _ = readable_rows(connection, select(CASES.c.due_at).where(*ahead))
        moments = (*(row.due_at for row in rows), commencements.next_in_force(connection, after))
    return min((each for each in moments if each is not None and each <= to), default=None)

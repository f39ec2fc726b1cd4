"""Brings every open case up to date after the registry or calendars have changed, each in its
own turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec
from sqlalchemy import select

from casework import authority
from casework.authenticating import TIME
from casework.authority import Right
from casework.case_rows import number_open, open_cases, opened_after
from casework.context import Onward
from casework.deciding import Maker
from casework.principal import Principal
from casework.turn import take
from engine.commands import Refresh
from engine.errors import EngineError, message_of
from engine.facts import LEFT, ClockMoved, PeriodNotCounted, ResponsibilityMoved, TaskAssigned
from engine.in_flight import OnItsWay
from engine.message import Message
from engine.pathway import Pathway
from engine.state import State
from engine.time.calendars import ChangedDay, Edition, changed_days
from models.columns import table_of
from models.definitions import CalendarEdition
from models.keys import SealError

_EDITIONS = table_of(CalendarEdition)


class Refreshed(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of the registry or calendars meant for the open cases."""

    cases: int
    """How many cases were updated, including those in which nothing had to change."""
    deadlines: int
    """How many of their deadlines moved because a calendar changed."""
    passed_on: int = 0
    """How many tasks and responsibilities others took over from agencies that left."""
    uncounted: dict[str, str]
    """Calendars that end too early for a period of a case to be counted, by case code."""
    on_their_way: dict[str, tuple[OnItsWay, ...]] = msgspec.field(default_factory=dict)
    """Notices that were called off too late to be held back, by case code."""
    stuck: dict[str, Message] = msgspec.field(default_factory=dict)
    """Cases that could not be updated, such as unreadable ones, with the reason."""
    last: str = ""
    """The code of the last case that this run tried to update; empty if no cases are left."""
    left: int = 0
    """How many open cases come after `last` and have yet to be updated."""


def refresh_cases(
    onward: Onward, by: Principal, *, after: str = "", most: int | None = None
) -> Refreshed:
    """Update every open case to the registry and calendars in force, in the order of opening.

    It may be stopped and restarted at any time, because an updated case does not change again. A
    case that fails does not stop the others.

    Args:
        after: only cases that were opened after this one.
        most: the most cases to update, at least 1; by default all.
    """
    authority.require(by, Right.COORDINATE)
    cases, deadlines, passed_on = 0, 0, 0
    uncounted: dict[str, str] = {}
    met: dict[str, tuple[OnItsWay, ...]] = {}
    stuck: dict[str, Message] = {}
    follow = following(_changed_days(onward))
    codes = [*islice(open_cases(onward, opened_after(after)), most)]
    for code in codes:
        try:
            moved = take(onward, code, follow, TIME)
        except (EngineError, SealError) as error:
            stuck[code] = message_of(error)
            continue
        cases += 1
        if moved.on_their_way:
            met[code] = moved.on_their_way
        for fact in moved.decision.facts:
            if isinstance(fact, PeriodNotCounted):
                uncounted[code] = fact.calendar
            elif isinstance(fact, ClockMoved):
                deadlines += fact.because == "calendar"
            elif isinstance(fact, (TaskAssigned, ResponsibilityMoved)):
                passed_on += fact.because == LEFT
    left = number_after(onward, codes[-1], by) if len(codes) == most else 0
    return Refreshed(
        cases=cases,
        deadlines=deadlines,
        passed_on=passed_on,
        uncounted=uncounted,
        on_their_way=met,
        stuck=stuck,
        last=codes[-1] if left else "",
        left=left,
    )


def number_after(onward: Onward, after: str, by: Principal) -> int:
    """How many open cases were opened after a given one; all if none is given."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        return number_open(connection, opened_after(after))


def following(changed: Sequence[ChangedDay]) -> Maker:
    """A `Maker` of the act by which a case follows changed days. Only the days of those editions by
    which the case's clocks are counted are passed to it.
    """

    def follow(_: Pathway, state: State) -> Refresh:
        counted_by = {name for clock in state.clocks.values() for name in clock.editions}
        return Refresh(days=tuple(day for day in changed if day.edition in counted_by))

    return follow


def _changed_days(onward: Onward) -> list[ChangedDay]:
    """The days that were different in earlier editions than in those now in force."""
    with onward.store.read() as connection:
        rows = connection.execute(select(_EDITIONS.c.body, _EDITIONS.c.in_force)).all()
    editions = [(msgspec.convert(row.body, Edition), row.in_force) for row in rows]
    in_force = {each.place: each for each, is_in_force in editions if is_in_force}
    return [
        day
        for each, is_in_force in editions
        if not is_in_force and each.place in in_force
        for day in changed_days(each, in_force[each.place])
    ]

"""Shows what a late declaration of a day off would move in the open cases, before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

import msgspec
from msgspec.structs import replace

from casework import authority, bystanders, calendar_editions, declared_holidays, story
from casework.authenticating import TIME
from casework.authority import Right
from casework.case_rows import number_open, open_cases
from casework.context import Onward
from casework.deciding import attempt
from casework.declared_holidays import LateHoliday
from casework.held_case import Held, hold
from casework.principal import Principal
from casework.refreshing import following
from engine.errors import EngineError
from engine.facts import ClockMoved
from engine.message import Message
from engine.projection import seen_entry
from engine.time.calendars import Calendars, ChangedDay, Edition, changed_days
from engine.turn_records import TurnRecord
from models.keys import SealError

NAMED = 50
"""The most cases for which changes are listed; the others are only counted."""


class MovedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What would move in a case, if anything."""

    code: str
    periods: int
    said: tuple[Message, ...]
    """What would move, as the case's log would say it to a bystander."""


class ForeseenHoliday(msgspec.Struct, frozen=True, kw_only=True):
    """What declaring a day off would do now."""

    late: LateHoliday
    places: tuple[str, ...]
    """The places where the day is a working day now and would no longer be one."""
    cases: int
    """How many open cases were looked at."""
    moved: int
    """The number of cases in which something moves."""
    periods: int
    """How many periods move in these cases."""
    named: tuple[MovedCase, ...]
    """The first cases in which something moves, `NAMED` at most."""
    unknown: int
    """How many open cases could not be tried, for example because they are unreadable."""
    left: int
    """How many open cases were not looked at."""


def foresee_holiday(
    onward: Onward, place: str, day: date, name: str, by: Principal, *, most: int | None = None
) -> ForeseenHoliday:
    """Work out in every open case what the declaration would move. Nothing is recorded.

    Args:
        most: the most cases to look at, in the order of opening; by default all.

    Raises:
        Refusal: as in `declared_holidays.declare`.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        editions = calendar_editions.in_force(connection)
        before = declared_holidays.declared(connection)
        number = number_open(connection)
    late = declared_holidays.possible(editions, before, place, day, name, onward.clock.now())
    then = {
        # Under a new id, so that whatever was counted by the edition in force is recounted.
        place: replace(edition, id=f"{edition.id}+")
        for place, edition in declared_holidays.counted_in(editions, late).items()
        if editions[place].is_working(late.day)
    }
    found = [*_looked_at(onward, editions, then, most)]
    moved = [each for each in found if each and each.periods]
    return ForeseenHoliday(
        late=late,
        places=tuple(then),
        cases=len(found),
        moved=len(moved),
        periods=sum(each.periods for each in moved),
        named=tuple(moved[:NAMED]),
        unknown=found.count(None),
        left=number - len(found) if len(found) == most else 0,
    )


def _looked_at(
    onward: Onward, now: dict[str, Edition], then: dict[str, Edition], most: int | None
) -> Iterator[MovedCase | None]:
    """What would move in each open case; None for a case that cannot be read or decided on."""
    days = [day for place, each in then.items() for day in changed_days(now[place], each)]
    calendars = Calendars(tuple((now | then).values()))
    for code in islice(open_cases(onward), most):
        try:
            with onward.store.read() as connection:
                held = hold(onward, connection, code, lock=False)
            yield _moved(held, calendars, days)
        except (EngineError, SealError):
            yield None


def _moved(held: Held, calendars: Calendars, days: Sequence[ChangedDay]) -> MovedCase:
    reference = replace(held.reference, calendars=calendars)
    made = attempt(replace(held, reference=reference), following(days), TIME)
    if made.refusal is not None:
        raise made.refusal
    facts = tuple(
        replace(fact, days=())  # the page says this at the top
        for fact in made.decision.facts
        if isinstance(fact, ClockMoved) and fact.because == "calendar"
    )
    entry = seen_entry(TurnRecord(command=made.command, facts=facts))
    number, pathway = int(held.row.version), held.pathway
    (lines,) = story.told(
        [(number, entry)], {pathway.version: pathway}, pathway.version, outside=True
    )
    told = bystanders.as_told(held.reference.registry, lines if facts else ())
    said = tuple(dict.fromkeys(each.said for each in told))
    return MovedCase(code=held.row.code, periods=len(facts), said=said)

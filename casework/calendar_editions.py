"""The calendars as stored: editions for countries and parts of countries, with one in force for
each.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from engine.time.calendars import Edition, split_place
from models.columns import table_of
from models.definitions import CalendarEdition

_EDITIONS = table_of(CalendarEdition)


def in_force(connection: Connection) -> dict[str, Edition]:
    """The editions in force, by place: `GB`, `GB-SCT`."""
    query = select(_EDITIONS.c.body).where(_EDITIONS.c.in_force).order_by(_EDITIONS.c.id)
    editions = (msgspec.convert(body, Edition) for body in connection.scalars(query))
    return {each.place: each for each in editions}


def next_id(connection: Connection, place: str, year: int) -> str:
    """The id of the next edition of a place: `GH-2026-2`."""
    kept = select(func.count()).select_from(_EDITIONS).where(*_of_place(place))
    return f"{place}-{year}-{connection.scalar(kept) + 1}"  # type: ignore[operator]  # a count is never NULL


def put_in_force(connection: Connection, edition: Edition, now: datetime) -> None:
    """Put an edition into force, in place of the earlier one."""
    connection.execute(update(_EDITIONS).where(*_of_place(edition.place)).values(in_force=False))
    connection.execute(
        insert(_EDITIONS).values(
            id=edition.id,
            country=edition.country,
            subdivision=edition.subdivision,
            body=msgspec.to_builtins(edition),
            in_force=True,
            made_at=now,
        )
    )


def _of_place(place: str) -> tuple[ColumnElement[bool], ...]:
    country, part = split_place(place)
    return _EDITIONS.c.country == country, _EDITIONS.c.subdivision == part

"""The calendars as stored: editions for countries and parts of countries. Each place has one edition
in force.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import msgspec
from sqlalchemy import ColumnElement, Connection, Text, cast, func, insert, select, update

from engine.time.calendars import Edition, split_place
from models.columns import table_of
from models.definitions import CalendarEdition
from models.prepared import all_rows

_EDITIONS = table_of(CalendarEdition)
_IN_FORCE = (
    select(cast(_EDITIONS.c.body, Text).label("body"))
    .where(_EDITIONS.c.in_force)
    .order_by(_EDITIONS.c.id)
)
_KEPT = 1024
"""How many decoded editions a process keeps: more than there are places."""


def in_force(connection: Connection) -> dict[str, Edition]:
    """The editions in force, by place: `GB`, `GB-SCT`."""
    editions = (_edition(row.body) for row in all_rows(connection, _IN_FORCE, {}))
    return {each.place: each for each in editions}


@lru_cache(maxsize=_KEPT)
def _edition(body: str) -> Edition:
    """An edition, from its text in the store. Cached, because a new registry changes few editions."""
    return msgspec.json.decode(body, type=Edition)


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

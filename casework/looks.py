"""Counts how often somebody looks at cases, and how often at cases in which their agency has never
had a part.

Source: access to identities is recorded and reviewed (D16); guessing codes does not go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Update, bindparam, select, update

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.overseeing import notices_of, tell_oversight
from casework.principal import Principal
from engine.errors import Refusal
from models.columns import table_of
from models.installation import Installation
from models.look_counts import LookCount
from models.prepared import changed, first_row
from models.writing import put_in

_COUNTS, _INSTALLATION = table_of(LookCount), table_of(Installation)
_STANDS = select(_INSTALLATION.c.clock_at, _INSTALLATION.c.looks_an_hour)


class LookLine(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody looked in an hour."""

    hour: datetime
    """The beginning of the hour."""
    agency: str
    person: str
    """Who looked: the staff code; or, on the agency's behalf, an operator's code or `system:NAME`
    for the agency's own program.
    """
    looks: int
    outside: int
    """How many of these looks were at cases in which the agency has never had a part, or that do
    not exist.
    """
    refused: int
    """How many further looks were refused because there had been too many."""
    notices: tuple[str, ...] = ()
    """The references of that day's notices to oversight about the agency; empty if no look in this
    hour counts as `outside`.
    """


_COUNTED = tuple(name for name in LookLine.__struct_fields__ if name != "notices")


_AT_ONCE: ContextVar[set[Principal] | None] = ContextVar("_AT_ONCE", default=None)
"""The readers already counted since `one_look` began; None outside it."""


@contextmanager
def one_look() -> Iterator[None]:
    """A context in which everything looked up, for example for one page, counts as a single
    look.
    """
    token = _AT_ONCE.set(set())
    try:
        yield
    finally:
        _AT_ONCE.reset(token)


@contextmanager
def looking(onward: Onward, by: Principal) -> Iterator[None]:
    """A context that counts a look by an agency, whatever comes of it. If it ends in the refusal
    `unknown_case`, that is also counted as a look outside, and oversight is told. Whoever acts for
    no agency is not counted.

    Raises:
        Refusal: `too_many_looks`, above what the registry lets one person do in an hour.
    """
    if not by.agency:
        yield
        return
    met = _AT_ONCE.get()
    is_met = met is not None and by in met
    if not (is_met or onward.store.change(lambda connection: _is_allowed(onward, connection, by))):
        raise Refusal("too_many_looks", agency=by.agency)
    if met is not None:
        met.add(by)
    try:
        yield
    except Refusal as refusal:
        if refusal.reason == "unknown_case" and refusal.tells_oversight:
            onward.store.change(lambda connection: _note_outside(onward, connection, by))
        raise


def looks(onward: Onward, by: Principal, *, outside: bool = False) -> list[LookLine]:
    """How often each person or program looked, hour by hour, oldest first.

    Args:
        outside: only hours in which they looked at cases outside their agency's part, as counted
            in `LookLine.outside`.
    """
    authority.require(by, Right.OPERATE)
    query = select(_COUNTS).order_by(_COUNTS.c.hour, _COUNTS.c.agency, _COUNTS.c.person)
    if outside:
        query = query.where(_COUNTS.c.outside > 0)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
        told = notices_of(connection)
    return [
        LookLine(
            notices=told.get((row.hour.date(), row.agency), ()) if row.outside else (),
            **{name: getattr(row, name) for name in _COUNTED},
        )
        for row in rows
    ]


def _note_outside(onward: Onward, connection: Connection, by: Principal) -> None:
    row = _row(onward, by, _stands(connection))
    _begin(connection, row)
    _add(connection, row, "outside")
    tell_oversight(onward, connection, by.agency)


def _is_allowed(onward: Onward, connection: Connection, by: Principal) -> bool:
    """Count a look. Returns whether it is allowed; once the registry's limit for an hour is
    reached, the look is counted as refused instead.
    """
    stands = _stands(connection)
    row = _row(onward, by, stands)
    _begin(connection, row)
    is_allowed = _add(connection, row, "looks", stands.looks_an_hour)
    if not is_allowed:
        _add(connection, row, "refused")
    return is_allowed


def _stands(connection: Connection) -> Any:
    """The installation's only row: the time, and how many looks are allowed."""
    return first_row(connection, _STANDS, {})


def _row(onward: Onward, by: Principal, stands: Any) -> dict[str, object]:
    """The key of a counter: who looks, and in which hour."""
    now = onward.clock.within(stands.clock_at)
    hour = now.replace(minute=0, second=0, microsecond=0)
    return {"hour": hour, "agency": by.agency, "person": by.person or by.entered_by}


def _begin(connection: Connection, row: Mapping[str, object]) -> None:
    """Insert the row of this person and hour, unless there is one. Only this row is locked, so that
    nobody waits for others who are looking.
    """
    nothing = {"looks": 0, "outside": 0, "refused": 0}
    put_in(connection, LookCount, tuple(row), {**row, **nothing})


def _add(
    connection: Connection, row: Mapping[str, object], column: str, most: int | None = None
) -> bool:
    """Count one more look, unless there are already `most`. Returns whether it was counted."""
    of_it = {f"the_{name}": value for name, value in row.items()}
    limit = {} if most is None else {"most": most}
    return changed(connection, _one_more(column, tuple(row), bool(limit)), of_it | limit) > 0


@cache
def _one_more(column: str, names: tuple[str, ...], is_limited: bool) -> Update:
    counted = _COUNTS.c[column]
    is_of_it = (_COUNTS.c[name] == bindparam(f"the_{name}") for name in names)
    may = [counted < bindparam("most")] if is_limited else []
    return update(_COUNTS).where(*is_of_it, *may).values({column: counted + 1})

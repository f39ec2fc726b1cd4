"""Counts the cells of a table of figures in SQL; over other agencies' cases, in multiples of
eleven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    case,
    cast,
    func,
    select,
    values,
)

from casework.context import Onward
from casework.export_budget import AT_LEAST
from casework.figures.measures import PLACES, DaysTaken, Measure
from casework.figures.naming import Key
from models.columns import table_of
from models.definitions import PathwayVersion
from models.measuring import days_between

_VERSIONS = table_of(PathwayVersion)
_NINE_OF_TEN, _HALF = (9, 10), (1, 2)
_TENTHS = 10
"""Figures in days are rounded to tenths of a day."""
Values = dict[str, int | float | None]
Store = Callable[[Select[Any], dict[str, datetime]], Iterable[Any]]
"""Runs a query on the store."""


def placed(onward: Onward, connection: Connection) -> Store:
    """A `Store` that also knows the stage of each step in all published versions, which no column
    has.
    """
    versions = connection.scalars(select(_VERSIONS.c.id)).all()
    rows = [
        (version, step, plan.stage)
        for version in versions
        for step, plan in onward.library.pathway(connection, version).steps.items()
    ]
    found = values(*PLACES.c, name=PLACES.name, literal_binds=True).data(rows or [(0, "", "")])
    places = found.cte(PLACES.name)
    return lambda query, at: connection.execute(query.add_cte(places), at)


def counted(
    store: Store,
    measure: Measure,
    which: ColumnElement[bool],
    now: datetime,
    is_coarse: bool,
) -> dict[Key, Values]:
    """The figures of each row, by the row's key.

    Args:
        is_coarse: whether to count in multiples of `AT_LEAST`. Rows that would then show nothing
            but zeros and empty cells are left out.
    """
    at = {"now": now}
    found: dict[Key, Values] = {}
    width = len(measure.by)
    for row in store(_numbers(measure, which, is_coarse), at):
        found[tuple(row[:width])] = {
            name: _told(getattr(row, name), getattr(row, f"{name}_persons", None))
            for name in (*measure.counts, *measure.sums)
        }
    for span in measure.spans:
        told = _days(store, measure, span, which, at)
        many = _of_many(store, measure, span, which, at) if is_coarse else told.keys()
        for key, cells in found.items():
            cells |= told[key] if key in told and key in many else dict.fromkeys(span.columns)
    if not is_coarse:
        return found
    return {key: cells for key, cells in found.items() if any(cells.values())}


def _told(number: int | None, persons: int | None) -> int:
    """The number to show; for others' cases rounded down, and 0 if it concerns too few
    `persons`.
    """
    number = number or 0
    if persons is None:
        return number
    return number // AT_LEAST * AT_LEAST if persons >= AT_LEAST else 0


def _numbers(measure: Measure, which: ColumnElement[bool], is_coarse: bool) -> Select[Any]:
    keys = [expression.label(f"key_{kind}") for kind, expression in measure.by.items()]
    columns: list[Any] = [func.sum(each).label(name) for name, each in measure.sums.items()]
    for name, condition in measure.counts.items():
        columns.append(func.count(case((condition, 1))).label(name))
        if is_coarse:
            persons = func.count(case((condition, measure.person)).distinct())
            columns.append(persons.label(f"{name}_persons"))
    query = select(*keys, *columns).select_from(measure.of).where(which)
    return query.group_by(*measure.by.values())


def _spanning(
    measure: Measure, span: DaysTaken, which: ColumnElement[bool], *columns: Any
) -> Select[Any]:
    query = select(*measure.by.values(), *columns).select_from(measure.of)
    return query.where(which, span.first.is_not(None), span.last.is_not(None))


def _of_many(
    store: Store,
    measure: Measure,
    span: DaysTaken,
    which: ColumnElement[bool],
    at: dict[str, datetime],
) -> set[Key]:
    """The keys of the rows in which the time span is known for at least `AT_LEAST` persons."""
    persons = func.count(measure.person.distinct())
    query = _spanning(measure, span, which).group_by(*measure.by.values())
    return {tuple(row) for row in store(query.having(persons >= AT_LEAST), at)}


def _days(
    store: Store,
    measure: Measure,
    span: DaysTaken,
    which: ColumnElement[bool],
    at: dict[str, datetime],
) -> dict[Key, Values]:
    """For each row, the values of the time span's columns: in days, by nearest rank, rounded to a
    tenth of a day.

    The store counts how often each tenth of a day occurs, so that it need not rank or return every
    value.
    """
    tenths = cast(func.round(days_between(span.first, span.last) * _TENTHS), Integer)
    query = _spanning(measure, span, which, tenths.label("tenths"), func.count().label("often"))
    width = len(measure.by)
    often: dict[Key, dict[int, int]] = {}
    for row in store(query.group_by(*measure.by.values(), tenths), at):
        often.setdefault(tuple(row[:width]), {})[row.tenths] = row.often
    return {
        key: {
            name: _ranked(found, *share) / _TENTHS
            for name, share in zip(span.columns, (_HALF, _NINE_OF_TEN), strict=False)
        }
        for key, found in often.items()
    }


def _ranked(often: dict[int, int], over: int, under: int) -> int:
    """The smallest value that a given share of all values do not exceed."""
    wanted, met = sum(often.values()) * over, 0
    for value in sorted(often):
        met += often[value]
        if met * under >= wanted:
            return value
    raise ValueError(often)

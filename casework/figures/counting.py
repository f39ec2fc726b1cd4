"""Counts what a measure defines: exactly for operators and over an agency's own cases, and in large
steps over those of other agencies.

Over other agencies' cases, an agency with `oversight` in the registry reads only cells about eleven
persons or more, in multiples of eleven: the steps are as large as the smallest cell that may be
shown. Cases in which it has or once had a part are left out, since it knows those individually and
could subtract them. The period must be over. A measure that does not count the persons of cases,
such as `looks`, is always exact. An agency's figures over its own cases leave out cases that a bar
keeps from it.

Source: tables leave out cells of fewer than eleven if they are for readers outside the agency that
the cases belong to (M18, D17).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.export_budget import AT_LEAST
from casework.figures.cells import counted, placed
from casework.figures.measures import MEASURES, Kind, Measure, let_in, without_part
from casework.figures.naming import names_in
from casework.figures.years_and_quarters import Period, quarter_before
from casework.principal import Principal
from engine.agencies.registry import Registry
from engine.errors import Refusal
from engine.shut_out import meant_by
from engine.translation import OWN
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)


class Whose(StrEnum):
    """Whose cases are counted."""

    OWN = "own"
    """Cases that concern the agency that asks."""
    ALL = "all"
    """Everybody's cases; for an agency, those in which it has never had a part. A measure that only
    oversight may count leaves none out.
    """


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A row of figures."""

    of: tuple[str, ...]
    """What the row is about, in codes."""
    named: tuple[str, ...]
    """What the row is about, in the reader's words."""
    values: dict[str, int | float | None]
    """The value of each column. If there is nothing to count, or too few persons are concerned, a
    count is 0 and a number of days is None.
    """


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A table of figures."""

    measure: str
    by: tuple[Kind, ...]
    columns: tuple[str, ...]
    counted: frozenset[str]
    """The columns that are counts; the others are days."""
    whose: Whose
    period: Period | None
    at: datetime
    rows: tuple[Figure, ...]
    step: int
    """The step in which numbers are given: 1 if they are exact; with 11, a 22 stands for 22
    to 32.
    """


def figures(
    onward: Onward,
    name: str,
    by: Principal,
    *,
    whose: Whose | None = None,
    period: Period | None = None,
    language: str = OWN,
) -> Figures:
    """Count one measure.

    Args:
        whose: by default an agency's own cases, unless only oversight may count the measure; an
            operator always counts all.
        period: by default, the newest quarter that is over. A measure of how things are now has
            none.

    Raises:
        Refusal: `not_found` if there is no such measure; `not_allowed` for an agency without
            oversight that asks for others' cases, or for a measure that only oversight may count;
            `not_over` if the period is not over and others' cases are counted in steps.
    """
    authority.require(by, Right.MANAGE if by.agency else Right.WATCH)
    measure = MEASURES.get(name)
    if measure is None:
        raise Refusal("not_found.figure", name=name, known=tuple(MEASURES))
    with onward.store.read() as connection:
        now, oversight, version = _installed(onward, connection)
        whose = _whose(measure, by, whose, oversight)
        is_coarse = whose is Whose.ALL and bool(by.agency) and measure.person is not None
        asked = None if measure.at is None else period or quarter_before(now)
        if asked and is_coarse and not asked.is_over(now):
            raise Refusal("not_over.period", period=str(asked))
        store = placed(onward, connection) if measure.is_placed else connection.execute
        registry = onward.library.reference(connection, version).registry
        which = _which(measure, by, whose, asked, registry)
        found = counted(store, measure, which, now, is_coarse)
        words = names_in(
            onward, connection, tuple(measure.by), found, language, is_bystander=is_coarse
        )
    rows = (
        Figure(of=words.codes(key), named=words.said(key), values=values)
        for key, values in found.items()
    )
    return Figures(
        measure=name,
        by=tuple(measure.by),
        columns=measure.columns,
        counted=frozenset((*measure.counts, *measure.sums)),
        whose=whose,
        period=asked,
        at=now,
        rows=tuple(sorted(rows, key=lambda row: _place(measure, row))),
        step=AT_LEAST if is_coarse else 1,
    )


def _place(measure: Measure, row: Figure) -> tuple[object, ...]:
    """The sort key of a row: rows of one pathway stand together, the largest number in the first
    column first.
    """
    most = row.values[measure.columns[0]] or 0
    return (*row.named[:-1], -most, row.named[-1])


def may_count(onward: Onward, by: Principal) -> tuple[dict[str, tuple[Whose, ...]], datetime]:
    """The measures that somebody may count, and for each of them, over whose cases, beginning with
    their own. Also returns the time.
    """
    authority.require(by, Right.MANAGE if by.agency else Right.WATCH)
    with onward.store.read() as connection:
        now, oversight, _ = _installed(onward, connection)
    oversees = not by.agency or by.agency in oversight
    found = {
        name: tuple(
            each
            for each, may in (
                (Whose.OWN, bool(by.agency) and measure.own is not None),
                (Whose.ALL, oversees),
            )
            if may
        )
        for name, measure in MEASURES.items()
    }
    return {name: whose for name, whose in found.items() if whose}, now


def _installed(onward: Onward, connection: Connection) -> tuple[datetime, list[str], int]:
    columns = _INSTALLATION.c.clock_at, _INSTALLATION.c.oversight, _INSTALLATION.c.reference_version
    row = connection.execute(select(*columns)).one()
    return onward.clock.within(row.clock_at), row.oversight, row.reference_version


def _whose(measure: Measure, by: Principal, wanted: Whose | None, oversight: list[str]) -> Whose:
    """Whose cases to count. Raises Refusal `not_allowed` for an agency without oversight that asks
    for others' cases, or for a measure that only oversight may count.
    """
    if not by.agency:
        return Whose.ALL
    whose = wanted or (Whose.OWN if measure.own else Whose.ALL)
    if (whose is Whose.ALL or measure.own is None) and by.agency not in oversight:
        raise Refusal("not_allowed.figures", agency=by.agency)
    return Whose.ALL if measure.own is None else whose


def _which(
    measure: Measure, by: Principal, whose: Whose, period: Period | None, registry: Registry
) -> ColumnElement[bool]:
    which = [measure.where]
    if period:
        which += [measure.at >= period.first, measure.at < period.until]
    if measure.own is None or not by.agency:
        return and_(*which)
    if whose is Whose.OWN:
        let = let_in(by.agency, meant_by(registry, by.agency))
        return and_(*which, measure.own(by.agency), let)
    return and_(*which, without_part(by.agency))

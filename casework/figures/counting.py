"""Counts what a measure says: exactly over the reader's own cases, and in large steps over those of others.

Over other agencies' cases an agency of the registry's `oversight` reads in whole elevens what concerns
eleven persons or more, and nothing else: the cells are as coarse as the smallest that may be shown. Cases in
which it has or had a part are not among them, since it knows those one by one and could take them off. Periods
have to be over. Of a case that a bar keeps from an agency nothing is counted for it.

Source: tables outside the agency whose cases they are leave out cells of fewer than eleven (M18, D17).
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
    """What concerns the agency that asks."""
    ALL = "all"
    """Everybody's; for an agency, those in which it has no part."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A row of figures."""

    of: tuple[str, ...]
    """What it is about, in codes."""
    named: tuple[str, ...]
    """The same as its reader says it."""
    values: dict[str, int | float | None]
    """By column; None if there is nothing to count, or too few persons."""


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
    """1, or in which steps numbers are told: 22 is then 22 to 32."""


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
        whose: for an agency its own cases if nothing is said; an operator counts all.
        period: the newest quarter that is over if nothing is said.

    Raises:
        Refusal: `not_found` for no such measure; `not_allowed` to an agency without oversight, for what only
            that may count; `not_over` for a period of others' cases that still runs.
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
    """Pathway by pathway, and what is most first."""
    most = row.values[measure.columns[0]] or 0
    return (*row.named[:-1], -most, row.named[-1])


def may_count(onward: Onward, by: Principal) -> tuple[dict[str, tuple[Whose, ...]], datetime]:
    """What somebody may count, by measure, whose cases first that are theirs; and the time it is."""
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
    """Raises Refusal `not_allowed` to an agency that would count others' cases without oversight."""
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

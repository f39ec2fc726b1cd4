"""Exports cases in the columns of a standard, one line each, without revealing whose it is.

The lines contain no case code, agency or day. A line is exported only if enough others are
identical in every column, so that nobody can find the line of a person they know (domain rule D17).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework import authority, companions, log
from casework.authority import Right
from casework.context import Onward
from casework.export_log import ExportRecord, write_down
from casework.held import CASES
from casework.principal import Principal
from engine.code_lists import CodeList
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.records import STATES
from engine.state import State
from engine.statuses import CasePhase
from models.columns import table_of
from models.definitions import Installation

_INSTALLATION = table_of(Installation)

AT_LEAST = 11
"""Source: the CTDC's global dataset leaves out combinations shared by fewer than eleven (D17)."""
OWN_COLUMNS = ("pathway", "opened", "end_kind", "open_for")
"""Columns before those of the standard: pathway, year of opening, kind of end, days until then
as a band.
"""
_BANDS = ((30, "0-30"), (90, "31-90"), (180, "91-180"))
"""Upper limits in days. Source: ageing buckets of open cases (M4)."""
_LONGEST = "181+"
_PAGE = 500

Line = tuple[str, ...]


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to export."""

    codes: str
    pathways: tuple[str, ...] = ()
    """All that have the list, if none is named."""
    since: date | None = None
    until: date | None = None
    """First and last day of opening, in UTC."""
    at_least: int = AT_LEAST
    """How many persons must have identical lines."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """The sorted lines, and what was left out."""

    number: int
    """Its number in the record of exports."""
    made_at: datetime
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int
    """Cases of persons with too few others like them."""
    without_codes: int
    """Cases of versions that do not have the list."""
    erased: int


class _Found:
    """What was read: the cells of each case with its person, and how many cases had none."""

    def __init__(self) -> None:
        self.cells: list[tuple[int, dict[str, str]]] = []
        self.without_codes = self.erased = 0


def export(onward: Onward, wanted: ExportOrder, by: Principal) -> Exported:
    """Export the cases of an installation, except duplicates. The export is recorded first.

    Raises:
        Refusal: `unknown_agency`, `no_person`, `too_few` if `at_least` is below one, `no_period`
            for a period that ends before it begins, `no_codes` if no published pathway has the
            list, or
            `unknown_pathway`.
    """
    authority.require(by, Right.READ)
    if not by.person:
        raise Refusal("no_person.export")
    if wanted.at_least < 1:
        raise Refusal("too_few")
    if wanted.since and wanted.until and wanted.since > wanted.until:
        since, until = f"{wanted.since:%Y-%m}", f"{wanted.until:%Y-%m}"
        raise Refusal("no_period", since=since, until=until)
    with onward.store.read() as connection:
        _require_known(onward, connection, by.agency)
        lists = _lists(connection, wanted.codes)
        names = {onward.library.pathway(connection, each).name for each in lists}
        for name in wanted.pathways:
            if name not in names:
                raise Refusal("unknown_pathway.without_codes", pathway=name, codes=wanted.codes)
        found = _read(onward, connection, wanted, lists)
    columns = (*OWN_COLUMNS, *_columns_of(lists.values()))
    lines = _alike(found.cells, columns, wanted.at_least)
    asked, cases = msgspec.structs.asdict(wanted), len(found.cells)
    record = ExportRecord(
        **asked, cases=cases, lines=len(lines), content_hash=_hash(columns, lines)
    )
    number, made_at = write_down(onward, record, by)
    return Exported(
        number=number,
        made_at=made_at,
        columns=columns,
        lines=lines,
        left_out=cases - len(lines),
        without_codes=found.without_codes,
        erased=found.erased,
    )


def _alike(
    cells: Iterable[tuple[int, dict[str, str]]], columns: Line, at_least: int
) -> tuple[Line, ...]:
    """The lines shared by enough persons, sorted so that their order reveals nothing.

    Persons are counted, not cases: a person with several cases gives nobody else cover.
    """
    every = [(person, tuple(each.get(name, "") for name in columns)) for person, each in cells]
    alike = Counter(line for _, line in set(every))
    return tuple(sorted(line for _, line in every if alike[line] >= at_least))


def _hash(columns: Line, lines: tuple[Line, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode([columns, *lines])).hexdigest()


def _require_known(onward: Onward, connection: Connection, agency: str) -> None:
    version = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    if agency not in onward.library.reference(connection, version).registry.by_code:
        raise Refusal("unknown_agency.none", agency=agency)


def _lists(connection: Connection, name: str) -> dict[int, CodeList]:
    """The list in force for each version of a pathway."""
    kept = companions.newest(connection, "codes")
    found = {
        version: msgspec.convert(body, CodeList) for version, each, body in kept if each == name
    }
    if not found:
        raise Refusal("no_codes", codes=name)
    return found


def _columns_of(lists: Iterable[CodeList]) -> list[str]:
    return list(dict.fromkeys(column for each in lists for column in each.columns))


def _read(
    onward: Onward, connection: Connection, wanted: ExportOrder, lists: dict[int, CodeList]
) -> _Found:
    found = _Found()
    for row in _rows(connection, wanted):
        codes = lists.get(row.pathway_version_id)
        if row.wrapped_key is None:
            found.erased += 1
        elif codes is None:
            found.without_codes += 1
        else:
            cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(row.code))
            state = STATES.decode(cipher.open(row.sealed_state, log.place_of_state(row.code)))
            pathway = onward.library.pathway(connection, row.pathway_version_id)
            cells = _own(pathway, state) | codes.line_of(pathway, state)
            found.cells.append((row.person_id, cells))
    return found


def _rows(connection: Connection, wanted: ExportOrder) -> Iterator[Any]:
    """The cases in row order; merged ones are skipped as duplicates (D17)."""
    names = ("id", "code", "pathway_version_id", "person_id", "wrapped_key", "sealed_state")
    query = select(*(CASES.c[name] for name in names)).where(CASES.c.status != CasePhase.MERGED)
    if wanted.pathways:
        query = query.where(CASES.c.pathway.in_(wanted.pathways))
    if wanted.since:
        query = query.where(CASES.c.opened_at >= _midnight(wanted.since))
    if wanted.until:
        query = query.where(CASES.c.opened_at < _midnight(wanted.until + timedelta(days=1)))
    last = 0
    while page := connection.execute(
        query.where(CASES.c.id > last).order_by(CASES.c.id).limit(_PAGE)
    ).all():
        yield from page
        last = page[-1].id


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _own(pathway: Pathway, state: State) -> dict[str, str]:
    """Our own columns: no day, no number of days, no case code."""
    opened, ended = state.moments["case.opened"], state.moments.get("case.ended")
    is_over = bool(state.end) and ended is not None
    return {
        "pathway": pathway.name,
        "opened": str(opened.year),
        "end_kind": pathway.ends[state.end].kind if is_over else "",
        "open_for": _band((ended - opened).days) if is_over and ended else "",
    }


def _band(days: int) -> str:
    return next((name for most, name in _BANDS if days <= most), _LONGEST)

"""Exports cases in the columns of a standard, one line each, without revealing whose line it is.

The lines contain no case code, agency or day. Except in an export of an agency's own cases, a line
is exported only if enough others are identical in every column, so that nobody can find the line of
a person they know (domain rule D17).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from casework import authority, companions
from casework.authority import Right
from casework.context import Onward
from casework.export_budget import AT_LEAST, Line
from casework.export_log import ExportRecord, write_down
from casework.exportable import Exportable, ExportOrder, exportable
from casework.principal import Principal
from casework.reference import Reference
from engine.code_lists import CodeList
from engine.errors import Refusal
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)

OWN_COLUMNS = ("pathway", "opened", "end_kind", "open_for")
"""Onward's own columns, which come before those of the standard: pathway, year of opening, kind of
end, and a band for the number of days until the end.
"""
_BANDS = ((30, "0-30"), (90, "31-90"), (180, "91-180"))
"""Upper limits in days, with the bands' names. Source: ageing buckets of open cases (M4)."""
_LONGEST = "181+"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """The sorted lines, and how many of the cases in which the agency has had a part were
    left out.
    """

    number: int
    """The number of this export in the record of exports."""
    made_at: datetime
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int
    """Cases left out because too few persons share their line."""
    without_codes: int
    """Cases left out because their version does not have the code list."""


def export(onward: Onward, wanted: ExportOrder, by: Principal) -> Exported:
    """Export those of the wanted cases that the agency may export, and record the export.

    A line that fewer than `AT_LEAST` persons share is given only to an agency that exports its own
    cases. About cases in which it has never had a part, the agency learns nothing but the lines.

    Raises:
        Refusal: `unknown_agency`, `no_person`, `too_few` if `at_least` is too low, `no_period` for
            a period that ends before it begins, `no_codes` if no published pathway has the list,
            `unknown_pathway` if a wanted pathway does not have it, `too_near` if an earlier export
            is too similar, or `too_many` if the agency has none left this month.
    """
    authority.require(by, Right.READ)
    _require_sound(wanted, by)
    with onward.store.read() as connection:
        known = _reference(onward, connection, by.agency)
        lists = _lists(connection, wanted.codes)
        names = {onward.library.pathway(connection, each).name for each in lists}
        for name in wanted.pathways:
            if name not in names:
                raise Refusal("unknown_pathway.without_codes", pathway=name, codes=wanted.codes)
        every = [*exportable(onward, connection, wanted, by.agency, known)]
    columns = (*OWN_COLUMNS, *_columns_of(lists.values()))
    coded = [each for each in every if each.version_id in lists]
    cells = [(each, _line_of(each, lists[each.version_id], columns)) for each in coded]
    alike = _alike(cells, wanted.at_least)
    # Sorted, so that their order reveals nothing.
    lines = tuple(sorted(line for _, line in cells if line in alike))
    record = ExportRecord(
        **msgspec.structs.asdict(wanted),
        cases=len(cells),
        lines=len(lines),
        content_hash=_hash(columns, lines),
    )
    compared = ((each.code, line if line in alike else None) for each, line in cells)
    number, made_at = write_down(onward, record, by, compared)
    return Exported(
        number=number,
        made_at=made_at,
        columns=columns,
        lines=lines,
        left_out=sum(each.has_part and line not in alike for each, line in cells),
        without_codes=sum(each.has_part and each.version_id not in lists for each in every),
    )


def _require_sound(wanted: ExportOrder, by: Principal) -> None:
    if not by.person:
        raise Refusal("no_person.export")
    if wanted.at_least < 1:
        raise Refusal("too_few")
    if wanted.at_least < AT_LEAST and not wanted.own:
        raise Refusal("too_few.others", n=AT_LEAST)
    if wanted.since and wanted.until and wanted.since > wanted.until:
        since, until = f"{wanted.since:%Y-%m}", f"{wanted.until:%Y-%m}"
        raise Refusal("no_period", since=since, until=until)


def _alike(cells: Iterable[tuple[Exportable, Line]], at_least: int) -> set[Line]:
    """The lines shared by enough persons.

    Persons are counted, not cases: however many cases a person has, their line counts once.
    """
    persons = {(each.person_id, line) for each, line in cells}
    alike = Counter(line for _, line in persons)
    return {line for line, number in alike.items() if number >= at_least}


def _line_of(case: Exportable, codes: CodeList, columns: Line) -> Line:
    said = _own(case) | codes.line_of(case.pathway, case.state, case.is_seen)
    return tuple(said.get(name, "") for name in columns)


def _hash(columns: Line, lines: tuple[Line, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode([columns, *lines])).hexdigest()


def _reference(onward: Onward, connection: Connection, agency: str) -> Reference:
    version = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    known = onward.library.reference(connection, version)
    if agency not in known.registry.by_code:
        raise Refusal("unknown_agency.none", agency=agency)
    return known


def _lists(connection: Connection, name: str) -> dict[int, CodeList]:
    """The code list of this name for each version that has it, by the id of the version's row.
    Raises Refusal `no_codes` if no version has it.
    """
    kept = companions.newest(connection, "codes")
    found = {
        version: msgspec.convert(body, CodeList) for version, each, body in kept if each == name
    }
    if not found:
        raise Refusal("no_codes", codes=name)
    return found


def _columns_of(lists: Iterable[CodeList]) -> list[str]:
    return list(dict.fromkeys(column for each in lists for column in each.columns))


def _own(case: Exportable) -> dict[str, str]:
    """The cells in Onward's own columns. They contain no day, number of days or case code."""
    pathway, state = case.pathway, case.state
    opened, ended = state.moments["case.opened"], state.moments.get("case.ended")
    is_over = bool(state.end) and ended is not None and case.is_seen("case.end")
    return {
        "pathway": pathway.name,
        "opened": str(opened.year),
        "end_kind": pathway.ends[state.end].kind if is_over else "",
        "open_for": _band((ended - opened).days) if is_over and ended else "",
    }


def _band(days: int) -> str:
    return next((name for most, name in _BANDS if days <= most), _LONGEST)

"""Limits what can be learnt by comparing exports: sets how much two exports must differ, and how
many an agency may make.

If two exports differ by a few cases, comparing them reveals those cases' lines (D17). In exports of
an agency's own cases, a comparison reveals nothing that the agency must not read anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from casework.marks import mark
from engine.errors import Refusal
from models.columns import table_of
from models.exports import Export
from models.installation import Installation

_EXPORTS, _INSTALLATION = table_of(Export), table_of(Installation)

AT_LEAST = 11
"""How many persons must share a line, and in how many cases two exports must differ, if at all.

Source: the CTDC's global dataset leaves out combinations shared by fewer than eleven (D17).
"""
_MARK = 8
_NO_LINE = bytes(_MARK)

Line = tuple[str, ...]
Compared = Mapping[bytes, bytes]
"""The cases of an export as marks, each with the mark of its line; `_NO_LINE` for a case whose line
was not exported.
"""


def marks_of(secret: bytes, cases: Iterable[tuple[str, Line | None]]) -> bytes:
    """The marks of an export, which are kept so that later exports can be compared with it.

    Without the installation's secret, a mark reveals nothing: no code, no answer, not even which
    cases have the same line.

    Args:
        cases: the codes of cases, each with its line; None if the line is not exported.
    """
    found = {
        _short(secret, "exported case", code): _short(secret, "exported line", code, line)
        if line is not None
        else _NO_LINE
        for code, line in cases
    }
    return b"".join(case + found[case] for case in sorted(found))


def _short(secret: bytes, *parts: object) -> bytes:
    return mark(secret, *parts)[:_MARK]


def has_left(secret: bytes, marks: bytes, code: str) -> bool:
    """Whether the line of a case is in an export, judging by the export's marks."""
    line = _compared(marks).get(_short(secret, "exported case", code), _NO_LINE)
    return _is_line(line)


def require_apart(connection: Connection, agency: str, codes: str, marks: bytes) -> None:
    """Refuse an export that differs in only a few cases from an earlier export by the agency with
    the same list of codes.

    Two exports may differ in their cases or only in the lines: a case that has gone on since then
    has a different line. Exports are compared across all pathways and periods, since an agency
    could choose these so that only a few cases differ. Exports of the agency's own cases are not
    compared.

    Raises:
        Refusal: `too_near`.
    """
    now, of_agency = _compared(marks), _EXPORTS.c.agency == agency
    query = select(_EXPORTS.c.number, _EXPORTS.c.made_at, _EXPORTS.c.marks).where(
        of_agency, _EXPORTS.c.codes == codes, ~_EXPORTS.c.own, _EXPORTS.c.marks.is_not(None)
    )
    for row in connection.execute(query.order_by(_EXPORTS.c.number)):
        if _is_near(_compared(row.marks), now):
            day = row.made_at.date()
            raise Refusal("too_near.export", export=row.number, day=day)


def require_left(connection: Connection, agency: str, now: datetime) -> None:
    """Refuse more exports in a month (in UTC) than the registry allows.

    Raises:
        Refusal: `too_many`.
    """
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    most = connection.execute(select(_INSTALLATION.c.exports_a_month)).scalar_one()
    made: Any = (_EXPORTS.c.agency == agency) & (_EXPORTS.c.made_at >= since)
    if connection.execute(select(func.count()).where(made)).scalar_one() >= most:
        raise Refusal("too_many.exports", agency=agency, n=most)


def _compared(marks: bytes) -> Compared:
    ends = range(0, len(marks), 2 * _MARK)
    return {marks[at : at + _MARK]: marks[at + _MARK : at + 2 * _MARK] for at in ends}


def _is_near(before: Compared, now: Compared) -> bool:
    if not (any(map(_is_line, before.values())) or any(map(_is_line, now.values()))):
        return False  # neither reveals anything about anybody
    cases = len(before.keys() ^ now.keys())
    lines = sum(before.get(each, _NO_LINE) != now.get(each, _NO_LINE) for each in {*before, *now})
    return 0 < cases < AT_LEAST or 0 < lines < AT_LEAST


def _is_line(line: bytes) -> bool:
    return line != _NO_LINE

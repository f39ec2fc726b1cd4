"""Reads files of rows: CSV, workbooks (XLSX, ODS), JSON. Each row has its number, and its cells
as text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec

from engine.errors import CodedError, why_of
from engine.message import Message, message
from models.plain_text import is_storable, made_storable
from onward.authoring.pathway_files import read

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_SEPARATORS = ",;\t"


class TableLine(msgspec.Struct, frozen=True):
    """One row, with its cells by column.

    Args:
        number: counted from 1: the line (CSV) or row (workbook) in which it begins, or its place
            in the list (JSON).
    """

    number: int
    cells: Mapping[str, str]
    fault: Message | None = None
    """Why the row cannot be read; None if it can."""
    rest: str = ""
    """Whatever fits no column, kept as one text so that nothing is lost: surplus cells, nested JSON
    values, or an entry that is not an object.
    """


class Table(msgspec.Struct, frozen=True):
    """A file of rows."""

    columns: tuple[str, ...]
    lines: tuple[TableLine, ...]


def read_table(file: Path) -> Table:
    """Read a file according to its extension; of a workbook, only the first sheet. Empty rows of a
    CSV or workbook are skipped.

    Raises:
        EngineError, OSError: the file cannot be read, its extension is not known, it has no
            columns, a column has no name or a duplicate one, or there is one column and every row
            has more cells.
    """
    if not file.is_file():
        raise CodedError(message("file.none", file=str(file)))
    ending = file.suffix.lower()
    if ending == ".json":
        return _of_json(file)
    if ending in _WORKBOOKS:
        return _of_rows(file, _workbook(file))
    if ending in (".csv", ".tsv", ".txt"):
        return _of_rows(file, _csv(file))
    raise CodedError(message("table.no_kind", file=str(file)))


def _csv(file: Path) -> Iterator[tuple[int, list[str]]]:
    text = read(file).removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    # The most frequent separator in the heading: `;` in places where a comma is the decimal point.
    separator = max(_SEPARATORS, key=heading.count)
    # Strict: an unclosed quote would turn all the rows after it into one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    last = 0
    # Whether a text is too long is for its field to say, not for the reader of the file.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        for cells in reader:
            yield last + 1, cells  # a cell may have several lines; the row begins at the first
            last = reader.line_num
    except csv.Error:
        raise CodedError(message("table.no_row", file=str(file), row=last + 1)) from None


def _workbook(file: Path) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        said = message("table.no_workbook", file=str(file), why=why_of(error))
        raise CodedError(said) from None
    for number, row in enumerate(rows, 1):
        yield number, [_text(cell) for cell in row]


def _text(cell: object) -> str:
    """A cell as somebody would have typed it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _of_rows(file: Path, rows: Iterator[tuple[int, list[str]]]) -> Table:
    heading = next((cells for _, cells in rows), [])
    columns = tuple(cell.strip() for cell in heading)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if not columns:
        raise CodedError(message("table.empty", file=str(file)))
    for place, name in enumerate(columns, 1):
        if not name:
            raise CodedError(message("table.unnamed", file=str(file), place=place))
        if columns.index(name) + 1 != place:
            raise CodedError(message("table.named_twice", file=str(file), column=name))
    told = [(number, cells) for number, cells in rows if any(map(str.strip, cells))]
    lines = tuple(_line(number, columns, cells) for number, cells in told)
    if len(columns) == 1 and lines and all(line.rest for line in lines):
        raise CodedError(message("table.all_too_wide", file=str(file)))
    return Table(columns, lines)


def _line(number: int, columns: tuple[str, ...], cells: list[str]) -> TableLine:
    named, surplus = dict(zip(columns, cells, strict=False)), cells[len(columns) :]
    if not any(map(str.strip, surplus)):
        return TableLine(number, named)
    rest = io.StringIO()
    csv.writer(rest, lineterminator="").writerow(surplus)
    return TableLine(number, named, message("row.too_wide"), rest.getvalue())


def _of_json(file: Path) -> Table:
    try:
        lines = _lines_of_json(file)
    except json.JSONDecodeError as error:
        line, place = error.lineno, error.colno
        raise CodedError(message("table.no_json", file=str(file), line=line, place=place)) from None
    except RecursionError:
        raise CodedError(message("table.too_deep", file=str(file))) from None
    except ValueError:  # a whole number with thousands of digits
        raise CodedError(message("table.too_long", file=str(file))) from None
    return Table(tuple(dict.fromkeys(name for line in lines for name in line.cells)), lines)


def _lines_of_json(file: Path) -> tuple[TableLine, ...]:
    found = json.loads(read(file), object_pairs_hook=_Object)
    if not isinstance(found, list) or isinstance(found, _Object) or not found:
        raise CodedError(message("table.no_list", file=str(file)))
    return tuple(_of_object(file, number, each) for number, each in enumerate(found, 1))


class _Object(list[tuple[str, object]]):
    """A JSON object with all its pairs; a dictionary would keep only the last of two equal
    names.
    """


def _of_object(file: Path, number: int, row: object) -> TableLine:
    if not isinstance(row, _Object):
        return TableLine(number, {}, message("row.no_row"), _as_json(row))
    cells: dict[str, str] = {}
    for key, cell in row:
        name = made_storable(key).strip()
        if not name:
            raise CodedError(message("table.value_unnamed", file=str(file), row=number))
        if name in cells:
            raise CodedError(message("table.value_twice", file=str(file), row=number, column=name))
        cells[name] = _of_value(cell)
    nested = _Object(pair for pair in row if _is_nested(pair[1]))
    broken = next((name for name, cell in cells.items() if not is_storable(cell)), None)
    if broken:
        cells = {name: made_storable(cell) for name, cell in cells.items()}
        rest = _as_json(nested) if nested else ""
        return TableLine(number, cells, message("row.half_character", column=broken), rest)
    if not nested:
        return TableLine(number, cells)
    return TableLine(
        number, cells, message("row.nested", column=nested[0][0].strip()), _as_json(nested)
    )


def _is_nested(cell: object) -> bool:
    if isinstance(cell, _Object):
        return True
    return isinstance(cell, list) and any(isinstance(each, list) for each in cell)


def _as_json(value: object) -> str:
    """A value as JSON text again, with all pairs of its objects."""
    if isinstance(value, _Object):
        return f"{{{', '.join(f'{_as_json(name)}: {_as_json(each)}' for name, each in value)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_json, value))}]"
    return made_storable(json.dumps(value, ensure_ascii=False))


def _of_value(cell: object) -> str:
    if _is_nested(cell):
        return ""
    if isinstance(cell, list):
        return ",".join(map(_text, cell))
    return _text(cell)

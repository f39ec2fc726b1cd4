"""Files of rows: as people's programs write them, each row with the number that its editor shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import CodedError
from engine.message import message
from onward.intake.tables import TableLine, read_table
from wording.sentences import in_words


def table(folder: Path, text: str, name: str = "in.csv") -> list[TableLine]:
    file = folder / name
    file.write_bytes(text.encode())
    return list(read_table(file).lines)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_cells_are_parted_by_what_parts_the_heading(tmp_path: Path, separator: str) -> None:
    """A spreadsheet of another country writes semicolons, and a mark before the first letter."""
    text = "\ufeff" + separator.join(("name", "nights")) + "\r\n" + separator.join(("A", "3"))
    assert table(tmp_path, text) == [TableLine(2, {"name": "A", "nights": "3"})]


def test_rows_are_numbered_as_the_editor_shows_them(tmp_path: Path) -> None:
    """A cell of several lines and empty rows count; a row without text is none."""
    text = 'name,nights\n"A\nof two",1\n\n,\nB,2\n'
    lines = table(tmp_path, text)
    assert [(line.number, line.cells["nights"]) for line in lines] == [(2, "1"), (6, "2")]


def test_a_row_with_too_many_cells_is_no_row_with_fewer(tmp_path: Path) -> None:
    """What stands behind the last column would be lost."""
    (line,) = table(tmp_path, "name,nights\nA,3,Text\n")
    assert line.fault == message("row.too_wide")
    assert line.rest == "Text"
    (line,) = table(tmp_path, "name,nights\nA,3,,\n")
    assert line.fault is None


def test_json_says_what_a_spreadsheet_would(tmp_path: Path) -> None:
    """Truth, numbers and lists as texts; what is nested or no row is told as such."""
    rows = [{"a": True, "b": 3.0, "c": ["x", "y"], "d": None}, {"a": {"b": 1}}, {"a": [[1]]}, 7]
    first, nested, deeper, none = table(tmp_path, json.dumps(rows), "in.json")
    assert first == TableLine(1, {"a": "yes", "b": "3", "c": "x,y", "d": ""})
    assert nested.fault == message("row.nested", column="a")
    assert nested.rest == '{"a": {"b": 1}}'
    assert (deeper.fault, deeper.rest) == (nested.fault, '{"a": [[1]]}')
    assert none.fault == message("row.no_row")
    assert none.rest == "7"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("in.csv", "Arrivals\n\nname,nights\nA,3\n", "does the first row name the columns?"),
        ("in.csv", ",Arrivals\nname,nights\nA,3\n", "does the first row name the columns?"),
        ("in.json", "{", "in.json:1:2: this is not JSON"),
        ("in.json", "[]", "holds no list of rows"),
        ("in.json", '{"a": 1}', "holds no list of rows"),
        ("in.json", '[{"a": 1}, {"a": 1, "a": 2}]', "in.json:2: two values are named a"),
        ("in.json", '[{"a": 1, "a ": 2}]', "in.json:1: two values are named a"),
        ("in.json", '[{"": 1}]', "in.json:1: a value has no name"),
        ("in.json", "[" * 100_000, "is nested too deep"),
        ("in.json", f'[{{"a": {"1" * 5000}}}]', "holds a number that is too long"),
        ("in.xlsx", "no workbook", "cannot be read as a workbook"),
        ("in.pdf", "", "does not end in .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods or .json"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    """In words, with the place where there is one."""
    with pytest.raises(CodedError) as refused:
        table(tmp_path, text, name)
    assert said in in_words(refused.value.message, "en")
    with pytest.raises(CodedError, match=r"file\.none"):
        read_table(tmp_path / "nothing.csv")

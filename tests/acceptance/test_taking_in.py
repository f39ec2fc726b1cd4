"""`onward open --from`: files of rows become cases, each once, and no row is lost."""

from __future__ import annotations

import csv
import json
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from casework.bootstrap import connect
from casework.held_case import hold
from tests.desk import PATHWAY, REGISTRY, Desk, Prepare

CODES = """\
codes: htcds
columns:
  prs_Country: side.origin.country
  own_Risk: {from: risk, values: {low: Low, high: High}, unknown: NotKnown}
  own_Visit: {from: wants_visit, values: {yes: Wanted, no: NotWanted}}
"""
CANARY = "Canary Q. Plainsong"
HEADING = ("reference", "opened_at", "full_name", "home_country", "nights", "own_Visit", "own_Risk")
GOOD = {
    "reference": "A-1",
    "opened_at": "2026-03-02 10:00",
    "full_name": CANARY,
    "home_country": "NG",
    "nights": "3",
    "own_Visit": "Wanted",
    "own_Risk": "Low",
}
POLL_SECONDS = 0.02
HERE = ("passage", "--country", "GH", "--as", "GH-GPS", "--person", "ama")


@pytest.fixture(scope="module")
def prepare() -> Prepare:
    """Passage is published, with a list of codes."""
    return with_codes


def with_codes(desk: Desk) -> None:
    pathway = desk.folder / "town" / "passage.yaml"
    pathway.parent.mkdir()
    pathway.write_text(PATHWAY)
    pathway.with_name("passage.htcds.yaml").write_text(CODES)
    desk.load(REGISTRY)
    desk.do("publish", str(pathway))
    for name in ("in.csv", "in.json", "in.xlsx"):
        (desk.folder / name).touch(0o600)  # what is known of people is for nobody else's eyes


def write(file: Path, rows: Sequence[Mapping[str, Any]], heading: Sequence[str] = HEADING) -> Path:
    file.touch(0o600)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, heading)
        writer.writeheader()
        writer.writerows(rows)
    return file


def taken(desk: Desk, file: Path, *words: str) -> str:
    return desk.do("open", *HERE, "--from", str(file), *words)


def answered(desk: Desk, code: str) -> dict[str, object]:
    """What stands in the case; no command shows it to an operator."""
    with (
        mock.patch.dict(os.environ, desk.environment),
        closing(connect()) as onward,
        onward.store.read() as connection,
    ):
        return dict(hold(onward, connection, code, lock=False).state.data)


def test_a_row_becomes_a_case_whose_first_form_is_filled_in(desk: Desk) -> None:
    """Its answers, those in the codes of a standard among them; the moment is of the agency's zone."""
    said = taken(desk, write(desk.folder / "in.csv", [GOOD]))
    assert said == "1 row: 1 opened; 0 taken in before; 0 rejected\n"

    (case,) = desk.json("cases")
    assert f"Full name: {CANARY}" in desk.do("person", case["code"], "--as", "GH-GPS")
    opened, filled_in = desk.json("log", case["code"])[:2]
    assert opened["occurred_at"].startswith("2026-03-02T10:00:00")
    assert filled_in["person"] == "ama"
    assert answered(desk, case["code"]) == {
        "home_country": "NG",
        "nights": 3,
        "wants_visit": True,
        "risk": "low",
    }
    assert desk.do("verify").startswith("1 case (3 entries): 0 with faults")


def test_protected_answers_alone_open_a_case_and_leave_its_form_open(desk: Desk) -> None:
    """As `--identity` does."""
    file = write(desk.folder / "in.csv", [{"full_name": CANARY}], ["full_name"])
    taken(desk, file)
    (case,) = desk.json("cases")
    assert [task["step"] for task in desk.json("tasks", "--as", "GH-GPS")] == ["talk"]
    assert f"Full name: {CANARY}" in desk.do("person", case["code"], "--as", "GH-GPS")


def test_each_bad_row_is_told_with_its_column_and_reason_and_no_other_row_suffers(
    desk: Desk,
) -> None:
    """By file, row and column, without a word of what it says; the rejected rows can be mended."""
    bad = {
        3: {"nights": CANARY},
        4: {"home_country": CANARY, "own_Risk": CANARY},
        5: {"opened_at": CANARY},
        6: {"nights": ""},
        7: {"reference": "A-1"},
        8: {"own_Visit": "wanted"},
    }
    rows = [GOOD, *(GOOD | {"reference": f"B-{row}"} | cells for row, cells in bad.items())]
    file = write(desk.folder / "in.csv", [*rows, GOOD | {"reference": "C"}])

    done = desk.run("open", *HERE, "--from", str(file))

    assert done.returncode == 1
    assert done.stdout == "8 rows: 2 opened; 0 taken in before; 6 rejected\n"
    *told, where = done.stderr.splitlines()
    assert told == [
        f"{file}:3: nights: this is not a number, or is too large",
        f"{file}:4: home_country: this is not a country code (two capital letters from ISO 3166-1, such as GH)",
        f"{file}:4: own_Risk: this is not one of the codes High, Low",
        f"{file}:5: opened_at: this is not a date and time (write it as 2026-01-31 10:00)",
        f"{file}:6: nights is not answered",
        f"{file}:7: reference: row 2 already has this reference",
        f"{file}:8: own_Visit: this is not one of the codes NotWanted, Wanted",
    ]
    assert CANARY not in done.stdout + done.stderr
    assert len(desk.json("cases")) == 2

    rejected = desk.folder / "in.rejected.csv"
    assert str(rejected) in where
    assert stat.S_IMODE(rejected.stat().st_mode) == 0o600
    with rejected.open(newline="") as source:
        kept = list(csv.DictReader(source))
    assert [row["onward_row"] for row in kept] == ["3", "4", "5", "6", "7", "8"]
    assert {row["full_name"] for row in kept} == {CANARY}
    mended = [row | GOOD | {"reference": f"D-{row['onward_row']}"} for row in kept]
    write(rejected, mended, list(kept[0]))
    assert taken(desk, rejected) == "6 rows: 6 opened; 0 taken in before; 0 rejected\n"
    assert len(desk.json("cases")) == 8


def test_a_row_that_says_nothing_of_anybody_opens_no_case(desk: Desk) -> None:
    """A line of totals, an END below the last row; where a file has no answers, what a case opens with."""
    file = write(desk.folder / "in.csv", [GOOD, {"reference": "Total: 1"}])
    done = desk.run("open", *HERE, "--from", str(file))
    assert done.stdout == "2 rows: 1 opened; 0 taken in before; 1 rejected\n"
    assert "in.csv:3: this row says nothing about" in done.stderr

    bare = [{"reference": "B", "opened_at": "2026-03-02"}, {"reference": "END"}]
    file = write(desk.folder / "bare.csv", bare, ["reference", "opened_at"])
    done = desk.run("open", *HERE, "--from", str(file))
    assert done.stdout == "2 rows: 1 opened; 0 taken in before; 1 rejected\n"
    assert len(desk.json("cases")) == 2


def test_a_file_of_rejected_rows_is_never_written_over(desk: Desk) -> None:
    """Somebody may be mending it."""
    file = write(desk.folder / "in.csv", [GOOD | {"nights": "many"}])
    for _ in range(2):
        desk.run("open", *HERE, "--from", str(file))
    names = sorted(each.name for each in desk.folder.glob("*.rejected*"))
    assert names == ["in.rejected.csv", "in.rejected2.csv"]


def test_what_has_no_column_is_kept_and_its_row_is_rejected_until_somebody_has_put_it_right(
    desk: Desk,
) -> None:
    """A comma without quotes: the row that was cut off must not become a case."""
    file = desk.folder / "in.csv"
    heading = "reference,home_country,nights,wants_visit,risk,full_name"
    file.write_text(f"{heading}\nA,NG,3,yes,low,Plainsong, Q., Canary\n")
    rejected = [desk.folder / f"in.rejected{number}.csv" for number in ("", 2)]
    for source in (file, rejected[0]):
        done = desk.run("open", *HERE, "--from", str(source))
        assert done.stdout.endswith("0 opened; 0 taken in before; 1 rejected\n")
    assert "in.rejected.csv:2: onward_rest: this value" in done.stderr
    assert CANARY not in done.stderr

    with rejected[1].open(newline="") as kept:
        (row,) = csv.DictReader(kept)
    assert (row["full_name"], row["onward_rest"]) == ("Plainsong", " Q., Canary")
    mended = row | {"full_name": "Plainsong, Q., Canary", "onward_rest": ""}
    assert "1 opened" in taken(desk, write(rejected[1], [mended], list(row)))


def test_a_look_keeps_nothing(desk: Desk) -> None:
    """It says what would become of each row, and writes no file."""
    file = write(desk.folder / "in.csv", [GOOD, GOOD | {"reference": "B", "nights": "many"}])
    done = desk.run("open", *HERE, "--from", str(file), "--check")
    assert done.stdout == (
        "2 rows, only checked: 1 would be opened; 0 taken in before; 1 rejected\n"
    )
    assert desk.json("cases") == []
    assert list(desk.folder.glob("*.rejected*")) == []


def test_the_same_file_twice_opens_nothing_more(desk: Desk) -> None:
    """Known by its reference whatever else changes; without one, by all that stands in it."""
    file = write(desk.folder / "in.csv", [GOOD])
    taken(desk, file)
    write(file, [GOOD | {"full_name": "Somebody else", "nights": "4"}])
    assert taken(desk, file) == "1 row: 0 opened; 1 taken in before; 0 rejected\n"

    same = {name: cell for name, cell in GOOD.items() if name != "reference"}
    write(file, [same, same], HEADING[1:])
    assert taken(desk, file) == "2 rows: 2 opened; 0 taken in before; 0 rejected\n"
    write(file, [same | {"nights": "9"}, same, same], HEADING[1:])
    assert taken(desk, file) == "3 rows: 1 opened; 2 taken in before; 0 rejected\n"
    assert len(desk.json("cases")) == 4


def test_what_is_kept_of_a_row_tells_nothing_and_outlives_a_new_master_key(desk: Desk) -> None:
    """A mark under a secret of the installation, which is wrapped again with all other keys."""
    file = write(desk.folder / "in.csv", [GOOD])
    taken(desk, file)
    old = (desk.home / "master.key").read_text().strip()
    new = "bmV3LW1hc3Rlci1rZXktZm9yLXRlc3RzLW9ubHktMzI="
    rotated = desk.run("rotate-keys", ONWARD_MASTER_KEY=f"{new},{old}")
    assert rotated.stdout == "3 keys were wrapped again\n", rotated.stderr
    again = desk.run("open", *HERE, "--from", str(file), ONWARD_MASTER_KEY=new)
    assert again.stdout == "1 row: 0 opened; 1 taken in before; 0 rejected\n", again.stderr


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_a_workbook_and_json_say_the_same_as_a_csv(desk: Desk, kind: str) -> None:
    """With numbers, days and moments of their own."""
    row = {**GOOD, "nights": 3, "opened_at": datetime(2026, 3, 2, 10)}
    file = desk.folder / f"in.{kind}"
    if kind == "json":
        file.write_text(json.dumps([row], default=str))
    else:
        workbook = import_module("xlsxwriter").Workbook  # no types
        with workbook(str(file), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADING)
            sheet.write_row(1, 0, [row[name] for name in HEADING])
    assert taken(desk, file) == "1 row: 1 opened; 0 taken in before; 0 rejected\n"
    taken(desk, write(desk.folder / "in.csv", [GOOD | {"reference": "B"}]))
    codes = [case["code"] for case in desk.json("cases")]
    first, second = (desk.json("log", code)[:2] for code in codes)
    for one, other in zip(first, second, strict=True):
        for word in ("occurred_at", "agency"):
            assert one[word] == other[word]
    assert answered(desk, codes[0]) == answered(desk, codes[1])


def test_neither_half_a_character_nor_a_very_long_text_stops_a_file(desk: Desk) -> None:
    """The one rejects its row alone, the other is an answer like any."""
    broken, long = GOOD | {"full_name": "B\ud83d"}, GOOD | {"full_name": "x" * 200_000}
    rows = [GOOD, broken | {"reference": "B"}, GOOD | {"reference": "C"}]
    file = desk.folder / "in.json"
    file.write_text(json.dumps(rows))
    said = desk.run("open", *HERE, "--from", str(file))
    assert "3 rows: 2 opened; 0 taken in before; 1 rejected" in said.stdout
    assert "full_name: this contains a broken character" in said.stderr + said.stdout
    more = [GOOD | {"reference": "D"}, long | {"reference": "E"}, GOOD | {"reference": "F"}]
    said = desk.run("open", *HERE, "--from", str(write(desk.folder / "in.csv", more)))
    assert "3 rows: 3 opened; 0 taken in before; 0 rejected" in said.stdout


def test_columns_are_renamed_put_together_and_passed_over(desk: Desk) -> None:
    """What means nothing is asked about before anything is opened: no column is lost unseen."""
    row = {"Arrived": "2026-03-02", "First": "Person", "Last": "7", "Office": "gh-gps", "Note": "x"}
    file = write(desk.folder / "in.csv", [row], list(row))
    meant = ("Arrived=opened_at", "First=full_name", "Last=full_name", "Office=agency")
    known = [word for each in meant for word in ("--column", each)]
    refused = desk.refused("open", *HERE, "--from", str(file), *known)
    assert "of its rows asks for Note: say what each column means (--column" in refused
    wrong = write(desk.folder / "wrong.csv", [row | {"Office": CANARY}], list(row))
    done = desk.run("open", *HERE, "--from", str(wrong), *known, "--ignore", "Note")
    assert "wrong.csv:2: Office: this is not an agency in the registry" in done.stderr
    assert CANARY not in done.stderr
    assert "1 opened" in taken(desk, file, *known, "--ignore", "Note")
    (case,) = desk.json("cases")
    assert "Full name: Person 7" in desk.do("person", case["code"], "--as", "GH-GPS")


@pytest.mark.parametrize("first", ["Arrivals,March", f"B-1,{CANARY},NG,3,yes,low", "Arrivals"])
def test_a_first_row_that_names_no_column_is_asked_about_and_not_repeated(
    desk: Desk, first: str
) -> None:
    """A title above the columns, or a file without their names: once, and not at each row."""
    file = desk.folder / "in.csv"
    file.write_text(f"{first}\nA-1,{CANARY},NG,3,yes,low\n")
    said = desk.refused("open", *HERE, "--from", str(file))
    assert "the columns? Remove everything above the row with the column names" in said
    assert len(said.splitlines()) == 1
    assert CANARY not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has nothing in its first row, which must name the columns"),
        ("full_name,,nights\n", "column 2 has no name in the first row"),
        ("nights,nights\n", "two columns are named nights"),
        ('nights\n"3', "this row cannot be read"),
        ("nights,full_name\n", "0 rows: 0 opened"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_one_line(desk: Desk, text: str, said: str) -> None:
    """Where it is wrong, and how to mend it."""
    file = desk.folder / "in.csv"
    file.write_text(text)
    done = desk.run("open", *HERE, "--from", str(file))
    assert said in done.stderr + done.stdout
    assert len((done.stderr + done.stdout).splitlines()) == 1


def test_options_of_the_two_ways_are_not_mixed(desk: Desk) -> None:
    """One case and a file are opened by one command, each with its own words."""
    file = str(write(desk.folder / "in.csv", [GOOD]))
    desk.refused("open", *HERE, "--from", file, "--version", "1", code=2)
    desk.refused("open", *HERE, "--check", code=2)
    desk.refused("open", "passage", "--as", "GH-GPS", code=2)
    desk.refused("open", *HERE, "--from", file, "--column", "nights", code=1)
    desk.refused("open", "passage", "--as", "GH-NOBODY", "--from", file)
    desk.refused("open", *HERE, "--from", file, "--ignore", "Nothing", code=1)

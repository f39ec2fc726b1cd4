"""`onward open --from FILE`: opens a case for each row that has none yet, and rejects invalid rows
with the reason.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from casework.authenticating import entering
from casework.context import Onward
from casework.intake import IntakeRow, RowOutcome, columns_for, take_in
from casework.principal import Because, Principal
from engine.errors import CodedError, Refusal
from engine.file_columns import OF_THE_CASE, RowFault
from engine.message import message
from onward.authoring.pathway_files import require_private
from onward.intake.tables import Table, TableLine, read_table
from onward.spoken import say, spoken

AT_ONCE = 100
"""Rows per transaction. More would save little, and a killed run repeats at most this many."""
SHOWN = 20
"""How many faults are printed at most. The file of rejected rows, which `--check` does not write,
has them all.
"""
ROW, REASON, REST = "onward_row", "onward_reason", "onward_rest"
"""Our own columns in the file of rejected rows, placed first so that, in a row with more cells than
columns, the extra cells do not end up in them. When that file is taken in, these columns are
ignored, except that a row with anything under `REST` is rejected again.
"""
_OURS = (ROW, REASON, REST)


class IntakeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the command, other than the file."""

    pathway: str = ""
    country: str = ""
    agency: str = ""
    """The agency for rows that do not name one."""
    person: str = ""
    """The staff code of whoever takes in the rows of `agency`."""
    because: Because | None = None
    """Why the operator enters the rows, rather than the agency."""
    renamed: Mapping[str, str] = {}
    """Maps columns of the file to what they mean; any other column means what its name says."""
    ignored: Sequence[str] = ()
    only_look: bool = False


def take_in_file(onward: Onward, by: Principal, file: Path, wanted: IntakeOptions) -> int:
    """Take in a file and report the result. Returns how many rows were rejected.

    Raises:
        EngineError, OSError: the file cannot be read, other accounts can read it too, one of its
            columns has no meaning, two columns stand for the same thing about the case, or a
            column that the options name is missing.
    """
    require_private(file)
    table = read_table(file)
    names = _names(file, table, wanted)
    rows, faulty = _rows(table, names, wanted)
    pathways = dict.fromkeys(row.pathway for row in rows) or [wanted.pathway]
    _require_meaning(onward, file, pathways, names)
    outcomes = list(faulty)
    try:
        for each in _taken(onward, by, rows, _answers(names), wanted):
            outcomes.append(each)  # noqa: PERF402 - what was done before it stopped must be known
    except BaseException:
        _say_how_far(outcomes, len(table.lines), wanted)
        raise
    own = {meant: column for column, meant in names.items() if meant in OF_THE_CASE}
    told = [_in_its_words(each, own) for each in outcomes]
    _report(file, table, sorted(told, key=lambda each: each.number), wanted)
    return sum(bool(each.faults) for each in outcomes)


def _names(file: Path, table: Table, wanted: IntakeOptions) -> dict[str, str]:
    """The meaning of each column that is not ignored. Raises CodedError if the options name a
    column that the file lacks, or if two columns stand for the same thing about the case.
    """
    for column in (*wanted.renamed, *wanted.ignored):
        if column not in table.columns:
            raise CodedError(
                message("table.no_column", file=str(file), column=column, columns=table.columns)
            )
    passed = {*_OURS, *wanted.ignored}
    names = {each: wanted.renamed.get(each, each) for each in table.columns if each not in passed}
    twice = [meant for meant, count in Counter(names.values()).items() if count > 1]
    for meant in twice:
        if meant in OF_THE_CASE:
            raise CodedError(message("table.meant_twice", meant=meant))
    return names


def _rows(
    table: Table, names: Mapping[str, str], wanted: IntakeOptions
) -> tuple[list[IntakeRow], list[RowOutcome]]:
    of_the_case = {meant: column for column, meant in names.items() if meant in OF_THE_CASE}
    answers = list(_answers(names))
    usual = {"pathway": wanted.pathway, "country": wanted.country, "agency": wanted.agency}
    copies: Counter[tuple[object, ...]] = Counter()
    seen: dict[tuple[str, str], int] = {}
    rows: list[IntakeRow] = []
    faulty: list[RowOutcome] = []
    for line in table.lines:
        said = {
            meant: line.cells.get(of_the_case.get(meant, ""), "").strip() or usual.get(meant, "")
            for meant in OF_THE_CASE
        }
        cells = {column: line.cells.get(column, "").strip() for column in answers}
        # A line of totals, or with END, opens no case.
        telling = answers or [
            column for meant, column in of_the_case.items() if meant != "reference"
        ]
        says = any(line.cells.get(column, "").strip() for column in telling)
        same = (*said.values(), *cells.values())
        copies[same] += 1
        row = IntakeRow(
            number=line.number,
            pathway=said["pathway"],
            country=said["country"].upper(),
            agency=said["agency"].upper(),
            opened_at=said["opened_at"],
            reference=said["reference"],
            copy=copies[same],
            cells=cells,
        )
        if fault := _fault_of_line(line, row, seen, says=says):
            faulty.append(RowOutcome(number=line.number, faults=(fault,)))
        else:
            rows.append(row)
    return rows, faulty


def _fault_of_line(
    line: TableLine, row: IntakeRow, seen: dict[tuple[str, str], int], *, says: bool
) -> RowFault | None:
    if line.fault:
        return RowFault("", line.fault)
    if line.cells.get(REST, "").strip():
        return RowFault(REST, message("row.too_long"))
    options = {"pathway": "PATHWAY", "country": "--country", "agency": "--as"}
    for name, option in options.items():
        if not getattr(row, name):
            return RowFault(name, message("row.not_said", option=option))
    if not says:
        return RowFault("", message("row.says_nothing"))
    if row.reference:
        first = seen.setdefault((row.agency, row.reference), row.number)
        if first != row.number:
            return RowFault("reference", message("row.same_reference", row=first))
    return None


def _require_meaning(
    onward: Onward, file: Path, pathways: Iterable[str], names: Mapping[str, str]
) -> None:
    """Refuse a file with a column that none of its rows' pathways asks for. Does nothing if none of
    the pathways is published, since each row is then rejected by itself.

    Raises:
        CodedError: there is such a column.
    """
    answers = _answers(names)
    meaningless = set(answers)
    published = 0
    for pathway in pathways:
        try:
            meaningless &= set(columns_for(onward, pathway, answers).others)
            published += 1
        except Refusal:
            continue  # reported for its rows
    if not published or not meaningless:
        return
    if len(meaningless) == len(names):
        # It may be a title, or a person's name, so nothing of it is repeated.
        raise CodedError(message("table.no_heading", file=str(file)))
    named = tuple(column for column in answers if column in meaningless)
    raise CodedError(message("table.not_asked", file=str(file), columns=named))


def _answers(names: Mapping[str, str]) -> dict[str, str]:
    """The meaning of each column with answers; columns on how to open the case are left out."""
    return {column: meant for column, meant in names.items() if meant not in OF_THE_CASE}


def _taken(
    onward: Onward,
    by: Principal,
    rows: Sequence[IntakeRow],
    answers: Mapping[str, str],
    wanted: IntakeOptions,
) -> Iterator[RowOutcome]:
    """The outcomes row by row, with a progress bar on a terminal."""

    @cache
    def entered_for(agency: str) -> Principal:
        person = wanted.person if agency == by.agency else ""
        return entering(onward, by, agency, person, wanted.because)

    columns = (
        TextColumn(say("told.rows_bar")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("rows", total=len(rows))
        copies: Counter[bytes] = Counter()
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            yield from take_in(
                onward, some, entered_for, answers, copies=copies, only_look=wanted.only_look
            )
            bar.advance(task, len(some))


def _in_its_words(outcome: RowOutcome, own: Mapping[str, str]) -> RowOutcome:
    """The same outcome, with faults that name the columns as the file does, before renaming."""
    faults = tuple(
        RowFault(own.get(each.column, each.column), each.reason) for each in outcome.faults
    )
    return msgspec.structs.replace(outcome, faults=faults)


def _say_how_far(outcomes: Sequence[RowOutcome], count: int, wanted: IntakeOptions) -> None:
    """Print how many cases were opened before an error or Ctrl-C stopped the intake, and how many
    rows had a case already; with `--check`, only that the check was stopped.
    """
    if wanted.only_look:
        typer.echo(say("told.look_stopped"), err=True)
        return
    opened, known = sum(bool(each.code) for each in outcomes), sum(e.known for e in outcomes)
    typer.echo(say("told.rows_stopped", n=count, opened=opened, known=known), err=True)


def _report(
    file: Path, table: Table, outcomes: Sequence[RowOutcome], wanted: IntakeOptions
) -> None:
    rejected = [each for each in outcomes if each.faults]
    lines = [
        say("placed", place=f"{file}:{each.number}", what=_said(fault))
        for each in rejected
        for fault in each.faults
    ]
    for line in lines[:SHOWN]:
        typer.echo(line, err=True)
    if len(lines) > SHOWN:
        typer.echo(say("told.more_faults", number=len(lines) - SHOWN), err=True)
    opened = sum(bool(each.code) for each in outcomes)
    known = sum(each.known for each in outcomes)
    all_of_them, wrong = len(outcomes), len(rejected)
    if wanted.only_look:
        told = message(
            "told.rows_looked_at", n=all_of_them, opened=opened, known=known, rejected=wrong
        )
    else:
        told = message("told.rows", n=all_of_them, opened=opened, known=known, rejected=wrong)
    typer.echo(spoken(told))
    if not wanted.only_look:
        _write_rejected(file, table, rejected)


def _write_rejected(file: Path, table: Table, rejected: Sequence[RowOutcome]) -> None:
    """Write the rejected rows as they are, with the reasons, to be corrected and taken in again."""
    if not rejected:
        return
    lines = {line.number: line for line in table.lines}
    columns = [each for each in table.columns if each not in _OURS]
    beside = _free_name(file)
    # It says as much about people as the file itself, so it is private and overwrites no other
    # file.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow([*_OURS, *columns])
        for each in rejected:
            line, reason = lines[each.number], "; ".join(map(_said, each.faults))
            rest = ",".join(filter(None, (line.cells.get(REST, ""), line.rest)))
            own = (line.cells.get(column, "") for column in columns)
            writer.writerow([each.number, reason, rest, *own])
    typer.echo(say("told.rejected_in", file=str(beside)), err=True)


def _said(fault: RowFault) -> str:
    if not fault.column:
        return spoken(fault.reason)
    return say("placed", place=fault.column, what=fault.reason)


def _free_name(file: Path) -> Path:
    """`arrivals.rejected.csv`; if that exists, `arrivals.rejected2.csv` and so on, because somebody
    may be correcting the first.
    """
    stem = file.stem.partition(".rejected")[0]
    names = (f"{stem}.rejected{'' if number == 1 else number}.csv" for number in count(1))
    return next(each for each in map(file.with_name, names) if not each.exists())

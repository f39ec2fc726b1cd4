"""`onward export`: exports cases for statistics."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from casework.export_budget import AT_LEAST
from casework.exportable import ExportOrder
from casework.exporting import Exported
from casework.exporting import export as export_cases
from onward.installation import acting
from onward.options import Agency, Entered, Person, first_day, last_day
from onward.saving import save_of_cases
from onward.spoken import say

app = typer.Typer()


Since = Annotated[
    date | None,
    typer.Option(
        "--since",
        metavar="MONTH",
        parser=first_day,
        help="Cases opened in this month or later, such as 2026-01.",
    ),
]
Until = Annotated[
    date | None,
    typer.Option(
        "--until", metavar="MONTH", parser=last_day, help="Cases opened in this month or earlier."
    ),
]


@app.command()
def export(
    codes: Annotated[
        str, typer.Argument(metavar="CODES", help="The list of codes, such as htcds.")
    ],
    agency: Agency,
    staff: Person = "",
    because: Entered = None,
    pathway: Annotated[
        list[str],
        typer.Option(
            "--pathway",
            metavar="NAME",
            help="May be repeated. Default: all that have the list.",
        ),
    ] = [],  # noqa: B006 - typer reads it, nobody writes it
    since: Since = None,
    until: Until = None,
    at_least: Annotated[
        int,
        typer.Option(
            "--at-least",
            min=1,
            max=1_000_000,
            help="Leave out lines shared by fewer persons; below 11 only with --own.",
        ),
    ] = AT_LEAST,
    own: Annotated[
        bool,
        typer.Option("--own", help="Only cases that your agency is or was responsible for."),
    ] = False,
    form: Annotated[
        Literal["csv", "json"], typer.Option("--format", help="The format to write.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The file to write. Default: standard output."),
    ] = None,
) -> None:
    """Write cases in the columns of a standard, one line each, without revealing whose they are."""
    wanted = ExportOrder(
        codes=codes,
        pathways=tuple(pathway),
        since=since,
        until=until,
        at_least=at_least,
        own=own,
    )
    with acting(agency, staff, because) as (onward, who):
        made = export_cases(onward, wanted, who)
    text = _as_csv(made) if form == "csv" else _as_json(made, codes)
    if out:
        save_of_cases(out, text)
    else:
        typer.echo(text, nl=False)
    for line in _said_of(made, at_least):
        typer.echo(line, err=True)


def _as_csv(made: Exported) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([made.columns, *made.lines])
    return written.getvalue()


def _as_json(made: Exported, codes: str) -> str:
    lines = [dict(zip(made.columns, line, strict=True)) for line in made.lines]
    said = {"export": made.number, "made_at": made.made_at, "codes": codes, "lines": lines}
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n"


def _said_of(made: Exported, at_least: int) -> list[str]:
    """Lines on what was written and what was left out, with a warning if a line may be about one
    person.
    """
    lines = [say("told.export", export=made.number, n=len(made.lines))]
    if made.left_out:
        lines.append(say("told.export_few", n=made.left_out, at_least=at_least))
    if made.without_codes:
        lines.append(say("told.export_without_codes", n=made.without_codes))
    if at_least == 1:
        lines.append(say("told.export_of_one"))
    return lines

"""`onward figures`: what is counted over many cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from casework.context import Onward
from casework.figures.counting import Figures, Whose, may_count
from casework.figures.counting import figures as counted
from casework.figures.told import as_csv, cell
from casework.figures.years_and_quarters import period_of
from casework.principal import Principal
from engine.message import Message
from onward.installation import acting, operating
from onward.options import Entered, InLanguage, Person
from onward.printing import as_json, show_table
from onward.saving import save_of_cases
from onward.spoken import as_line, language, say

app = typer.Typer()


@app.command()
def figures(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[FIGURE]", help="The figure, such as silence; without it, all are listed."
        ),
    ] = "",
    agency: Annotated[
        str | None,
        typer.Option(
            "--as",
            envvar="ONWARD_AGENCY",
            metavar="AGENCY",
            help="The agency that asks for the figures.",
        ),
    ] = None,
    staff: Person = "",
    because: Entered = None,
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Instead of its own cases, count those in which it has no part and never had one; needs oversight.",
        ),
    ] = False,
    period: Annotated[
        str,
        typer.Option(
            "--period",
            metavar="PERIOD",
            help="A year or a quarter, such as 2026-Q1. Default: the last quarter that is over.",
        ),
    ] = "",
    form: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", help="The format to write.")
    ] = "table",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="The CSV or JSON file to write. Default: standard output."
        ),
    ] = None,
    in_language: InLanguage = None,
) -> None:
    """Count over many cases: where nobody answers, what is overdue, how long things take."""
    if out and (form == "table" or not name):
        raise typer.BadParameter(say("typed.no_csv_or_json"))
    with _asking(agency, staff, because) as (onward, by):
        if not name:
            _list(onward, by)
            return
        found = counted(
            onward,
            name,
            by,
            whose=Whose.ALL if every else None,
            period=period_of(period) if period else None,
            language=language(),
        )
    if form == "table":
        _show(found)
        return
    text = as_csv(found) if form == "csv" else as_json(found)
    if out:
        save_of_cases(out, text)
    else:
        typer.echo(text, nl=False)


@contextmanager
def _asking(agency: str | None, staff: str, because: Entered) -> Iterator[tuple[Onward, Principal]]:
    with acting(agency, staff, because) if agency else operating() as both:
        yield both


def _list(onward: Onward, by: Principal) -> None:
    may, _ = may_count(onward, by)
    for name in may:
        typer.echo(say("told.figures", name=name, what=say(f"figure.what.{name}")))


def _show(found: Figures) -> None:
    if not found.rows:
        many = found.step > 1
        typer.echo(say("figure.none_of_many", most=found.step) if many else say("figure.none"))
        return
    columns = {
        say(f"figure.kind.{kind}"): [row.named[place] for row in found.rows]
        for place, kind in enumerate(found.by)
    }
    for name in found.columns:
        cells = [cell(found, row, name) for row in found.rows]
        columns[say(f"figure.column.{name}")] = [_text(each) for each in cells]
    when = (
        say("figure.in_period", period=str(found.period))
        if found.period
        else say("figure.as_of", at=found.at)
    )
    typer.echo(say("figure.caption", name=say(f"figure.name.{found.measure}"), when=when))
    show_table(columns)
    if found.step > 1:
        typer.echo(say("figure.in_steps", step=found.step), err=True)


def _text(said: Message | None) -> str:
    return as_line(said) if said else ""

"""`onward crossings`: what crossed borders in all cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from casework.crossings import CrossingLine, Crossings
from casework.crossings import crossings as found_in_all
from onward.commands.disclosures import grounds_of
from onward.installation import operating
from onward.options import AsJson, InLanguage, first_day, last_day
from onward.printing import show_list
from onward.spoken import say

app = typer.Typer()


@app.command()
def crossings(
    since: Annotated[
        date | None,
        typer.Option(
            "--since",
            metavar="MONTH",
            parser=first_day,
            help="In this month or later, such as 2026-01.",
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option("--until", metavar="MONTH", parser=last_day, help="In this month or earlier."),
    ] = None,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """List what crossed borders in all cases, as counts without case codes."""
    with operating() as (onward, by):
        _show(found_in_all(onward, by, since=since, until=until), as_json)


def _show(found: Crossings, as_json: bool) -> None:
    columns: dict[str, Sequence[str]] = {
        "border": [f"{each.here} > {each.there}" for each in found],
        "ground": [_founded(each) for each in found],
        "pathway": [each.pathway for each in found],
        "way": [
            ", ".join(f"{say(f'way.{way}')}: {number}" for way, number in each.ways.items())
            for each in found
        ],
        "cases": [str(each.cases) for each in found],
        "between": [f"{each.first} - {each.last}" for each in found],
    }
    show_list(found, columns, as_json, say("told.nothing_crossed"))
    if found.erased:
        typer.echo(say("told.crossings_erased", n=found.erased), err=True)
    if found.unreadable:
        typer.echo(say("told.not_shown", n=found.unreadable), err=True)


def _founded(line: CrossingLine) -> str:
    said = grounds_of(line.by)
    return said if line.is_founded else say("ground.not_founded", ground=said)

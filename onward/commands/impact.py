"""`onward impact`: what a new version would mean for each running case."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from casework import commencements
from casework.impact import CaseImpact, by_agency, impact
from engine.migrating import MoveWord
from engine.pathway import Pathway
from onward.authoring.pathway_files import published
from onward.installation import operating
from onward.options import AsJson
from onward.outcomes import New, given_version, reasons, show_deadlines
from onward.printing import Moments, show_json, show_table
from onward.spoken import say

app = typer.Typer()


@app.command("impact")
def show_impact(
    new: New,
    on_its_day: Annotated[
        bool,
        typer.Option(
            "--on-its-day",
            help="Show it as of the version's first day, if nobody did anything until then.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a new version would mean for each running case. Needs the master key."""
    with operating() as (onward, by):
        pathway = given_version(onward, new, by)
        found = list(impact(onward, pathway, by, on_its_day=on_its_day))
        changes = commencements.changes(onward, *named, by) if (named := published(new)) else ()
        moments, today = Moments(onward), onward.clock.now().date()
    if as_json:
        show_json({"cases": found, "agencies": by_agency(found), "changes": changes})
    else:
        _show_impact(pathway, found, moments)
        if pathway.definition.effective > today:
            _say_of_which_day(pathway, on_its_day=on_its_day)
        for each in changes:
            said = f"{each.word} {moments.show(each.at)}"
            typer.echo(say("done.by_whom", what=said, by=each.person) if each.person else said)
    if not all(case.is_weighed for case in found):
        raise typer.Exit(1)


def _say_of_which_day(pathway: Pathway, *, on_its_day: bool) -> None:
    effective = pathway.definition.effective
    if on_its_day:
        typer.echo(say("done.counted_on_its_day", effective=effective))
    else:
        typer.echo(say("done.counted_today", effective=effective))


def _show_impact(pathway: Pathway, found: list[CaseImpact], moments: Moments) -> None:
    lines = by_agency(found)
    counts = Counter(case.word for case in found)
    words = tuple(f"{counts[word]} {word}" for word in MoveWord)
    number = pathway.version
    typer.echo(say("done.impact", n=len(found), pathway=pathway.name, version=number, found=words))
    if lines:
        columns = {
            "side": [line.side for line in lines],
            "agency": [line.agency for line in lines],
            **{str(word): [str(line.counts[word]) for line in lines] for word in MoveWord},
        }
        show_table(columns)
    for word in (MoveWord.UNAFFECTED, MoveWord.CAN_MOVE):
        if codes := [case.code for case in found if case.word == word]:
            typer.echo(f"{word}: {', '.join(codes)}")
    for text in reasons(found):
        typer.echo(text)
    show_deadlines([(case.code, each) for case in found for each in case.deadlines], moments)

"""`onward check`: every fault in pathways, and what a walk through their cases shows."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.message import message
from engine.proofs import MOST_SITUATIONS
from onward.authoring.checking import Checked, check_all
from onward.authoring.pathway_files import pathway_files
from onward.options import AsJson, Paths
from onward.spoken import say

app = typer.Typer()


@app.command()
def check(
    paths: Paths,
    most: Annotated[
        int, typer.Option("--situations", min=1, help="The most situations to look at.")
    ] = MOST_SITUATIONS,
    as_json: AsJson = False,
) -> None:
    """List everything that is wrong with pathways, with line and column.

    If a pathway itself has no fault, walk through the cases that it allows, and report what this
    shows.
    """
    files = list(pathway_files(paths))
    found = check_all(files, most)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
    else:
        _print_check(files, found)
    if found.problems:
        raise typer.Exit(1)


def _print_check(files: list[Path], found: Checked) -> None:
    problems, assumed = found.problems, found.assumptions
    for problem in problems:
        typer.echo(problem)
    for note in found.notes:
        typer.echo(say("done.note", note=note))
    for walk in found.walks:
        typer.echo(_said_of(walk))
    for each in assumed:
        typer.echo(
            say("done.assumed", place=each["place"], what=each["what"], number=each["number"])
        )
    wrong = message("done.problems", n=len(problems)) if problems else message("done.none_wrong")
    typer.echo(say("done.checked", n=len(files), found=wrong))


def _said_of(walk: dict[str, Any]) -> str:
    """What was examined, and how far the results can be relied on."""
    file, situations = walk["file"], int(walk["situations"])
    if walk["doubtful"]:
        return say("done.walk_doubts", file=file, n=situations, parts=walk["doubtful"])
    if walk["complete"]:
        return say("done.walked", file=file, n=situations)
    if walk["stopped"]:
        return say("done.walk_stopped", file=file, n=situations)
    return say("done.walked_in_part", file=file, n=situations)

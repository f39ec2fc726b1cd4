"""`onward check`: every fault in pathways, and what a walk through their cases shows."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.plural import counted
from engine.proofs import MOST_SITUATIONS
from onward.authoring.checking import Checked, check_all
from onward.authoring.pathway_files import pathway_files
from onward.options import AsJson, Paths

app = typer.Typer()


@app.command()
def check(
    paths: Paths,
    most: Annotated[
        int, typer.Option("--situations", min=1, help="Look at so many situations at most.")
    ] = MOST_SITUATIONS,
    as_json: AsJson = False,
) -> None:
    """Say everything that is wrong with pathways, each at its line and column.

    Where nothing is, walk through all cases that a pathway allows and say what is shown.
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
        typer.echo(f"{note} [note]")
    for walk in found.walks:
        typer.echo(_said_of(walk))
    for each in assumed:
        typer.echo(f"{each['place']}: {each['what']}: {each['number']} [assumed]")
    count = counted(len(files), "pathway")
    wrong = counted(len(problems), "problem") if problems else "nothing wrong"
    typer.echo(f"{count}: {wrong}")


def _said_of(walk: dict[str, str | int | bool]) -> str:
    """What was examined, and what that is worth."""
    file, looked_at = walk["file"], counted(int(walk["situations"]), "situation")
    if walk["complete"]:
        return f"{file}: {looked_at}, all that there are"
    seen = (
        f"stopped after {looked_at}" if walk["stopped"] else f"{looked_at}, not all that there are"
    )
    return f"{file}: {seen}: what no case ever reaches is not known"

"""`onward test`: plays the scenarios beside pathways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import EngineError
from engine.message import message
from onward.authoring.pathway_files import pathway_files
from onward.authoring.scenarios import Suite, days_not_known, junit_xml, play_suite
from onward.options import AsJson, Paths, RegistryFile
from onward.saving import save
from onward.spoken import placed, say, told

app = typer.Typer()


@app.command("test")
def play_scenarios(
    paths: Paths,
    registry: RegistryFile = None,
    covered: Annotated[
        bool,
        typer.Option(
            "--coverage", help="List everything that no scenario covers, each at its place."
        ),
    ] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write a JUnit XML report to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play the scenarios beside pathways on a virtual clock; nothing is sent.

    If the scenarios of one pathway cannot be played, those of the others still are.
    """
    suites: list[Suite] = []
    notes: list[str] = []
    faults: dict[Path, EngineError] = {}
    for file in pathway_files(paths):
        try:
            notes += [
                say("done.note", note=placed(each)) for each in days_not_known(file, registry)
            ]
            suites.append(play_suite(file, registry))
        except EngineError as error:
            faults[file] = error
    misses = [
        f"{placed(miss.problem)} [{miss.scenario}]" for suite in suites for miss in suite.misses
    ]
    names = [f"{suite.file.stem}: {each.name}" for suite in suites for each in suite.played]
    gaps = [gap for suite in suites for gap in suite.gaps()]
    ways = sum(len(suite.coverage.ways) for suite in suites)
    if junit:
        save(junit, junit_xml(suites, faults))
    wrong = [told(each) for each in faults.values()]
    if as_json:
        said = {"played": names, "misses": misses, "ways": ways, "not_walked": gaps}
        typer.echo(json.dumps(said | {"faults": wrong}, indent=2))
    else:
        for note in dict.fromkeys(notes):
            typer.echo(note, err=True)
        for line in wrong:
            typer.echo(line, err=True)
        for line in [*misses, *(gaps if covered else ())]:
            typer.echo(line)
        missed = message("amount.expectations", n=len(misses))
        walked = ways - len(gaps)
        line = say("done.played", n=len(names), missed=missed, walked=walked, ways=ways)
        typer.echo(say("done.not_played", said=line, n=len(wrong)) if wrong else line)
    if misses or wrong or not names:
        raise typer.Exit(1)

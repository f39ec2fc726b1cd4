"""What a coordinator does with a pathway in an editor: check it, try it, get its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.agencies.file import LoadedRegistry, load_registry
from engine.coverage import coverage
from engine.errors import EngineError, Problem
from engine.loader import checked
from engine.plural import counted
from engine.proofs import MOST_SITUATIONS
from engine.scenarios import Played, load_scenarios
from engine.schemas import SCHEMAS, Kind
from onward.authoring.checking import Checked, check_all
from onward.authoring.pathway_files import REGISTRY, SCENARIOS, pathway_files, read, whole
from onward.authoring.scenarios import Suite, junit_xml
from onward.saving import save
from onward.spoken import placed, told

app = typer.Typer()

Paths = Annotated[list[Path], typer.Argument(help="Pathway files, or folders of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
RegistryFile = Annotated[
    Path | None, typer.Option("--registry", help="Default: agencies.yaml beside the pathway.")
]


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
    """What was looked at, and what that is worth."""
    file, looked_at = walk["file"], counted(int(walk["situations"]), "situation")
    if walk["complete"]:
        return f"{file}: {looked_at}, all that there are"
    seen = (
        f"stopped after {looked_at}" if walk["stopped"] else f"{looked_at}, not all that there are"
    )
    return f"{file}: {seen}: what no case ever reaches is not known"


@app.command("test")
def play_scenarios(
    paths: Paths,
    registry: RegistryFile = None,
    covered: Annotated[
        bool, typer.Option("--coverage", help="List what no scenario walks, each at its place.")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write a report in JUnit's XML to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play the scenarios that stand beside pathways, on a virtual clock; nothing is sent.

    What cannot be played of one pathway does not keep the others from it.
    """
    suites: list[Suite] = []
    notes: list[str] = []
    faults: dict[Path, EngineError] = {}
    for file in pathway_files(paths):
        try:
            notes += [f"{each} [note]" for each in _days_not_known(file, registry)]
            suites.append(_suite(file, registry))
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
        left = f"; {counted(len(wrong), 'pathway')} not played" if wrong else ""
        typer.echo(
            f"{counted(len(names), 'scenario')} played, {counted(len(misses), 'expectation')} missed;"
            f" {ways - len(gaps)} of {ways} ways walked{left}"
        )
    if misses or wrong or not names:
        raise typer.Exit(1)


def _suite(file: Path, registry: Path | None) -> Suite:
    played = list(play_all(file, registry))
    facts = [fact for each in played for turn in each.decisions for fact in turn.facts]
    return Suite(file, played, coverage(checked(whole(file)), facts))


@app.command()
def schema(
    of: Annotated[Kind, typer.Argument(metavar="KIND", help="Of which files.")] = Kind.PATHWAY,
) -> None:
    """Print the JSON Schema with which an editor completes and checks what you write."""
    typer.echo(json.dumps(SCHEMAS[of](), indent=2))


def play_all(file: Path, registry: Path | None, only: str | None = None) -> Iterator[Played]:
    """Play every scenario of a pathway, or one of them.

    Raises:
        EngineError: the pathway, its scenarios or its registry cannot be used.
    """
    pathway = checked(whole(file))
    beside = file.with_name(file.stem + SCENARIOS)
    known = _read_registry(registry or file.with_name(REGISTRY))
    if not beside.is_file():
        raise EngineError(f"{file} has no scenarios: write {beside.name} beside it")
    scenarios = load_scenarios(read(beside), str(beside))
    scenarios.require_names(pathway, known.registry)
    if only is not None and only not in scenarios.names:
        names = ", ".join(scenarios.names)
        raise EngineError(f"{beside} has no scenario {only}: it has {names}")
    first, last = scenarios.years
    calendars = known.calendars(first - 1, last + 5)
    for name in scenarios.names if only is None else (only,):
        yield scenarios.play(name, pathway, known.registry, calendars)


def _days_not_known(file: Path, registry: Path | None) -> list[Problem]:
    """Countries whose holidays end before a year after the last moment of the scenarios."""
    beside = file.with_name(file.stem + SCENARIOS)
    if not beside.is_file():
        return []
    _, last = load_scenarios(read(beside), str(beside)).years
    return _read_registry(registry or file.with_name(REGISTRY)).ends_early(last + 1)


def _read_registry(file: Path) -> LoadedRegistry:
    if not file.is_file():
        raise EngineError(f"there is no registry {file}: name one with --registry")
    return load_registry(read(file), str(file))

"""`onward rehearse`: people play the agencies of a case together, on a clock that they move."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from engine.agencies.registry import Registry
from engine.errors import CodedError, Refusal
from engine.loader import checked
from engine.loads import NO_LOADS
from engine.message import message
from engine.pathway import Pathway
from engine.rehearsal.session import Rehearsal
from engine.scenarios import Play, load_scenarios
from engine.scenarios.beginnings import Opening, moments_of, opening_of
from onward.authoring.pathway_files import SCENARIOS, read, whole
from onward.authoring.scenarios import no_scenario, registry_beside
from onward.rehearsal.lines import Lines, Typed, WrittenLines
from onward.rehearsal.loop import Workshop

app = typer.Typer()
YEARS_AHEAD = 12
"""How many years the calendars cover after the opening."""


@app.callback()
def group() -> None:
    """Commands with which people try a design together."""


@app.command()
def rehearse(
    path: Annotated[Path, typer.Argument(help="The pathway.")],
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Begin where this scenario ends.")
    ] = None,
    agency: Annotated[
        str | None, typer.Option("--by", help="The agency that opens the case.")
    ] = None,
    opened: Annotated[
        datetime | None,
        typer.Option(
            "--opened", help="When the case opens, in UTC. Default: the first day at nine."
        ),
    ] = None,
    registry: Annotated[
        Path | None,
        typer.Option("--registry", help="The registry. Default: agencies.yaml beside the pathway."),
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option("--script", help="Read the commands from this file instead of the keyboard."),
    ] = None,
) -> None:
    """Play a case together, each person an agency, on a fake clock; the gaps are listed at
    the end.
    """
    pathway = checked(whole(path))
    known = registry_beside(path, registry)
    if scenario:
        opening, begun = _of_scenario(path, scenario, pathway, known.registry)
    else:
        opening, begun = _opening(pathway, known.registry, agency, opened), ()
    year = _year_of(opening)
    calendars = known.calendars(year - 1, year + YEARS_AHEAD)
    rehearsal = Rehearsal(pathway, known.registry, calendars, opening, begun)
    lines: Lines = WrittenLines(read(script).splitlines()) if script else Typed(sys.stdin)
    Workshop(rehearsal, lines, path.with_name(path.stem + SCENARIOS)).run()


def _year_of(opening: Opening) -> int:
    assert isinstance(opening.at, datetime), "an opening is no period"
    return opening.at.year


def _of_scenario(
    path: Path, name: str, pathway: Pathway, registry: Registry
) -> tuple[Opening, tuple[Play, ...]]:
    file = path.with_name(path.stem + SCENARIOS)
    if not file.is_file():
        raise CodedError(message("library.no_scenarios", file=str(path), beside=file.name))
    scenarios = load_scenarios(read(file), str(file))
    scenarios.require_names(pathway, registry)
    if name not in scenarios.names:
        raise no_scenario(file, name, scenarios.names)
    return opening_of(scenarios.file, name), tuple(
        moment.play for moment in moments_of(scenarios.file, name)
    )


def _opening(
    pathway: Pathway, registry: Registry, agency: str | None, opened: datetime | None
) -> Opening:
    """The opening of the case: by the agency named, or else by the first one in the registry that
    may open cases and is valid on the day of the opening.

    Raises:
        EngineError: the named agency is unknown, or none is named and no agency may open the case.
    """
    effective = datetime.combine(pathway.definition.effective, time(9), UTC)
    at = opened.replace(tzinfo=UTC) if opened else effective
    able = [each for each in registry.agencies if pathway.definition.may_be_opened_by(each.roles)]
    code = agency or next((each.code for each in able if each.is_valid(at.date())), None)
    if code is None:
        raise CodedError(message("call.nobody_opens"))
    if code not in registry.by_code:
        raise Refusal("unknown_agency.none", agency=code)
    return Opening(at, code, registry.by_code[code].country, {}, NO_LOADS)

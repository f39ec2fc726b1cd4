"""Why something is as it is: in a case, or at the end of a scenario before anybody publishes it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.codes import as_typed
from casework.explaining import explain as explain_case
from engine.errors import EngineError
from engine.explaining.conditions import Part
from engine.explaining.reasons import Explanation, Known, Reason
from engine.explaining.subjects import explain as explained
from engine.explaining.telling import told
from engine.turns.turn import Turn
from onward.authoring import RegistryFile, play_all
from onward.installation import AsJson, installation
from onward.printing import Moments, show_json
from onward.turns import acting

app = typer.Typer()


@app.command()
def explain(
    case: Annotated[
        str,
        typer.Argument(metavar="CODE", help="The case, or a pathway's file with --scenario."),
    ],
    part: Annotated[
        str,
        typer.Argument(metavar="[PART]", help="A task, request, step, stage or named period."),
    ] = "",
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME", help="The end of this scenario.")
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(
            "--as", envvar="ONWARD_AGENCY", metavar="AGENCY", help="As this agency sees it."
        ),
    ] = None,
    registry: RegistryFile = None,
    as_json: AsJson = False,
) -> None:
    """Say why a case is where it is, or why a part of it is as it is, its moments day by day."""
    if scenario is not None:
        found = _of_scenario(Path(case), scenario, part, registry, (agency or "").strip().upper())
        _show(found, None, as_json)
    elif agency:
        with acting(agency) as (onward, who):
            found = explain_case(onward, as_typed(case), part, who)
            _show(found, Moments(onward), as_json)
    else:
        with installation() as onward:
            found = explain_case(onward, as_typed(case), part, None)
            _show(found, Moments(onward), as_json)


def _of_scenario(
    file: Path, name: str, part: str, registry: Path | None, agency: str
) -> Explanation:
    """Raises EngineError where it does not come to its end as it expects: mend that first."""
    (played,) = play_all(file, registry, name)
    if played.misses:
        raise EngineError("\n".join(str(miss.problem) for miss in played.misses))
    facts, end = [fact for each in played.decisions for fact in each.facts], played.player
    turn = Turn(end.pathway, end.state, end.now, end.registry, end.calendars)
    return explained(Known(turn, facts, end.editions, agency), part)


def _show(found: Explanation, moments: Moments | None, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    typer.echo(f"{found.about}  {found.title}".rstrip())
    typer.echo(f"now: {found.is_now}")
    for heading, reasons in (("because", found.because), ("open or awaited", found.waits_for)):
        if reasons:
            typer.echo(f"{heading}:")
        for each in reasons:
            typer.echo(f"  {_line(each, found.agency, moments)}")
            if each.condition is not None:
                _show_parts(each.condition)
    for count in found.counts:
        for line in told(count):
            typer.echo(line)


def _line(reason: Reason, agency: str, moments: Moments | None) -> str:
    if reason.at is None:
        return reason.text
    shown = moments.show(reason.at, agency) if moments else f"{reason.at:%Y-%m-%d %H:%M} UTC"
    return f"{reason.text}, {shown}"


_HOLDS = {True: "yes", False: "no", None: "not known"}


def _show_parts(part: Part, depth: int = 2) -> None:
    """Each part with what it is, and under the smallest what its names stand for."""
    indent = "  " * depth
    if part.parts:
        for each in part.parts:
            typer.echo(f"{indent}{_HOLDS[each.holds]}: {each.text}")
            if each.parts:
                _show_parts(each, depth + 1)
            else:
                _show_known(each, depth + 1)
    else:
        _show_known(part, depth)


def _show_known(part: Part, depth: int) -> None:
    for name, value in part.known.items():
        said = {True: "yes", False: "no", None: "not answered"}.get(value, value)  # type: ignore[call-overload]
        typer.echo(f"{'  ' * depth}{name} is {said}")

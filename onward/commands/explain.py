"""`onward explain`: why something is as it is, in a case or at the end of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework import queries
from casework.case_codes import as_typed, is_code
from casework.context import Onward
from casework.explaining import explain as explain_case
from casework.principal import Principal
from engine.explaining.reasons import CaseHistory
from engine.explaining.subjects import explain as explained
from engine.view import View
from onward.authoring.scenarios import play_all
from onward.explanation import show_explanation
from onward.installation import acting, operating
from onward.options import AsJson, Entered, InLanguage, RegistryFile
from onward.spoken import language, placed, say

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
        str | None,
        typer.Option(
            "--scenario", metavar="NAME", help="Explain the case at the end of this scenario."
        ),
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(
            "--as",
            envvar="ONWARD_AGENCY",
            metavar="AGENCY",
            help="Explain it as this agency sees it.",
        ),
    ] = None,
    because: Entered = None,
    registry: RegistryFile = None,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Explain why a case is where it is, or why part of it is as it is, with its moments counted
    day by day.
    """
    if scenario is not None:
        _of_scenario(Path(case), scenario, part, registry, (agency or "").strip().upper(), as_json)
    elif not is_code(as_typed(case)):
        raise typer.BadParameter(say("typed.case_or_file"))
    elif agency:
        with acting(agency, because=because) as (onward, who):
            _of_case(onward, as_typed(case), part, who, as_json)
    else:
        with operating() as (onward, who):
            _of_case(onward, as_typed(case), part, who, as_json)


def _of_case(onward: Onward, code: str, part: str, by: Principal, as_json: bool) -> None:
    found = explain_case(onward, code, part, by, language())
    show_explanation(found, queries.spoken(onward, code, by, language()), as_json)


def _of_scenario(
    file: Path, name: str, part: str, registry: Path | None, agency: str, as_json: bool
) -> None:
    """Explain the state of the case when a scenario ended or stopped, and print the expectations
    that were not met.
    """
    (played,) = play_all(file, registry, name)
    for miss in played.misses:
        typer.echo(placed(miss.problem), err=True)
    facts, end = [fact for each in played.decisions for fact in each.facts], played.player
    view = View(end.pathway, end.state, end.now, end.registry, end.calendars)
    reader = view.seen_by(agency or end.state.responsible)
    found = explained(CaseHistory(reader, facts, end.editions, language=language()), part)
    show_explanation(found, end.pathway.spoken(language()), as_json)

"""`onward cases`: the list of cases."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from casework import case_list
from casework.case_list import CaseLine
from engine.statuses import CasePhase
from engine.translation import Translation
from onward.installation import operating
from onward.options import AsJson, Limit, case_code
from onward.printing import Moments, cannot_move_words, show_list
from onward.spoken import language, say

app = typer.Typer()

ListedPhase = Literal[CasePhase.OPEN, CasePhase.ENDED, CasePhase.MERGED]


def _code(text: str) -> str:
    return case_code(text) if text else ""


@app.command()
def cases(
    status: Annotated[
        ListedPhase | None,
        typer.Option("--status", help="Only cases with this status: open, ended or merged."),
    ] = None,
    cannot_move: Annotated[
        bool,
        typer.Option("--cannot-move", help="Only cases that cannot move to a version in force."),
    ] = False,
    after: Annotated[
        str,
        typer.Option(
            "--after", metavar="CODE", parser=_code, help="Continue after this case code."
        ),
    ] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List cases in the order of their codes."""
    with operating() as (onward, by):
        lines = case_list.cases(
            onward,
            by,
            status=status,
            cannot_move=cannot_move,
            after=after,
            limit=limit,
            language=language(),
        )
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "pathway": [line.pathway for line in lines],
        "where": [_where(line, lines.spoken.get(line.code)) for line in lines],
        "responsible": [line.responsible for line in lines],
        "opened": [moments.show(line.opened_at, line.responsible) for line in lines],
        "next_moment": [moments.show(line.due_at, line.responsible) for line in lines],
    }
    if lines or as_json or not lines.damaged:
        show_list(lines, columns, as_json, say("told.no_cases"))
    for code in lines.damaged:
        typer.echo(say("told.row_damaged", case=code), err=True)


def _where(line: CaseLine, words: Translation | None) -> str:
    """Where a case is: its end, its open stages, or both if a stage outlives the end. If it has
    neither, or was merged, its status. Says so if an open case cannot move to the version in force.
    """
    stages = ", ".join(words.stage(each) if words else each for each in line.stages)
    end = words.ends.get(line.end, line.end) if words else line.end
    status = say(f"status.case.{line.status}")
    if line.status == CasePhase.MERGED:
        return status
    if line.status != CasePhase.OPEN:
        return end or stages or status
    where = stages or status
    if end:
        goes_on = say("told.goes_on", end=end)
        where = say("told.line", name=goes_on, value=stages) if stages else goes_on
    if not line.cannot_move_to:
        return where
    return say("told.stranded", where=where, so=cannot_move_words(line.cannot_move_to))

"""`onward migrate`: moves running cases to a new version, or back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from casework import moving
from casework.case_moves import MoveOutcome
from casework.context import Onward
from casework.moving import Moves
from casework.principal import Principal
from engine.errors import CodedError
from engine.message import message
from engine.migrating import MoveWord
from onward import STOPPED
from onward.installation import operating
from onward.options import AsJson, case_code
from onward.outcomes import New, gathered, given_version, goes_on, reasons, show_deadlines, summary
from onward.printing import Moments, show_json, show_on_their_way
from onward.spoken import say

app = typer.Typer()

Cases = Annotated[
    list[str],
    typer.Option(
        "--case",
        metavar="CODE",
        parser=case_code,
        help="A case to move; may be repeated. Default: all.",
    ),
]
Responsible = Annotated[
    str,
    typer.Option(
        "--responsible", metavar="AGENCY", help="Only cases that this agency is responsible for."
    ),
]


@app.command()
def migrate(
    new: New,
    case: Cases = [],  # noqa: B006 - typer reads it, nobody writes it
    responsible: Responsible = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would happen to them.")
    ] = False,
    revert: Annotated[
        bool, typer.Option("--revert", help="Move each case back to the version it came from.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move running cases to a new version, or back; if interrupted, run it again to continue."""
    if revert and responsible:
        raise CodedError(message("call.revert_alone"))
    if case and responsible:
        raise CodedError(message("call.cases_or_agency"))
    agency = responsible.strip().upper()
    with operating() as (onward, by):
        pathway = given_version(onward, new, by)
        moments = Moments(onward)
        which = Moves(pathway.name, pathway.version, tuple(dict.fromkeys(case)), agency)
        outcomes = (
            moving.foreseen(onward, which, by, is_back=revert)
            if preview
            else _made(onward, which, revert, by)
        )
        done, stopped = gathered(outcomes)
        _show(done, moments, as_json, back=revert, preview=preview)
    if stopped:
        raise typer.Exit(STOPPED if preview else goes_on())
    if any(each.word == MoveWord.CANNOT for each in done):
        raise typer.Exit(1)


def _made(onward: Onward, which: Moves, back: bool, by: Principal) -> Iterator[MoveOutcome]:
    do = moving.moved_back if back else moving.moved
    made = do(onward, which, by)
    if made.changes_rule:
        version = which.number
        off = say("done.moves_no_more", version=version)
        typer.echo(off if back else say("done.moves_again", version=version), err=True)
    return made.outcomes


def _show(
    done: list[MoveOutcome], moments: Moments, as_json: bool, *, back: bool, preview: bool
) -> None:
    if as_json:
        show_json(done)
        return
    for text in reasons(done):
        typer.echo(text)
    show_on_their_way({each.code: each.on_their_way for each in done})
    show_deadlines([(each.code, deadline) for each in done for deadline in each.deadlines], moments)
    typer.echo(summary(done, back=back, preview=preview))

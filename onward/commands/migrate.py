"""`onward migrate`: moves running cases to a new version, or back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from casework import commencements, migrating, movable, reverting
from casework.context import Onward
from casework.impact import preview_cases
from casework.moves import MoveOutcome
from casework.principal import Principal
from engine.errors import CodedError
from engine.message import message
from engine.migrating import MoveWord
from engine.pathway import Pathway
from onward.installation import operating
from onward.options import AsJson, case_code
from onward.outcomes import New, gathered, given_version, goes_on, reasons, show_deadlines, summary
from onward.printing import Moments, show_json, show_on_their_way

app = typer.Typer()

Cases = Annotated[
    list[str],
    typer.Option(
        "--case",
        metavar="CODE",
        parser=case_code,
        help="This one; may be given again. All otherwise.",
    ),
]
Responsible = Annotated[
    str,
    typer.Option(
        "--responsible", metavar="AGENCY", help="Only cases for which this agency answers."
    ),
]


@app.command()
def migrate(
    new: New,
    case: Cases = [],  # noqa: B006 - typer reads it, nobody writes it
    responsible: Responsible = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would become of them.")
    ] = False,
    revert: Annotated[
        bool, typer.Option("--revert", help="Back to the version from which each case came.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move running cases to a new version, or back; again goes on where it was stopped."""
    if revert and (preview or responsible):
        raise CodedError(message("call.revert_alone"))
    if case and responsible:
        raise CodedError(message("call.cases_or_agency"))
    codes = list(dict.fromkeys(case))
    with operating() as (onward, by):
        pathway = given_version(onward, new, by)
        moments = Moments(onward)
        agency = responsible.strip().upper()
        if revert:
            outcomes = _reverted(onward, pathway, codes, by)
        elif preview:
            outcomes = _previewed(onward, pathway, codes, agency, by)
        else:
            outcomes = _moved(onward, pathway, codes, agency, by)
        done, stopped = gathered(outcomes)
        _show(done, moments, as_json, back=revert, preview=preview)
    if stopped:
        raise typer.Exit(goes_on())
    if any(each.word == MoveWord.CANNOT for each in done):
        raise typer.Exit(1)


def _previewed(
    onward: Onward, pathway: Pathway, codes: list[str], responsible: str, by: Principal
) -> Iterator[MoveOutcome]:
    these = _movable(onward, pathway, codes, responsible, by)
    return preview_cases(onward, these, pathway.name, pathway.version, by, chosen=bool(codes))


def _moved(
    onward: Onward, pathway: Pathway, codes: list[str], responsible: str, by: Principal
) -> Iterator[MoveOutcome]:
    name, number = pathway.name, pathway.version
    these = _movable(onward, pathway, codes, responsible, by)
    if not (codes or responsible) and commencements.call_again(onward, name, number, by):
        typer.echo(f"version {number} moves cases by itself again", err=True)
    return migrating.move_cases(onward, these, name, number, by, chosen=bool(codes))


def _movable(
    onward: Onward, pathway: Pathway, codes: list[str], responsible: str, by: Principal
) -> Iterable[str]:
    """Codes of the cases to move.

    Raises:
        Refusal: they may not move.
    """
    name, number = pathway.name, pathway.version
    chosen = bool(codes)
    movable.require_movable(onward, name, number, by, chosen=chosen, responsible=responsible)
    return codes or movable.cases_before(onward, name, number, by, responsible=responsible)


def _reverted(
    onward: Onward, pathway: Pathway, codes: list[str], by: Principal
) -> Iterator[MoveOutcome]:
    name, number = pathway.name, pathway.version
    these = codes or reverting.cases_moved_to(onward, name, number, by)
    # First: else those that are moved back would be moved again, or others after them.
    if not codes and commencements.call_off(onward, name, number, by):
        typer.echo(f"version {number} moves no case by itself any more", err=True)
    return reverting.revert_cases(onward, these, name, number, by, chosen=bool(codes))


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

"""`onward agency`: suspends an agency, lifts its suspension, and lists all suspensions, including
those of staff.
"""

from __future__ import annotations

from typing import Annotated

import typer

from casework import suspending
from casework.suspended_cases import Suspended
from onward.installation import operating
from onward.options import AsJson
from onward.printing import Moments, show_list
from onward.spoken import say, spoken

app = typer.Typer()
agency = typer.Typer(help="Agencies that are told, shown and given nothing: suspend, lift, list.")
app.add_typer(agency, name="agency")

AgencyCode = Annotated[
    str, typer.Argument(metavar="AGENCY", parser=lambda text: text.strip().upper())
]


@agency.command("suspend")
def suspend(code: AgencyCode) -> None:
    """Suspend an agency: from now on it is shown, told and given nothing. The agencies responsible
    for its cases are told.
    """
    with operating() as (onward, by):
        found = suspending.suspend(onward, code, by)
    typer.echo(say("done.agency_suspended", agency=code, n=len(found.cases)))
    if found.unanswered:
        typer.echo(say("done.agency_unanswered", cases=tuple(found.unanswered)))
    _show_stuck(found)


@agency.command("lift")
def lift(code: AgencyCode) -> None:
    """Let a suspended agency work again; `onward resend --to AGENCY` sends what was held back."""
    with operating() as (onward, by):
        found = suspending.lift(onward, code, by)
    typer.echo(say("done.agency_lifted", agency=code, n=len(found.cases)))
    _show_stuck(found)


@agency.command("list")
def list_suspensions(as_json: AsJson = False) -> None:
    """List past and present suspensions of agencies and their staff."""
    with operating() as (onward, by):
        found = suspending.suspensions(onward, by)
        moments = Moments(onward)
    columns = {
        "agency": [each.agency for each in found],
        "staff": [each.person for each in found],
        "by": [each.coordinator or each.administrator or say("log.by.operator") for each in found],
        "since": [moments.show(each.since) for each in found],
        "lifted": [moments.show(each.lifted_at) if each.lifted_at else "" for each in found],
    }
    show_list(found, columns, as_json, say("told.nobody_suspended"))


def _show_stuck(found: Suspended) -> None:
    """Print the cases that somebody has to deal with, and why; if there are any, end with exit code
    1.
    """
    for code, why in found.stuck.items():
        typer.echo(say("told.line", name=code, value=spoken(why)), err=True)
    if found.stuck:
        raise typer.Exit(1)

"""`onward token`: makes, lists and ends the tokens that let agencies' own programs in."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from casework import systems
from casework.authority import Right
from casework.installation_clock import SystemClock
from onward.commands.agency import AgencyCode
from onward.installation import operating
from onward.options import AsJson, staff_code
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()
token = typer.Typer(help="Tokens of agencies' own programs: make, list, end.")
app.add_typer(token, name="token")

SystemName = Annotated[
    str,
    typer.Argument(metavar="SYSTEM", parser=staff_code, help="What the program is called in logs."),
]


@token.command("make")
def make(
    agency: AgencyCode,
    system: SystemName,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="The program may only read.")
    ] = False,
    days: Annotated[
        int, typer.Option(min=1, max=systems.AT_MOST.days, help="For how many days it is valid.")
    ] = 90,
) -> None:
    """Print a token for one of an agency's programs. Earlier tokens of the same program stay valid
    until they expire or are ended.
    """
    rights = [Right.READ] if read_only else [Right.READ, Right.ACT]
    with operating() as (onward, by):
        made = systems.make(
            onward, agency, system, rights, timedelta(days=days), by, SystemClock().now()
        )
    typer.echo(made)
    typer.echo(say("told.token_made", system=system, agency=agency), err=True)


@token.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """List past and present tokens."""
    with operating() as (onward, by):
        found = systems.tokens(onward, by)
        moments = Moments(onward)
    columns = {
        "agency": [each.agency for each in found],
        "system": [each.system for each in found],
        "rights": [each.rights for each in found],
        "made": [moments.show(each.made_at) for each in found],
        "ends": [moments.show(each.expires_at) for each in found],
        "last_seen": [moments.show(each.seen_at) if each.seen_at else "" for each in found],
    }
    show_list(found, columns, as_json, say("told.no_tokens"))


@token.command("end")
def end(agency: AgencyCode, system: SystemName) -> None:
    """End all tokens of one of an agency's programs."""
    with operating() as (onward, by):
        systems.end(onward, agency, system, by, SystemClock().now())
    typer.echo(say("told.token_ended", system=system, agency=agency))

"""`onward staff`: suspends one of an agency's staff, and lifts that."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import suspending
from onward.commands.agency import AgencyCode
from onward.installation import operating
from onward.options import staff_code

app = typer.Typer()
staff = typer.Typer(help="Staff of agencies that may do and see nothing: suspend, lift.")
app.add_typer(staff, name="staff")

StaffCode = Annotated[
    str, typer.Argument(metavar="CODE", parser=staff_code, help="As the registry lists it.")
]


@staff.command("suspend")
def suspend(agency: AgencyCode, code: StaffCode) -> None:
    """Let one of an agency's staff do and see nothing from now on."""
    with operating() as (onward, by):
        suspending.suspend(onward, agency, by, code)
    typer.echo(f"{code} of {agency} is suspended")


@staff.command("lift")
def lift(agency: AgencyCode, code: StaffCode) -> None:
    """Let one of an agency's staff who was suspended work again."""
    with operating() as (onward, by):
        suspending.lift(onward, agency, by, code)
    typer.echo(f"{code} of {agency} may work again")

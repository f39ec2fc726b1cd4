"""`onward staff`: invites one of an agency's staff to its pages, suspends one, or lifts a
suspension.
"""

from __future__ import annotations

from typing import Annotated

import typer

from casework import sign_in_links, suspending
from casework.installation_clock import SystemClock
from casework.settings import Settings
from onward.commands.agency import AgencyCode
from onward.installation import operating
from onward.options import staff_code
from onward.spoken import say
from portal.address import sign_in_url

app = typer.Typer()
staff = typer.Typer(help="Staff of agencies: invite them to their pages, suspend them, lift that.")
app.add_typer(staff, name="staff")

StaffCode = Annotated[
    str,
    typer.Argument(
        metavar="CODE", parser=staff_code, help="The staff code, as the registry lists it."
    ),
]


@staff.command("invite")
def invite(agency: AgencyCode, code: StaffCode) -> None:
    """Print a link with which a member of an agency's staff sets up, or replaces, their means of
    signing in. The link works once, within a day.
    """
    settings = Settings.read()
    with operating() as (onward, by):
        token = sign_in_links.invite(onward, agency, code, by, SystemClock().now())
    typer.echo(sign_in_url(settings, token))
    typer.echo(say("done.invited", person=code, agency=agency), err=True)


@staff.command("suspend")
def suspend(agency: AgencyCode, code: StaffCode) -> None:
    """Suspend one of an agency's staff, who may do and see nothing from now on."""
    with operating() as (onward, by):
        suspending.suspend(onward, agency, by, code)
    typer.echo(say("done.staff_suspended", person=code, agency=agency))


@staff.command("lift")
def lift(agency: AgencyCode, code: StaffCode) -> None:
    """Lift the suspension of one of an agency's staff."""
    with operating() as (onward, by):
        suspending.lift(onward, agency, by, code)
    typer.echo(say("done.staff_lifted", person=code, agency=agency))

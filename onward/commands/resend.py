"""`onward resend`: sends undelivered notices again."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from casework import delivering, queries
from casework.agencies import agency_here, require_listed
from casework.case_codes import notice_as_typed
from casework.context import Onward
from casework.principal import Principal
from engine.errors import CodedError, Refusal
from engine.message import Message, message
from notifiers.base import ChannelFault
from onward.installation import operating
from onward.options import AsJson
from onward.printing import show_json
from onward.spoken import say, spoken

app = typer.Typer()


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a notice that was to be sent again."""

    reference: str
    agency: str = ""
    """The agency it goes to; empty if sending it again was refused."""
    refusal: Message | None = None
    """Why it was not sent again; None if it was."""


@app.command()
def resend(
    notices: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NOTICE]...", help="The notices, as `onward undelivered` names them."
        ),
    ] = None,
    agency: Annotated[
        str, typer.Option("--to", metavar="AGENCY", help="All notices that were for this agency.")
    ] = "",
    not_configured: Annotated[
        bool,
        typer.Option(
            "--not-configured", help="All notices given up because a channel was not configured."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send undelivered notices again, after their agencies' addresses have been corrected."""
    named = (bool(notices), bool(agency), not_configured)
    if named.count(True) != 1 or not all(each.strip() for each in notices or ()):
        raise CodedError(message("call.notices_or_agency"))
    with operating() as (onward, by):
        these = [notice_as_typed(each) for each in notices or ()]
        if not_configured:
            found = queries.undeliverable(onward, by, limit=None)
            these = [line.reference for line in found if line.why == ChannelFault.NOT_CONFIGURED]
        if agency:
            code = agency.strip().upper()
            found = queries.undeliverable(onward, by, agency=code, limit=None)
            these = [line.reference for line in found]
            if not these:
                with onward.store.read() as connection:  # an unknown agency is refused
                    require_listed(connection, agency_here(connection, code))
        done = [_retried(onward, each, by) for each in these]
        _show(done, as_json)
    if any(each.refusal for each in done):
        raise typer.Exit(1)


def _retried(onward: Onward, reference: str, by: Principal) -> Retried:
    try:
        return Retried(reference=reference, agency=delivering.retry_notice(onward, reference, by))
    except Refusal as refusal:
        return Retried(reference=reference, refusal=refusal.message)


def _show(done: list[Retried], as_json: bool) -> None:
    if as_json:
        show_json(done)
        return
    for each in done:
        if each.refusal:
            typer.echo(spoken(each.refusal), err=True)
        else:
            typer.echo(say("done.resent", reference=each.reference, agency=each.agency))
    if not done:
        typer.echo(say("done.none_given_up"))

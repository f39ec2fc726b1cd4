"""`onward notices`: tries an address before agencies depend on it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from pydantic import SecretStr

from casework.trial_notice import try_address
from notifiers.base import Rendered
from onward.installation import operating
from onward.spoken import say, spoken

app = typer.Typer()


@app.command()
def notices(
    address: Annotated[
        str,
        typer.Option("--try", metavar="ADDRESS", help="The address to try; `-` reads one line."),
    ],
) -> None:
    """Send a message that is about nothing to an address, and say what the answer was taken for."""
    secret = SecretStr((sys.stdin.readline() if address == "-" else address).strip())
    trial = Rendered(subject=say("trial.subject"), body=say("trial.body"), language="en")
    with operating() as (onward, by):
        has_left, said = try_address(onward, secret, trial, by)
    typer.echo(spoken(said))
    raise typer.Exit(0 if has_left else 1)

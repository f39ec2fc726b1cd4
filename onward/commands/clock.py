"""`onward clock`: the installation's time, and advancing a stored clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from casework.advancing import Advanced, advance_clock
from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.principal import Principal
from engine.errors import CodedError, Refusal
from engine.message import message
from onward.installation import operating
from onward.options import moment
from onward.printing import show_on_their_way
from onward.spoken import say

app = typer.Typer()


@app.command()
def clock(
    to: Annotated[
        datetime | None,
        typer.Argument(
            metavar="MOMENT", parser=moment, help="The moment to which to advance a stored clock."
        ),
    ] = None,
) -> None:
    """Print the installation's time, or advance its clock if it is a stored one.

    Whatever becomes due on the way happens at its own time, even if `onward up` is not running; but
    only `onward up` sends the notices.
    """
    with operating() as (onward, by):
        advanced = _move_on(onward, to, by) if to is not None else None
        typer.echo(f"{onward.clock.now():%Y-%m-%d %H:%M:%S %Z}")
    if advanced is None:
        return
    if advanced.cases:
        typer.echo(say("told.happened", n=advanced.cases))
    show_on_their_way(advanced.on_their_way)
    for code, why in advanced.stuck.items():
        typer.echo(say("told.line", name=code, value=why), err=True)
    if advanced.stuck:
        raise typer.Exit(1)


def _move_on(onward: Onward, to: datetime, by: Principal) -> Advanced:
    """Advance the clock. Raises EngineError if it is not a stored clock, or `to` is in the past."""
    if not isinstance(onward.clock, StoredClock):
        raise CodedError(message("told.no_stored_clock"))
    if to < (now := onward.clock.now()):
        raise Refusal("not_possible.backwards", now=now)
    return advance_clock(onward, onward.clock, to, by)

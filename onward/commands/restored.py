"""`onward restored`: confirms that the database was restored on purpose."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.sealing.confirming import RestoredBecause, confirm
from onward.installation import operating
from onward.spoken import say

app = typer.Typer()


@app.command()
def restored(
    because: Annotated[
        RestoredBecause, typer.Option("--because", help="Why it was restored. This is recorded.")
    ],
) -> None:
    """Confirm that the database was restored: until then nothing is sent, and nothing sealed."""
    with operating() as (onward, by):
        lost = confirm(onward, because, by)
    typer.echo(say("done.goes_on", n=lost))
    if lost:
        typer.echo(say("done.holds_lost"))

"""`onward restored`: says that the database was put back on purpose."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.sealing.confirming import RestoredBecause, confirm
from engine.plural import counted
from onward.installation import operating

app = typer.Typer()


@app.command()
def restored(
    because: Annotated[
        RestoredBecause, typer.Option("--because", help="Why it was put back. This is recorded.")
    ],
) -> None:
    """Confirm that the database was restored: until then nothing is sent, and nothing sealed."""
    with operating() as (onward, by):
        lost = confirm(onward, because, by)
    typer.echo(f"it goes on; {counted(lost, 'sealed record')} of after the backup are lost")

"""`onward backup`: writes database, secrets and private files into one sealed file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework import backing_up
from casework.settings import Settings
from onward.installation import operating
from onward.recovery_sheet import sheet
from onward.spoken import say

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
    new_sheet: Annotated[
        bool,
        typer.Option(
            "--new-sheet",
            help="Make a recovery key first, and print its sheet: the only place where it will be.",
        ),
    ] = False,
) -> None:
    """Write the database and all secrets into one sealed file, while everything goes on."""
    settings = Settings.read()
    with operating() as (onward, by):
        if new_sheet:
            private = backing_up.new_recovery_key(onward, settings, by)
            typer.echo("\n".join(sheet(private, settings.home, onward.clock.now())))
        backing_up.back_up(onward, settings, file, by)
    typer.echo(say("done.backed_up", file=str(file)), err=True)
    typer.echo(say("done.keep_erasures", file=str(settings.erasures_file)), err=True)

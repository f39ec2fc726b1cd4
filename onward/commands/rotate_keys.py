"""`onward rotate-keys`: brings in a master key, wraps every key under it, and retires the old one."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import rotating
from casework.settings import Settings
from engine.plural import counted
from onward.installation import operating

app = typer.Typer()


@app.command("rotate-keys")
def rotate_the_keys(
    new: Annotated[
        bool, typer.Option("--new", help="Make a new master key first, in the file of them.")
    ] = False,
    retire: Annotated[
        bool,
        typer.Option("--retire", help="Take the old ones out of the file; nothing is wrapped."),
    ] = False,
) -> None:
    """Wrap every key under the first master key, while cases go on; afterwards retire the others."""
    if new and retire:
        raise typer.BadParameter(
            "--new and --retire are two steps: look in between that all went on"
        )
    with operating() as (onward, by):
        if retire:
            count = rotating.retire_master_keys(onward, Settings.read(), by)
            typer.echo(f"{counted(count, 'master key was', 'master keys were')} taken away")
            return
        if new:
            rotating.bring_in_master_key(onward, Settings.read(), by)
        count = rotating.rotate_keys(onward, by)
    typer.echo(f"{counted(count, 'key was', 'keys were')} wrapped anew")
    if new:
        typer.echo("Copy the new master key to its safe place; then: onward rotate-keys --retire")

"""`onward rotate-keys`: wraps every key under the first master key."""

from __future__ import annotations

import typer

from casework.rotating import rotate_keys
from engine.plural import counted
from onward.installation import operating

app = typer.Typer()


@app.command("rotate-keys")
def rotate_the_keys() -> None:
    """Wrap every key under the first master key; the others may be destroyed afterwards."""
    with operating() as (onward, by):
        count = rotate_keys(onward, by)
    typer.echo(f"{counted(count, 'key was', 'keys were')} wrapped anew")

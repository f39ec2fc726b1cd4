"""`onward seal`: puts what was recorded into the sealed log now."""

from __future__ import annotations

import typer

from casework.sealing import sealer
from onward.installation import operating
from onward.spoken import say

app = typer.Typer()


@app.command()
def seal() -> None:
    """Seal what was recorded, and sign a checkpoint; it happens by itself four times an hour."""
    with operating() as (onward, by):
        done = sealer.seal(onward, by)
    if done is None:
        typer.echo(say("done.sealing_elsewhere"))
        return
    size = done.checkpoint.size if done.checkpoint else 0
    typer.echo(say("done.sealed", n=done.added, size=size))

"""`onward seal`: puts what was recorded into the sealed log now."""

from __future__ import annotations

import typer

from casework.sealing import sealer
from engine.plural import counted
from onward.installation import operating

app = typer.Typer()


@app.command()
def seal() -> None:
    """Seal what was recorded, and sign a checkpoint; it happens by itself four times an hour."""
    with operating() as (onward, by):
        done = sealer.seal(onward, by)
    if done is None:
        typer.echo("another process is sealing")
        return
    size = done.checkpoint.size if done.checkpoint else 0
    typer.echo(f"{counted(done.added, 'record')} sealed; the log has {size}")

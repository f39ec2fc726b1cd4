"""`onward checkpoint`: the newest checkpoint of the sealed log for somebody else to keep, the keys
that verify it, or the request to a witness.
"""

from __future__ import annotations

from typing import Annotated

import typer

from casework.sealing import handing_out
from casework.sealing.checkpoint import read_checkpoint
from onward.installation import operating

app = typer.Typer()


@app.command()
def checkpoint(
    line: Annotated[
        bool,
        typer.Option(
            "--line", help="Print it on one line without signatures, for paper or the telephone."
        ),
    ] = False,
    keys: Annotated[
        bool,
        typer.Option(
            "--keys",
            help="Print the keys that verify our checkpoints, and what we sign as a witness.",
        ),
    ] = False,
    since: Annotated[
        int | None,
        typer.Option(
            "--since",
            metavar="SIZE",
            min=0,
            help="For a witness that has a checkpoint of SIZE: add the proof that the log has only grown since.",
        ),
    ] = None,
) -> None:
    """Print the newest checkpoint of the sealed log: keep it where nobody here can reach it."""
    with operating() as (onward, by):
        if keys:
            for each in handing_out.keys(onward, by):
                typer.echo(each)
        elif since is not None:
            typer.echo(handing_out.request(onward, since, by), nl=False)
        else:
            note = handing_out.newest(onward, by)
            said = f"{read_checkpoint(note.text).line}\n" if line else note.written
            typer.echo(said, nl=False)

"""`onward witness`: vouches for the sealed log of another installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.sealing.notes import VerifierKey
from casework.sealing.witnessing import cosign
from onward.authoring.pathway_files import read
from onward.installation import operating
from onward.options import verifier_key

app = typer.Typer()


@app.command()
def witness(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `onward checkpoint --since` printed there.")
    ],
    key: Annotated[
        VerifierKey | None,
        typer.Option(
            "--key",
            metavar="KEY",
            parser=verifier_key,
            help="The key of that log, needed the first time, as `onward checkpoint --keys` "
            "prints it there.",
        ),
    ] = None,
) -> None:
    """Sign another log's checkpoint, if that log has only grown since its last checkpoint seen
    here.
    """
    with operating() as (onward, by):
        typer.echo(cosign(onward, read(file), by, key).written, nl=False)

"""`onward prove`: the proof of one entry, for somebody who has no other entries."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.sealing import handing_out
from onward.installation import operating
from onward.options import CaseCode

app = typer.Typer()


@app.command()
def prove(
    code: CaseCode,
    entry: Annotated[
        int, typer.Argument(metavar="ENTRY", min=1, help="Its number in `onward log`.")
    ],
) -> None:
    """Print the proof that an entry of a case is in the sealed log; it reveals nothing about the
    case.
    """
    with operating() as (onward, by):
        typer.echo(handing_out.prove(onward, code, entry, by), nl=False)

"""`onward schema`: the JSON Schemas for editors."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from engine.schemas import SCHEMAS, FileKind

app = typer.Typer()


@app.command()
def schema(
    of: Annotated[
        FileKind, typer.Argument(metavar="KIND", help="The kind of file.")
    ] = FileKind.PATHWAY,
) -> None:
    """Print the JSON Schema with which an editor completes and checks what you write."""
    typer.echo(json.dumps(SCHEMAS[of](), indent=2))

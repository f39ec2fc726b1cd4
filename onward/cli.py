"""The command `onward`: one command a use case, one clear line an error."""

from __future__ import annotations

import sys

import typer

from engine.errors import EngineError
from onward import authoring

app = typer.Typer(
    help="Drives cases along declared pathways across agencies and borders.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(authoring.app)


def main() -> None:
    """Run a command; a refusal or a fault is told in words and ends with exit code 1."""
    try:
        app()
    except (EngineError, OSError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)

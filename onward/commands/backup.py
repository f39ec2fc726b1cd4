"""`onward backup`: writes the database, secrets and private files into one sealed file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from casework import backing_up
from casework.settings import Settings
from models.recovery_keys import written
from onward.installation import operating
from onward.spoken import say

app = typer.Typer()
_WIDTH = 92
"""The width of a line on paper, in characters."""


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")
    ],
    new_sheet: Annotated[
        bool,
        typer.Option(
            "--new-sheet",
            help="First make a new recovery key and print its sheet, the only copy of it.",
        ),
    ] = False,
) -> None:
    """Write the database and all secrets into one sealed file, without stopping anything."""
    settings = Settings.read()
    with operating() as (onward, by):
        if new_sheet:
            # First, since a sheet from a command that then failed might be thrown away, although
            # its key is needed for all later backups.
            backing_up.require_free(file)
            private = backing_up.new_recovery_key(onward, settings, by)
            typer.echo("\n".join(_sheet(private, settings.home, onward.clock.now())))
        backing_up.back_up(onward, settings, file, by)
    typer.echo(say("done.backed_up", file=str(file)), err=True)
    typer.echo(say("done.keep_erasures", file=str(settings.erasures_file)), err=True)


def _sheet(private: bytes, home: Path, made_at: datetime) -> Iterator[str]:
    """The lines of the recovery sheet, which is kept on paper.

    Args:
        private: the recovery key.
    """
    yield say("sheet.title")
    yield ""
    yield say("sheet.made", at=made_at, folder=str(home))
    yield ""
    yield from wrap(say("sheet.kept"), _WIDTH)
    yield ""
    for number, line in enumerate(written(private), 1):
        yield f"    {number}  {line}"
    yield ""
    yield say("sheet.check")
    yield ""
    yield say("sheet.to_put_back")
    yield say("sheet.copy")
    yield say("sheet.restore")
    yield say("sheet.on_postgresql")
    yield say("sheet.type")
    yield say("sheet.verify")
    yield ""
    yield say("sheet.try_it")

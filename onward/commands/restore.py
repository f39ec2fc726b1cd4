"""`onward restore`: restores a backup where there is nothing yet, or tries it out in a scratch
place.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from casework import restoring
from casework.restoring import Restored, Unpacked
from casework.settings import Settings
from engine.message import message
from models.copies import scratch_database
from models.private_files import make_folder
from models.recovery_keys import read
from models.session import Store
from onward.spoken import say, spoken

app = typer.Typer()

_SQLITE = "sqlite"


@app.command()
def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file that `onward backup` wrote.")
    ],
    erasures: Annotated[
        list[Path] | None,
        typer.Option("--erasures", metavar="LIST", help="Newer lists of erasures: erasures.jsonl."),
    ] = None,
    drill: Annotated[
        bool,
        typer.Option(
            "--drill", help="Only try it: restore into a scratch place, verify that, and remove it."
        ),
    ] = False,
) -> None:
    """Restore a backup where there is nothing yet; you are asked for the recovery key."""
    settings, lists = Settings.read(), erasures or []
    private = read(_typed())
    parent = None if drill else settings.home
    if parent:
        make_folder(parent)
    with tempfile.TemporaryDirectory(dir=parent, prefix="restore-") as folder:
        backup = restoring.unpack(file, private, Path(folder))
        if drill:
            _drill(settings, backup, lists, Path(folder))
            return
        restored = restoring.restore(settings, backup, lists)
    typer.echo(_told(restored))
    at = restored.data_keys_at
    typer.echo(say("done.data_keys_of", at=at) if at else say("done.data_keys_first"))
    typer.echo(say("done.look_first"))
    typer.echo(say("done.say_why"))


def _drill(settings: Settings, backup: Unpacked, lists: list[Path], folder: Path) -> None:
    with _scratch(settings, backup, folder) as url:
        drilled = restoring.drill(settings, backup, lists, url, folder / "home")
    typer.echo(_told(drilled.restored))
    for fault in drilled.faults:
        typer.echo(spoken(fault), err=True)
    if drilled.faults:
        raise typer.Exit(1)
    typer.echo(say("done.drilled"))


@contextmanager
def _scratch(settings: Settings, backup: Unpacked, folder: Path) -> Iterator[str]:
    if backup.manifest.store == _SQLITE:
        yield f"sqlite:///{folder / 'scratch.db'}"
        return
    with closing(Store(settings.store_url)) as store, scratch_database(store) as url:
        yield url


def _told(restored: Restored) -> str:
    keys = message("amount.keys", n=len(restored.erased_again))
    return say("done.restored", n=restored.cases, at=restored.manifest.made_at, keys=keys)


def _typed() -> str:
    """The recovery key from standard input: its lines up to an empty one."""
    if sys.stdin.isatty():
        typer.echo(say("done.type_recovery_key"), err=True)
    lines = []
    for line in sys.stdin:
        if not line.strip():
            break
        lines.append(line)
    return "".join(lines)

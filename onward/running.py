"""Running it: the embedded stack on one machine."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.bootstrap import connect
from casework.settings import Settings
from onward.stack import WORKER_LIMIT, Stack

app = typer.Typer()


@app.command()
def up(
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Of Prefect's page; 4200 or any free one."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=6, help="Cases that the worker drives at a time.")
    ] = WORKER_LIMIT,
) -> None:
    """Run all of it on this machine until Ctrl-C: Prefect's server, and a worker with its ticker."""
    settings = Settings.read()
    connect(settings).close()
    with Stack(settings.home, port=port, worker_limit=limit, progress=_say) as stack:
        _say(f"Prefect, for managers: {stack.ui_url}")
        _say(f"Records: {_records(settings)}; logs: {stack.home / 'logs'}")
        _say("Ctrl-C stops it; cases go on where they were when it is started again")
        stack.wait()
    _say("Stopped")


def _say(text: str) -> None:
    typer.echo(text)


def _records(settings: Settings) -> str:
    """Where they are; an address may hold a password."""
    if settings.database_url is None:
        return str(settings.home / "onward.db")
    return "where ONWARD_DATABASE_URL says"

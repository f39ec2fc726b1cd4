"""`onward up`: runs the embedded stack on one machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from casework.authenticating import operator
from casework.bootstrap import connect
from casework.settings import Settings
from onward.stack.prefect_api import sign_in
from onward.stack.stack import WORKER_LIMIT, Stack, held, kept_port, refuse_second

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
    refuse_second(settings.home)
    with kept_port(port) as kept:
        with closing(connect(settings)) as onward:
            operator(onward)  # nobody else starts what reads every case
        with (
            held(settings.home),
            Stack(
                settings.home,
                port=kept,
                worker_limit=limit,
                environment=_environment(settings),
                progress=_say,
            ) as stack,
        ):
            _say(f"Cases now: {stack.cases_url}")
            _say(sign_in(stack.home))
            _say(f"Records: {_records(settings)}; logs: {stack.home / 'logs'}")
            if (key := settings.home / "master.key").exists():
                _say(f"{key}: back it up apart from the records, which cannot be read without it")
            _say("Ctrl-C stops it; cases go on where they were when it is started again")
            stack.wait()
    _say("Stopped")


def _say(text: str) -> None:
    typer.echo(text)


def _environment(settings: Settings) -> dict[str, str]:
    """Variables for the worker, which runs in another folder: relative paths are made absolute."""
    found = {"ONWARD_ADDRESSES": str(settings.addresses)} if settings.addresses else {}
    url = make_url(settings.store_url)
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).absolute()))
    return found | {"ONWARD_DATABASE_URL": url.render_as_string(hide_password=False)}


def _records(settings: Settings) -> str:
    """Where the records are; an address may contain a password, which is not shown."""
    if settings.database_url is None:
        return str(settings.home / "onward.db")
    return "where ONWARD_DATABASE_URL says"

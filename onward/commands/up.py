"""`onward up`: runs the embedded stack on one machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from casework import due_for_erasure
from casework.authenticating import operator
from casework.bootstrap import connect
from casework.relying_party import relying_party
from casework.settings import Settings
from models.session import parsed_address
from onward.spoken import say
from onward.stack.prefect_api import sign_in
from onward.stack.stack import PORTAL_PORT, WORKER_LIMIT, Stack, held, kept_port, refuse_second

app = typer.Typer()


@app.command()
def up(
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65535,
            help="The port of Prefect's page. Default: 4200, or any free one.",
        ),
    ] = None,
    portal_port: Annotated[
        int | None,
        typer.Option(
            "--portal-port",
            min=1,
            max=65535,
            help="The port of the agencies' pages. Default: 4280, or any free one.",
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", min=1, max=6, help="How many cases the worker drives at a time."),
    ] = WORKER_LIMIT,
) -> None:
    """Run everything on this machine until Ctrl-C: Prefect's server, a worker with its ticker, and
    the agencies' pages.
    """
    settings = Settings.read()
    refuse_second(settings.home)
    with kept_port(port) as kept, kept_port(portal_port, PORTAL_PORT) as pages:
        with closing(connect(settings)) as onward:
            by = operator(onward)  # only this command loads what reads every case
            overdue = due_for_erasure.overdue(onward, by)
            is_mute = not onward.addresses
        with (
            held(settings.home),
            Stack(
                settings.home,
                port=kept,
                portal_port=pages,
                worker_limit=limit,
                environment=environment_of(settings),
                progress=_say,
            ) as stack,
        ):
            _say(say("stack.cases_now", url=stack.cases_url))
            _say(sign_in(stack.home))
            pages_at = settings.portal or stack.portal_url
            _say(say("stack.pages", url=pages_at))
            if relying_party(pages_at) is None:
                _say(say("stack.no_passkeys", url=pages_at))
            _say(say("stack.invite"))
            _say(say("stack.records", records=_records(settings), logs=str(stack.home / "logs")))
            if (key := settings.home / "master.key").exists():
                _say(say("stack.back_up_key", file=str(key)))
            if is_mute:
                _say(say("stack.no_addresses"))
            if overdue:
                _say(say("stack.kept_long_enough", n=overdue))
            _say(say("stack.ctrl_c"))
            stack.wait()
    _say(say("stack.all_stopped"))


def _say(text: str) -> None:
    typer.echo(text)


def environment_of(settings: Settings) -> dict[str, str]:
    """Variables for the stack's processes, with absolute paths, since these processes run in
    another folder.
    """
    found = {"ONWARD_ADDRESSES": str(settings.addresses)} if settings.addresses else {}
    if settings.prefect:
        found["PREFECT_UI_URL"] = settings.prefect
    if settings.portal:
        found["ONWARD_PORTAL"] = settings.portal
    url = parsed_address(settings.store_url)
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).absolute()))
    return found | {"ONWARD_DATABASE_URL": url.render_as_string(hide_password=False)}


def _records(settings: Settings) -> str:
    """Where the records are, without the password that an address may contain."""
    if settings.database_url is None:
        return str(settings.home / "onward.db")
    return say("stack.records_elsewhere")

"""After an erasure: what Prefect shows of the cases is deleted too."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from casework.settings import Settings
from onward.spoken import say
from onward.stack.prefect_api import PrefectApi, known_api


def forget_runs(codes: Iterable[str]) -> None:
    """Delete the runs of erased cases in Prefect, where it is known and answers."""
    codes = [*codes]
    api = known_api(Settings.read().home)
    if api is None and codes:
        typer.echo(say("done.prefect_unknown"))
    elif api is not None:
        left = [code for code in codes if not _forget(api, code)]
        if left:
            raise typer.Exit(1)


def _forget(api: PrefectApi, code: str) -> bool:
    import httpx  # a tenth of a second

    from onward.stack.forgetting import forget

    try:
        runs = forget(api, code)
    except httpx.HTTPError as error:
        typer.echo(say("done.runs_left", case=code, why=type(error).__name__), err=True)
        return False
    typer.echo(say("done.runs_deleted", n=runs))
    return True

"""After an erasure, also deletes what Prefect shows of the erased cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer

from casework.settings import Settings
from onward.spoken import say
from onward.stack.prefect_api import PrefectApi, known_api

_SECONDS = 10.0
_AT_ONCE = 200


def forget_runs(codes: Iterable[str]) -> None:
    """Delete the runs and artifacts of erased cases in Prefect. If Prefect's address is not known,
    print a line that says so.

    Raises:
        typer.Exit: with 1 if this failed for some case.
    """
    codes = [*codes]
    api = known_api(Settings.read().home)
    if api is None and codes:
        typer.echo(say("done.prefect_unknown"))
    elif api is not None:
        left = [code for code in codes if not _forget(api, code)]
        if left:
            raise typer.Exit(1)


def _forget(api: PrefectApi, code: str) -> bool:
    import httpx  # takes a tenth of a second

    try:
        runs = forget(api, code)
    except httpx.HTTPError as error:
        typer.echo(say("done.runs_left", case=code, why=type(error).__name__), err=True)
        return False
    typer.echo(say("done.runs_deleted", n=runs))
    return True


def forget(api: PrefectApi, code: str) -> int:
    """Delete the runs and artifacts of a case. Returns how many runs were deleted.

    Prefect keeps its own events for as long as its settings say.

    Raises:
        httpx.HTTPError: Prefect does not answer, or refuses.
    """
    from flows.showing import artifact_key

    with api.patient_client(_SECONDS) as client:

        def found(what: str, wanted: Any) -> list[str]:
            answer = client.post(f"/{what}/filter", json={**wanted, "limit": _AT_ONCE})
            return [each["id"] for each in answer.json()]

        pages = {"artifacts": {"key": {"any_": [artifact_key(code)]}}}
        named = {"flow_runs": {"name": {"like_": code}}}
        deleted = 0
        for what, wanted in (("artifacts", pages), ("flow_runs", named)):
            while ids := found(what, wanted):
                for each in ids:
                    client.delete(f"/{what}/{each}")
                deleted = deleted + len(ids) if what == "flow_runs" else deleted
    return deleted

"""Takes what Prefect shows of a case out of Prefect: its runs and their pages."""

from __future__ import annotations

from typing import Any

from flows.showing import artifact_key
from onward.stack.prefect_api import PrefectApi

_SECONDS = 10.0
_AT_ONCE = 200


def forget(api: PrefectApi, code: str) -> int:
    """Delete the runs and artifacts of a case. Returns how many runs.

    Prefect keeps events of its own for as long as its settings say.

    Raises:
        httpx.HTTPError: Prefect does not answer, or refuses.
    """
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

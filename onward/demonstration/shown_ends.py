"""Waits until Prefect shows that the runs of ended cases are over."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import httpx

from onward.stack.prefect_api import PrefectApi

SHOWN_SECONDS = 60.0
"""How long Prefect may take to show that the cases have ended, after the last of them has."""
_POLL_SECONDS = 0.2
_SHOWN = ("COMPLETED", "CANCELLED")
_DELETED = "DELETED"
"""Stands for the state of a run that Prefect no longer has."""
_BROKEN_OFF = ("CRASHED", "FAILED", _DELETED)
"""How a run may end without showing the end of its case. Nobody retries it then, since nothing is
left to do in the case.
"""


def until_shown(
    api: PrefectApi, runs: Mapping[str, str], *, goes_on: Callable[[], bool] = lambda: True
) -> list[str]:
    """Wait until Prefect shows that the runs of these cases are over, which takes it a moment.
    Gives up after `SHOWN_SECONDS`.

    Args:
        runs: the ids of the runs, by case code. Nothing is left to do in any of the cases.
        goes_on: tells whether to go on waiting.

    Returns:
        The codes of the cases whose run crashed, failed or was deleted, and so will never show it.
    """
    until = time.monotonic() + SHOWN_SECONDS
    left, broken_off = dict(runs), list[str]()
    while left and goes_on() and time.monotonic() < until:
        states = {code: _state(api, run) for code, run in left.items()}
        broken_off += [code for code, state in states.items() if state in _BROKEN_OFF]
        over = (*_SHOWN, *_BROKEN_OFF)
        left = {code: run for code, run in left.items() if states[code] not in over}
        if left:
            time.sleep(_POLL_SECONDS)
    return broken_off


def _state(api: PrefectApi, run: str) -> str:
    """The type of a run's state; empty if Prefect does not say."""
    try:
        answer = api.ask("GET", f"/flow_runs/{run}")
    except httpx.TransportError:
        return ""
    if answer.status_code == httpx.codes.NOT_FOUND:
        return _DELETED
    found = answer.json().get("state_type") if answer.status_code == httpx.codes.OK else None
    return str(found or "")

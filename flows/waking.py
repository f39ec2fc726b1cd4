"""Wakes a case's run as soon as somebody has changed the case.

This is best effort: a lost wake costs a second or two, until the ticker finds the case. Only the
usual situation is handled here, with two API calls: a waiting run is resumed. Prefect itself is not
imported, since that would take longer than everything else a command does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from flows.driving import Driving

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("onward.waking")

TIMEOUT_SECONDS = 1.0
REST_SECONDS = 10.0
"""How long no wake is tried after one has failed, so that callers are not kept waiting again."""


class PrefectWaker:
    """Resumes a case's flow run if the run is waiting. Thread-safe.

    A case whose run is missing or has ended is left to the ticker, which can replace it.

    Args:
        client: creates a client of Prefect's API with a given timeout in seconds.
    """

    def __init__(
        self,
        driving: Driving,
        client: Callable[[float], httpx.Client],
        *,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._driving, self._client = driving, client
        self._elapsed = elapsed
        self._rest_until = float("-inf")
        self._lock = threading.Lock()

    def wake(self, code: str) -> None:
        with self._lock:
            if self._elapsed() < self._rest_until:
                return
        try:
            run = self._driving.run_of(code)
            if run is not None:
                self._resume(run)
        except Exception as error:  # noqa: BLE001 - the change is made; a wake may fail as it likes
            log.info(
                "wake left to the ticker: %s",
                type(error).__name__,
                extra={"action": "wake_failed", "case": code},
            )
            with self._lock:
                self._rest_until = self._elapsed() + REST_SECONDS

    def _resume(self, run: str) -> None:
        with self._client(TIMEOUT_SECONDS) as client:
            # Read it first: if asked to resume a deleted run, the server closes the connection.
            found = client.get(f"/flow_runs/{run}")
            if found.status_code == HTTPStatus.NOT_FOUND:
                return
            state = found.raise_for_status().json()["state"]
            if state is not None and state["type"] == "PAUSED":
                client.post(f"/flow_runs/{run}/resume", json={}).raise_for_status()

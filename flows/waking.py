"""Waking a case's run as soon as somebody changed the case.

Best effort: a wake that is lost costs a second or two, until the ticker finds the case. Only what is
common is done here, by two calls of Prefect's API: a run that waits is resumed. Prefect itself is not
imported, which takes longer than all else that a command does.
"""

from __future__ import annotations

import base64
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

from flows.driving import Driving

log = logging.getLogger("onward.waking")

TIMEOUT_SECONDS = 1.0
REST_SECONDS = 10.0
"""After Prefect did not answer, callers are not kept waiting again for so long."""


class Waker(Protocol):
    """Whoever changed a case calls this after the commit."""

    def wake(self, code: str) -> None:
        """Never raises, and takes about two seconds at the very most."""
        ...


class PrefectWaker:
    """Resumes the case's flow run if it waits. Safe to share between threads.

    A case whose run is missing or at its end is left to the ticker, which knows how to replace it.

    Args:
        address: of Prefect's API, as in `PREFECT_API_URL`.
    """

    def __init__(
        self, driving: Driving, address: str, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._driving, self._address = driving, address
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
        import httpx  # a tenth of a second, and most commands find nobody to wake

        with httpx.Client(
            base_url=self._address, headers=_credentials(), timeout=TIMEOUT_SECONDS
        ) as client:
            # Read first: asked to resume a run that was deleted, the server hangs up.
            found = client.get(f"/flow_runs/{run}")
            if found.status_code == httpx.codes.NOT_FOUND:
                return
            state = found.raise_for_status().json()["state"]
            if state is not None and state["type"] == "PAUSED":
                client.post(f"/flow_runs/{run}/resume", json={}).raise_for_status()


def _credentials() -> dict[str, str]:
    """As Prefect's own client sends them."""
    if password := os.environ.get("PREFECT_API_AUTH_STRING"):
        return {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
    if key := os.environ.get("PREFECT_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    return {}

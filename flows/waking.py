"""Waking a case's run as soon as somebody changed the case.

Best effort: a wake that is lost costs a second or two, until the ticker finds the case.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from flows import runs
from flows.driving import CaseRef, Driving

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
    """Resumes the case's flow run, or creates it. Safe to share between threads."""

    def __init__(self, driving: Driving, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._driving = driving
        self._elapsed = elapsed
        self._rest_until = float("-inf")
        self._lock = threading.Lock()

    def wake(self, code: str) -> None:
        with self._lock:
            if self._elapsed() < self._rest_until:
                return
        try:
            case = CaseRef(code=code, flow_run_id=self._driving.run_of(code))
            with runs.connected(TIMEOUT_SECONDS) as client:
                runs.wake(client, self._driving, case)
        except Exception as error:  # noqa: BLE001 - the change is made; a wake may fail as it likes
            log.info(
                "wake left to the ticker: %s",
                type(error).__name__,
                extra={"action": "wake_failed", "case": code},
            )
            with self._lock:
                self._rest_until = self._elapsed() + REST_SECONDS

"""Makes sure a worker stops when asked, even while Prefect does not answer.

Prefect's client waits for an absent server during the worker's teardown, in running activations,
and again at process exit, where sending is retried without end. Nothing is lost by not waiting: a
run that is cut off is retried, and what is due stays due.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from typing import Any

log = logging.getLogger("onward.worker")

STOP_SECONDS = 25.0
"""Longer than the longest delivery attempt, which must be recorded; shorter than the half minute
after which most systems kill a process.
"""
LOOK_SECONDS = 0.5


class Stopper:
    """Ends a process whose worker was asked to stop.

    Args:
        host: the task in which the worker runs; cancelling the task asks the worker to stop.
    """

    def __init__(self, host: asyncio.Task[Any]) -> None:
        self._host = host
        self._was_asked = False
        self._ended = threading.Event()

    @property
    def is_asked(self) -> bool:
        return self._was_asked or self._host.cancelling() > 0

    def watch(self) -> None:
        """From now on, end the process `STOP_SECONDS` after its worker is asked to stop."""
        threading.Thread(target=self._watch, name="onward-stopping", daemon=True).start()

    def worker_ended(self) -> None:
        """Note that the worker has ended. If nobody asked it to stop, the process may go on."""
        self._was_asked = self.is_asked
        if not self._was_asked:
            self._ended.set()

    def _watch(self) -> None:
        while not self.is_asked:
            if self._ended.wait(LOOK_SECONDS):
                return
        time.sleep(STOP_SECONDS)
        log.warning("stopped without waiting for Prefect", extra={"action": "stopped_at_once"})
        os._exit(0)

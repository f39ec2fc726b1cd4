"""A worker that was asked to stop does stop, even while Prefect answers nobody.

Prefect's client waits out a server that is away, in the teardown of a worker, in the activations that
are under way, and once more at the exit of the process, where what was to be sent is tried again without
an end. Nothing is lost by not waiting: a run is replaced, and what is due stays due.
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
"""More than the longest attempt to deliver a notice, which is to be recorded; less than the half minute
after which most systems kill."""
LOOK_SECONDS = 0.5


class Stopping:
    """Watches over the end of a process whose worker is asked to stop.

    Args:
        host: the task in which the worker runs; to be asked is to be cancelled, whoever does it.
    """

    def __init__(self, host: asyncio.Task[Any]) -> None:
        self._host = host
        self._was_asked = False
        self._ended = threading.Event()

    @property
    def is_asked(self) -> bool:
        return self._was_asked or self._host.cancelling() > 0

    def watch(self) -> None:
        """From now on the process ends `STOP_SECONDS` after its worker was asked to stop."""
        threading.Thread(target=self._watch, name="onward-stopping", daemon=True).start()

    def worker_ended(self) -> None:
        """One that was not asked ended of itself: then the process goes on as it likes."""
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

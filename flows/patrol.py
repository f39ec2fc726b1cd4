"""Looking after the runs of open cases: cancelled, deleted, crashed or lost ones come back.

A page of cases at a time, so that ten thousand waiting cases cost Prefect one small query every few
seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from flows import runs
from flows.driving import CaseRef, Driving

log = logging.getLogger("onward.patrol")

INTERVAL_SECONDS = 5.0
PAGE = 200
MENDS_PER_LOOK = 20
"""Prefect creates about 17 runs a second; the ticker's next look goes on where this one stopped."""
WORKER_LABEL = "prefect.worker.name"


class Patrol:
    """Goes round all open cases.

    Args:
        worker: the name of the worker in this process.
        in_flight: ids of the runs that this process is executing.
    """

    def __init__(
        self,
        driving: Driving,
        *,
        worker: str = "",
        in_flight: Callable[[], frozenset[str]] = frozenset,
        interval: float = INTERVAL_SECONDS,
        elapsed: Callable[[], float] = time.monotonic,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._driving = driving
        self._worker = worker
        self._in_flight = in_flight
        self._interval = interval
        self._elapsed = elapsed
        self._real_now = real_now
        self._after = ""
        self._next_at = float("-inf")
        self._born = real_now()

    def is_time(self) -> bool:
        return self._elapsed() >= self._next_at

    def start_over(self) -> None:
        """Look at all cases again, from the first, and at once."""
        self._after = ""
        self._next_at = float("-inf")

    def look(self, client: SyncPrefectClient) -> int:
        """Look at the next page of cases; returns how many runs were created or retried."""
        if not self.is_time():
            return 0
        cases = self._driving.open_cases(self._after, PAGE)
        found = runs.read_all(client, cases)
        mended = 0
        for case in cases:
            mended += self._mend(client, case, found.get(case.flow_run_id or ""))
            self._after = case.code
            if mended >= MENDS_PER_LOOK:
                return mended
        if len(cases) < PAGE:
            self._after = ""
        self._next_at = self._elapsed() + self._interval
        return mended

    def _mend(self, client: SyncPrefectClient, case: CaseRef, run: FlowRun | None) -> bool:
        if run is not None and self._is_lost(run):
            runs.retry(client, run)
            log.warning(
                "a run was lost with its process", extra={"action": "run_lost", "case": case.code}
            )
            return True
        return runs.mend(client, self._driving, case, run) is not None

    def _is_lost(self, run: FlowRun) -> bool:
        if str(run.id) in self._in_flight():
            return False
        mine = run.labels.get(WORKER_LABEL) == self._worker
        if mine and run.state is not None and run.state.timestamp < self._born:
            return runs.is_under_way(run)
        return runs.is_lost(run, mine=mine, now=self._real_now())

"""Looking after the runs of open cases: cancelled, deleted, crashed or lost ones come back.

A page of cases at a time, so that ten thousand waiting cases cost Prefect one small query every few
seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from flows import runs
from flows.driving import Driving

INTERVAL_SECONDS = 5.0
PAGE = 200
MENDS_PER_LOOK = 20
"""Prefect creates about 17 runs a second; the ticker's next look goes on where this one stopped."""
OWN_SECONDS = 10.0
"""A run that this worker, or none, has been given for so long without having it is lost."""
OTHERS_SECONDS = 300.0
"""The same for another worker's run; it may wait for a container to start."""
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
            run = found.get(case.flow_run_id or "")
            mended += bool(runs.mend(client, self._driving, case, run, self.is_lost))
            self._after = case.code
            if mended >= MENDS_PER_LOOK:
                return mended
        if len(cases) < PAGE:
            self._after = ""
        self._next_at = self._elapsed() + self._interval
        return mended

    def is_lost(self, run: FlowRun) -> bool:
        """Whether the run says that a process has it although none does any more."""
        if run.state is None or not runs.is_under_way(run) or str(run.id) in self._in_flight():
            return False
        worker, since = run.labels.get(WORKER_LABEL), run.state.timestamp
        if worker == self._worker and since < self._born:
            return True  # a former life of this process had it
        patience = OTHERS_SECONDS if worker not in (None, self._worker) else OWN_SECONDS
        return (self._real_now() - since).total_seconds() > patience

"""Looking after the runs of open cases: cancelled, deleted, crashed or lost ones come back.

A page of cases at a time, so that ten thousand waiting cases cost Prefect one small query every few
seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
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
"""The same for another worker's run, as long as Prefect hears of that worker or it is of another kind: it
may wait for a container to start."""
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
        self._born = self._asked_at = real_now()
        self._gone: frozenset[str] = frozenset()

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
        self._ask_for_workers(client, found.values())
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
        if worker in self._gone and since < self._asked_at:
            return True
        patience = OTHERS_SECONDS if worker not in (None, self._worker) else OWN_SECONDS
        return (self._real_now() - since).total_seconds() > patience

    def _ask_for_workers(self, client: SyncPrefectClient, found: Iterable[FlowRun]) -> None:
        """Which workers of runs that are under way have gone: Prefect knows it by their heartbeats.

        Only where there is such a run of another worker, and only of workers that run cases in their
        own process as ours does: what another kind has started in a container lives on without it.
        """
        self._asked_at = self._real_now()
        held: dict[str, set[str]] = {}
        for run in found:
            if run.work_pool_name and (worker := self._held_by(run)):
                held.setdefault(run.work_pool_name, set()).add(worker)
        self._gone = frozenset(
            worker for pool, names in held.items() for worker in runs.gone(client, pool, names)
        )

    def _held_by(self, run: FlowRun) -> str | None:
        """Another worker that has had the run for some time."""
        worker = run.labels.get(WORKER_LABEL)
        if run.state is None or not runs.is_under_way(run) or worker == self._worker:
            return None
        age = (self._asked_at - run.state.timestamp).total_seconds()
        return str(worker) if worker is not None and age > OWN_SECONDS else None

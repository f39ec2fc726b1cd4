"""Looks after the runs of cases. A run of an open case is replaced if it was cancelled, completed
or deleted, or if its pool was deleted; it is retried if it failed, crashed or was lost.

It works a page at a time, so ten thousand waiting cases cost Prefect one small query every few
seconds. A run that was lost after its case had ended is looked for only among those that Prefect
believes to be running.
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
ENDED_SECONDS = 60.0
"""How often to look for lost runs of cases that have ended."""
PAGE = 200
MENDS_PER_LOOK = 20
"""The most runs of open cases mended per look. Prefect creates about 17 a second; the next look
continues where this one stopped.
"""
OWN_SECONDS = 10.0
"""A run assigned to this worker, or to none, counts as lost if this process is not executing it
after this long.
"""
OTHERS_SECONDS = 300.0
"""The limit for another worker's run, while that worker sends heartbeats or is of another type: the
run may be waiting for a container.
"""
WORKER_LABEL = "prefect.worker.name"


class Patrol:
    """Cycles through all open cases, and looks for lost runs, also those of ended cases.

    Args:
        worker: the name of the worker in this process.
        in_flight: gives the ids of the runs that this process is executing.
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
        self._next_at = self._ended_at = float("-inf")
        self._born = self._asked_at = real_now()
        self._gone: frozenset[str] = frozenset()

    def is_time(self) -> bool:
        return self._elapsed() >= self._next_at

    def start_over(self) -> None:
        """Begin again with the first case, at the next look, which is due at once."""
        self._after = ""
        self._next_at = self._ended_at = float("-inf")

    def look(self, client: SyncPrefectClient) -> int:
        """If it is time, check the next page of open cases and, every `ENDED_SECONDS`, look for
        lost runs of any case. Returns how many runs were created or retried.
        """
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
        mended += self._run_lost_again(client)
        self._next_at = self._elapsed() + self._interval
        return mended

    def _run_lost_again(self, client: SyncPrefectClient) -> int:
        """Retry lost runs, including those of ended cases, which nothing else looks at: without
        this, Prefect would show them as running for ever. Returns how many there were.
        """
        if self._elapsed() < self._ended_at:
            return 0
        lost = [run for run in runs.under_way(client, PAGE) if self.is_lost(run)]
        for run in lost:
            runs.retry_lost(client, run)
        self._ended_at = self._elapsed() + ENDED_SECONDS
        return len(lost)

    def is_lost(self, run: FlowRun) -> bool:
        """Whether a run claims to be running although no process has it."""
        if run.state is None or not runs.is_under_way(run) or str(run.id) in self._in_flight():
            return False
        worker, since = run.labels.get(WORKER_LABEL), run.state.timestamp
        if worker == self._worker and since < self._born:
            return True  # an earlier process of this worker had it
        if worker in self._gone and since < self._asked_at:
            return True
        patience = OTHERS_SECONDS if worker not in (None, self._worker) else OWN_SECONDS
        return (self._real_now() - since).total_seconds() > patience

    def _ask_for_workers(self, client: SyncPrefectClient, found: Iterable[FlowRun]) -> None:
        """Find which workers of unfinished runs are gone, by their heartbeats in Prefect.

        Prefect is asked only if other workers have such runs, and only about workers of this type,
        which run cases in their own process. A worker of another type may start a container for a
        run, and the container outlives the worker.
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
        """The other worker that has had the run for over `OWN_SECONDS`; None if there is none."""
        worker = run.labels.get(WORKER_LABEL)
        if run.state is None or not runs.is_under_way(run) or worker == self._worker:
            return None
        age = (self._asked_at - run.state.timestamp).total_seconds()
        return str(worker) if worker is not None and age > OWN_SECONDS else None

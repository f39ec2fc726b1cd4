"""Checks whether there may be runs for a worker, in a way that costs the server little."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType

ANYWAY_SECONDS = 10.0
"""How often a worker asks even if no runs are counted: after a minute without being asked, Prefect
shows the pool and its deployments as not ready.
"""


class Demand:
    """Tells whether runs are due in a work pool, by counting them.

    Each time a worker asks for runs, the server writes to its database twice. That takes three
    times as long as a count and blocks other writers, and usually there are no runs.

    Args:
        elapsed: a monotonic clock, in seconds.
    """

    def __init__(self, pool: str, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[pool]))
        self._elapsed = elapsed
        self._ask_at = float("-inf")

    async def is_likely(self, client: PrefectClient, ahead: timedelta) -> bool:
        """Whether a worker should ask for runs now: if any are due, or if `ANYWAY_SECONDS` have
        passed since this last returned True.

        Args:
            ahead: runs that are due within this time count too.
        """
        now = self._elapsed()
        if now < self._ask_at and not await self._count(client, ahead):
            return False
        self._ask_at = now + ANYWAY_SECONDS
        return True

    async def _count(self, client: PrefectClient, ahead: timedelta) -> int:
        # Validated, since Prefect has its own type for moments.
        until = FlowRunFilterNextScheduledStartTime.model_validate(
            {"before_": datetime.now(UTC) + ahead}
        )
        scheduled = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
        due = FlowRunFilter(
            state=FlowRunFilterState(type=scheduled), next_scheduled_start_time=until
        )
        return await client.count_flow_runs(flow_run_filter=due, work_pool_filter=self._pool)

"""Whether there may be runs for a worker, asked in a way that costs the server little."""

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
"""How often a worker asks although none are counted: after a minute without, Prefect shows pool and deployments as not
ready.
"""


class Demand:
    """The runs that are due at a pool.

    When a worker asks for them, the server writes that down, twice: that takes three times as long as a count, and
    keeps others from writing. Mostly there are none.

    Args:
        elapsed: real seconds that only go forward.
    """

    def __init__(self, pool: str, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[pool]))
        self._elapsed = elapsed
        self._ask_at = float("-inf")

    async def is_likely(self, client: PrefectClient, ahead: timedelta) -> bool:
        """Whether to ask for them.

        Args:
            ahead: runs that are due that much later count too.
        """
        now = self._elapsed()
        if now < self._ask_at and not await self._count(client, ahead):
            return False
        self._ask_at = now + ANYWAY_SECONDS
        return True

    async def _count(self, client: PrefectClient, ahead: timedelta) -> int:
        # Validated, since Prefect has a type of its own for moments.
        until = FlowRunFilterNextScheduledStartTime.model_validate(
            {"before_": datetime.now(UTC) + ahead}
        )
        scheduled = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
        due = FlowRunFilter(
            state=FlowRunFilterState(type=scheduled), next_scheduled_start_time=until
        )
        return await client.count_flow_runs(flow_run_filter=due, work_pool_filter=self._pool)

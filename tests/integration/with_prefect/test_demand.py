"""How a worker learns whether there are runs for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled

from flows.case import drive_case
from flows.demand import ANYWAY_SECONDS, Demand

AHEAD = timedelta(seconds=10)


def test_runs_are_asked_for_where_there_are_some_and_now_and_then_anyway(
    prefect_server: None,
) -> None:
    """What is due at another pool is nothing to this one, and later is later."""
    seconds = [1000.0]
    demand = Demand("ours", elapsed=lambda: seconds[0])

    def is_likely(after: float = 0) -> bool:
        seconds[0] += after
        return anyio.run(_is_likely, demand)

    assert is_likely()
    assert not is_likely()
    _scheduled("theirs", datetime.now(UTC))
    ours = _scheduled("ours", datetime.now(UTC) + 2 * AHEAD)
    assert not is_likely()
    assert is_likely(ANYWAY_SECONDS)
    assert not is_likely()
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(ours.id, Scheduled(), force=True)
    assert is_likely()
    assert is_likely()


async def _is_likely(demand: Demand) -> bool:
    async with get_client() as client:
        return await demand.is_likely(client, AHEAD)


def _scheduled(pool: str, at: datetime) -> FlowRun:
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        return client.create_flow_run(
            drive_case, state=Scheduled(scheduled_time=at), work_pool_name=pool
        )

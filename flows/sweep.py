"""`sweep`: does what is due in many cases inside a single run that managers can follow.

The ticker starts it when a backlog has built up; a manager may start it at any time.
"""

from __future__ import annotations

from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from flows.backlog import Tally, deliver_one, settle_one
from flows.case import CaseCode
from flows.driving import Driving, connect
from flows.saying import say

BATCH = 500
"""How many cases a sweep claims if none are given; the next sweep takes the rest."""


@task(name="settle", task_run_name=lambda: say("prefect.settle"), cache_policy=NO_CACHE, retries=1)
def settle_all(driving: Driving, codes: list[str], tally: Tally) -> None:
    """Settle all cases. This comes before the notices, because a deadline may protect somebody."""
    tally.settled = tally.failed = 0
    for code in codes:
        settle_one(driving, code, tally)


@task(
    name="deliver", task_run_name=lambda: say("prefect.deliver"), cache_policy=NO_CACHE, retries=1
)
def deliver_all(driving: Driving, codes: list[str], tally: Tally) -> None:
    """Deliver the notices. One that cannot be delivered now is tried again at its own time."""
    for code in codes:
        deliver_one(driving, code, tally)


@flow(name="sweep", flow_run_name=lambda: say("prefect.sweep"))
def sweep(codes: list[CaseCode] | None = None) -> State[Any]:
    """Settle cases and deliver their notices.

    Args:
        codes: case codes; if left out, the sweep claims up to 500 cases that are due, and works on
            the pressing ones.
    """
    driving = connect()
    if codes is None:
        codes = [ref.code for ref in driving.due(driving.now(), BATCH) if ref.pressing]
    if not codes:
        return Completed(name=say("prefect.nothing_due"))
    tally = Tally()
    settle_all(driving, codes, tally)
    deliver_all(driving, codes, tally)
    swept = say("prefect.swept", n=len(codes))
    get_run_logger().info("%s: %s", swept, tally)
    if not tally.settled:
        return Failed(name=say("prefect.swept_nothing"), message=str(tally))
    return Completed(name=swept, message=str(tally))

"""The work of many cases at once, with or without Prefect.

Normally a case's own run does its work. This is for a backlog, for times when Prefect does not
answer, and for cases whose runs leave their work undone. Whatever is due is settled first, since a
deadline may protect somebody; then the notices are delivered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

import msgspec

from engine.message import message
from flows.driving import ClaimedNotice, Driving, TryLater
from flows.faults import EngineFault, discreet
from flows.saying import say

log = logging.getLogger("onward.backlog")

DELIVERY_BUDGET_SECONDS = 30.0
"""How long `work_off` spends on delivering before it leaves the remaining cases to the next call,
so that a slow channel does not hold up clocks for long.
"""


class Tally(msgspec.Struct, kw_only=True):
    """What was done: how many cases were settled, and how many notices delivered or postponed.
    `failed` counts cases and notices that raised an error and are still due.
    """

    settled: int = 0
    delivered: int = 0
    postponed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return say(
            "prefect.tally",
            settled=message("prefect.tally_settled", n=self.settled),
            delivered=message("prefect.tally_delivered", n=self.delivered),
            postponed=self.postponed,
            failed=self.failed,
        )


def work_off(
    driving: Driving,
    codes: Iterable[str],
    *,
    budget: float = DELIVERY_BUDGET_SECONDS,
    elapsed: Callable[[], float] = time.monotonic,
) -> Tally:
    """Settle these cases, then deliver the notices of those that were settled.

    An error in one case is logged and does not stop the others.

    Args:
        budget: after this many seconds of delivering, no further case is begun.
        elapsed: a monotonic clock, in seconds.
    """
    tally = Tally()
    settled = [code for code in codes if settle_one(driving, code, tally)]
    until = elapsed() + budget
    for code in settled:
        if elapsed() >= until:
            break
        deliver_one(driving, code, tally)
    return tally


def settle_one(driving: Driving, code: str, tally: Tally) -> bool:
    """Settle one case, and count it in the tally. Returns False if it raised an error, which is
    logged.
    """
    try:
        with discreet():
            driving.settle(code)
    except EngineFault as fault:
        log.error("settling failed: %s", fault, extra={"action": "settle_failed", "case": code})
        tally.failed += 1
        return False
    tally.settled += 1
    return True


def deliver_one(driving: Driving, code: str, tally: Tally) -> None:
    """Deliver the notices that one case owes or, with `OF_NO_CASE`, the installation itself. They
    are counted in the tally; errors are logged.
    """
    try:
        with discreet():
            notices = driving.notices(code)
    except EngineFault as fault:
        log.error("notices failed: %s", fault, extra={"action": "notices_failed", "case": code})
        tally.failed += 1
        return
    for notice in notices:
        _hand_over(driving, notice, tally)


def _hand_over(driving: Driving, notice: ClaimedNotice, tally: Tally) -> None:
    extra = {"action": "deliver_failed", "notice": notice.reference}
    try:
        with discreet(but=TryLater):
            tally.delivered += driving.deliver(notice).delivered
    except TryLater:
        tally.postponed += 1
    except EngineFault as fault:
        log.error("delivery failed: %s", fault, extra=extra)
        tally.failed += 1

"""Threads for what takes a while, apart from those of all other pages.

A password takes a while to look at, on purpose; a check of a pathway, or a turn in each of many cases, takes up to
minutes. However many are sent at once, pages go on; and who would wait too long is told so at once instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from casework.passwords import AT_ONCE
from engine.message import Message, message

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class TakesLong:
    """What has threads of its own, and how many."""

    threads: int
    most_waiting: int
    """So many more may wait for one."""
    come_back: int
    """Seconds after which to try again."""
    crowded: Message
    """What is said to whoever may not wait."""


PASSWORDS = TakesLong(AT_ONCE, 16, 5, message("page.crowded"))
"""Each of the threads is done with its part of those that wait within a second or so."""
MANY_CASES = TakesLong(2, 30, 60, message("page.busy"))
"""Whatever a coordinator asks that checks a pathway or goes through cases. A page with all drawings of a draft asks for
many at once.
"""


class Crowded(Exception):
    """So many wait already that nobody else may."""


class QueueApart:
    """People who wait for such a thread, in the order in which they came."""

    def __init__(self, apart: TakesLong) -> None:
        self._threads = CapacityLimiter(apart.threads)
        self._most, self._there = apart.threads + apart.most_waiting, 0

    async def wait_for(self, answer: Callable[[], T]) -> T:
        """Raises Crowded, before anything is done."""
        if self._there >= self._most:
            raise Crowded
        self._there += 1
        try:
            return await to_thread.run_sync(answer, limiter=self._threads)
        finally:
            self._there -= 1

"""Separate threads for requests that take a while, so that other pages keep theirs.

Checking a password takes a while on purpose; checking a pathway, or taking a turn in each of many
cases, may take minutes. However many such requests arrive at once, other pages still work; and
somebody who would have to wait too long is told so at once.
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
    """A kind of request that takes long, with the number of its own threads."""

    threads: int
    most_waiting: int
    """How many more requests may wait for a thread."""
    come_back: int
    """How many seconds the sender of a rejected request is told to wait before trying again."""
    crowded: Message
    """The answer to a request that is rejected, since too many are waiting."""


PASSWORDS = TakesLong(AT_ONCE, 16, 5, message("page.crowded"))
"""Password checks: each thread finishes its share of those waiting within a second or so."""
MANY_CASES = TakesLong(2, 30, 60, message("page.busy"))
"""Requests by coordinators that check a pathway or go through cases. A page with all drawings of a
draft makes many such requests at once.
"""


class Crowded(Exception):
    """Too many requests of a kind are waiting already."""


class QueueApart:
    """A queue for the threads of one kind of request, in the order of arrival."""

    def __init__(self, apart: TakesLong) -> None:
        self._threads = CapacityLimiter(apart.threads)
        self._most, self._there = apart.threads + apart.most_waiting, 0

    async def wait_for(self, answer: Callable[[], T]) -> T:
        """Run a function in one of the threads. Raises Crowded, before anything is done, if too many
        requests are waiting already.
        """
        if self._there >= self._most:
            raise Crowded
        self._there += 1
        try:
            return await to_thread.run_sync(answer, limiter=self._threads)
        finally:
            self._there -= 1

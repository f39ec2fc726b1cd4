"""A channel is made when the first notice leaves, and only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from notifiers.base import Channel, ChannelFault, DeliveryError, Rendered
from notifiers.late_channel import LateChannel
from notifiers.memory import MemoryChannel
from tests.installations import addresses

MESSAGE = Rendered(subject="Something to do", body="See the worklist", language="en")
(RECIPIENT,) = addresses("NG-HOME email").channels("NG-HOME")


def test_nothing_is_made_before_the_first_notice() -> None:
    """And every notice, from whichever thread, goes through the same one."""
    made: list[MemoryChannel] = []

    def make() -> Channel:
        made.append(MemoryChannel())
        return made[-1]

    channel = LateChannel(make)
    assert made == []
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: channel.send(RECIPIENT, MESSAGE, f"7K2F-9QXM-{n}"), range(1, 9)))
    assert len(made) == 1
    assert len(made[0].sent) == 8


def test_what_the_channel_refuses_is_refused() -> None:
    """The deliverer hears of it as of any channel."""
    refusing = MemoryChannel()
    refusing.fail(RECIPIENT, 1, ChannelFault.PERMANENT)
    with pytest.raises(DeliveryError, match=r"delivery\.permanent channel=email"):
        LateChannel(lambda: refusing).send(RECIPIENT, MESSAGE, "7K2F-9QXM-1")

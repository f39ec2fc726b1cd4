"""Each stack has a port of its own, also where several start at one moment."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from onward.stack.stack import StackError, free_port, kept_port


def test_stacks_that_start_at_one_moment_get_different_ports() -> None:
    """Though no server of any of them listens yet; with the end of a stack its port is free again."""
    with ExitStack() as ends:
        ports = [ends.enter_context(kept_port()) for _ in range(3)]
        assert len({*ports}) == 3
        assert free_port(ports[1]) != ports[1]
        with pytest.raises(StackError, match=f"stack.port_taken port={ports[1]}"):
            ends.enter_context(kept_port(ports[1]))
    with kept_port(ports[1]) as again:
        assert again == ports[1]

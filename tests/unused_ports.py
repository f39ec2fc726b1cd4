"""Ports for servers that begin to listen a while after they were told where."""

from __future__ import annotations

import os
from itertools import count

from onward.stack.stack import free_port

_PLACES = range(20_000, 32_000)
"""Systems give out higher ones by themselves: such a one could have gone to somebody else by then."""
_APART = 64
"""How many a process may use before it comes to those of the next."""
_numbers = count(os.getpid() * _APART)


def unused_port() -> int:
    """One where nobody listens, and that no other test is given."""
    places = (_PLACES[number % len(_PLACES)] for number in _numbers)
    return next(place for place in places if free_port(place) == place)

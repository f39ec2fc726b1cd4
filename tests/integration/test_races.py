"""Whatever races for a case, its log is one order and nothing leaves that nobody knew of."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from tests.installations import ready
from tests.races import AT_ONCE, processes, race, reachable

ROUNDS = 20
TAKES_SECONDS = (0.0, 0.05, 0.5)


def test_nothing_leaves_that_a_withdrawal_did_not_know_of(url: str, tmp_path: Path) -> None:
    """Accept, withdraw, revoke, settle and deliver at once, in processes of their own."""
    chance = random.Random(1)
    with (
        closing(reachable(ready(url, tmp_path))) as onward,
        processes(url, tmp_path) as among,
    ):
        for first in range(0, ROUNDS, AT_ONCE):
            takes = [TAKES_SECONDS[first // AT_ONCE % len(TAKES_SECONDS)]] * AT_ONCE
            assert [*race(onward, among, takes, chance)] == []

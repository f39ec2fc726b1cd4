"""A thousand rounds in which accept, withdraw, revoke, settle and deliver race for a case, each in a
process of its own, with a channel that takes 0, 50 and 500 ms. Any case that is not in order is named.

    python -m tests.benchmarks.races [ROUNDS] [--url postgresql://...]

Without a URL it runs on SQLite in a scratch folder; a database named must be empty.

Measured, 1000 rounds on two busy cores: 1395 s on SQLite and 1418 s on PostgreSQL, no faults; in 244 and 253
rounds a notice was called off on its way.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.installations import installation, prepared
from tests.races import AT_ONCE, MET, processes, race, reachable

TAKES_SECONDS = (0.0, 0.05, 0.5)


def run(url: str, home: Path, rounds: int, seed: int) -> int:
    chance, faults = random.Random(seed), 0
    begun = time.perf_counter()
    with (
        closing(reachable(prepared(installation(url, home)))) as onward,
        processes(url, home) as among,
    ):
        for first in range(0, rounds, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, rounds))
            # All of one batch alike, so that a short round does not wait for a long one.
            takes = TAKES_SECONDS[first // AT_ONCE % len(TAKES_SECONDS)]
            for fault in race(onward, among, [takes for _ in numbers], chance):
                faults += 1
                print(fault, flush=True)
    seconds = time.perf_counter() - begun
    met = ", ".join(f"{what}: {number}" for what, number in sorted(MET.items()))
    print(f"{rounds} rounds in {seconds:.0f} s; {faults} faults; notices of a round: {met}")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description="Races for a case.")
    parser.add_argument("rounds", type=int, nargs="?", default=1000)
    parser.add_argument("--url", default="")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onward-races-") as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'onward.db'}"
        raise SystemExit(1 if run(url, Path(folder), given.rounds, given.seed) else 0)


if __name__ == "__main__":
    main()

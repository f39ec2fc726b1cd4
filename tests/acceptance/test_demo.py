"""The demonstration as a user runs it: a command, its summary, and a process killed in the middle."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from engine.translation import words
from tests.outside import PATIENCE_SECONDS
from tests.played import Played

CASES, SEED = 2, 63
"""Two ends within few moments, each with twenty notices at once: a kill comes in their middle."""
LIMIT_SECONDS = 3 * PATIENCE_SECONDS
"""A server starts, a few cases are played, and the server starts again."""


class Demo:
    """A demonstration under way in a process of its own."""

    def __init__(self, home: Path, root: Path, *, cases: int, seed: int) -> None:
        self.home, self.output = home, home / "output.txt"
        command = [sys.executable, "-m", "onward", "demo"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--cases", str(cases), "--seed", str(seed)],
                cwd=root,
                env={**os.environ, "ONWARD_HOME": str(home)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait(self) -> int:
        return self.process.wait(LIMIT_SECONDS)

    def notices(self) -> dict[str, int]:
        """How often the sending of each notice was recorded."""
        found = list(self.home.glob("demo/run-*/onward.db"))
        if not found:
            return {}
        query = (
            "SELECT reference, count(*) FROM notices JOIN notice_attempts"
            " ON notice_id = notices.id WHERE outcome = 'sent' GROUP BY reference"
        )
        try:
            with closing(sqlite3.connect(f"file:{found[0]}?mode=ro", uri=True)) as store:
                return dict(store.execute(query).fetchall())
        except sqlite3.OperationalError:  # its tables are being made
            return {}

    def child(self, module: str) -> psutil.Process:
        """The process of the stack that runs a module."""
        children = psutil.Process(self.process.pid).children()
        return next(each for each in children if module in each.cmdline())

    def counts(self) -> dict[str, int]:
        """The lines of the summary that end in a number."""
        lines = [line.strip().rpartition(" ") for line in self.text.splitlines()]
        return {what.strip(): int(number) for what, _, number in lines if number.isdigit()}

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)


@pytest.fixture(name="demo")
def _demo(tmp_path: Path, project_root: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path, project_root, cases=CASES, seed=SEED)
    yield demo
    demo.stop()


@pytest.fixture(name="expected", scope="module")
def _expected() -> Counter[str]:
    """The ends to which the seed leads, without store, Prefect and processes."""
    return Counter(Played(number, SEED).state.end for number in range(1, CASES + 1))


def assert_all_is_well(demo: Demo, expected: Counter[str]) -> None:
    assert demo.wait() == 0, demo.text
    counts = demo.counts()
    assert {end: counts[words(end)] for end in expected} == expected
    # One that an agency's act cancelled while it was on its way was received as well.
    assert counts["Sent"] <= len(demo.notices()) <= counts["Received in the mailbox"]
    assert "All is well" in demo.text
    assert "Traceback" not in demo.text


def test_the_demonstration_leads_its_cases_to_the_ends_of_the_seed(
    demo: Demo, expected: Counter[str]
) -> None:
    """Every notice that was sent is in the mailbox, and the exit code is 0."""
    assert_all_is_well(demo, expected)
    assert "Received twice" not in demo.counts()
    assert demo.counts()["Received in the mailbox"] == len(demo.notices())
    assert set(demo.notices().values()) == {1}


def test_processes_that_are_killed_in_the_middle_change_no_end(
    demo: Demo, expected: Counter[str]
) -> None:
    """Promises 3 and 8: the same ends, no notice lost, and a duplicate bears the same reference."""
    until = time.monotonic() + LIMIT_SECONDS
    for notices, module in ((12, "flows.worker_process"), (24, "prefect")):
        while len(demo.notices()) < notices:
            assert time.monotonic() < until
            assert demo.process.poll() is None, demo.text
            time.sleep(0.05)
        demo.child(module).kill()
    assert_all_is_well(demo, expected)
    for name in ("worker", "server"):
        assert f"The {name} had stopped and was started again" in demo.text

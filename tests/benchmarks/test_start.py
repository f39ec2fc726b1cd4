"""What a command costs against importing the libraries that it needs: the rest of a start is ours.

Both are processes of their own that take turns, so that whatever the machine does besides burdens both
alike; what is counted is the processor's time, not the clock's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.desk import ROOT, Desk

ROUNDS = 15
WANTED_RATIO = 1.5
LIBRARIES = "import sqlmodel, pydantic_settings, cryptography, typer, msgspec, lark"


@pytest.mark.parametrize(
    ("words", "shown"), [(("tasks", "--as", "GH-GPS"), "talk.1"), (("cases",), "GH-GPS")]
)
def test_a_command_costs_little_more_than_the_libraries_it_needs(
    tmp_path: Path, words: tuple[str, ...], shown: str
) -> None:
    """A list with a line in it, by the median of the rounds."""
    desk = Desk(tmp_path)
    desk.set_up()
    desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS")
    command = ("-m", "onward", *words)
    assert shown in run(*command, **desk.environment)
    ratios = []
    for _ in range(ROUNDS):
        libraries = seconds("-c", LIBRARIES)
        ratios.append(seconds(*command, **desk.environment) / libraries)
    print(f"\ncommand / libraries: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    assert median(ratios) <= WANTED_RATIO


def seconds(*words: str, **environment: str) -> float:
    """Of the processor, for the process and for the system on its behalf."""
    resource = pytest.importorskip("resource")  # Windows has none
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*words, **environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def run(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout

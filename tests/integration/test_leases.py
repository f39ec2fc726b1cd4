"""What a killed process held is free at once, what a living one holds is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from casework import leases
from casework.context import Onward
from casework.driving import CaseDriving
from casework.leases import is_dead, me
from tests.installations import addresses, opened, ready

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="only Linux tells which process a lease is of"
)

_WORKER = """
import sys
from pathlib import Path
from casework import driving as drives
from casework.driving import CaseDriving
from casework.leases import me
from tests.installations import installation
url, home, code = sys.argv[1:]
drives.LEASE_SECONDS = 3600.0  # no lease runs out by itself, however slow the machine
driving = CaseDriving(installation(url, Path(home)))
print(me(), len(driving.due(driving.now(), 10)), len(driving.notices(code)), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation with one agency that can be reached."""
    made = ready(url, tmp_path)
    yield replace(made, addresses=addresses("GH-ONE email"))
    made.close()


@contextmanager
def worker(root: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Another process that has claimed what there is, and what it says of itself."""
    with subprocess.Popen(
        [sys.executable, "-c", _WORKER, *arguments],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().split()
        finally:
            process.kill()


def test_what_a_killed_worker_held_is_taken_over_at_once(
    onward: Onward, url: str, tmp_path: Path, project_root: Path
) -> None:
    """Its case and its notices; not while it lives, and once."""
    code = opened(onward)
    driving = CaseDriving(onward)
    with worker(project_root, url, str(tmp_path), code) as (process, (name, cases, notices)):
        assert (cases, notices) == ("1", "1")
        assert driving.due(driving.now(), 10) == []
        assert driving.notices(code) == []
        assert not is_dead(name)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(name), "although nobody has cleared it away yet"
        process.wait()
        assert is_dead(name)
        assert [ref.code for ref in driving.due(driving.now(), 10)] == [code]
        (notice,) = driving.notices(code)
        assert driving.notices(code) == []
        assert driving.deliver(notice).delivered


def test_only_what_is_certain_counts_as_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine, another start of it, a word of an older Onward: they run out by themselves."""
    host, place, pid, started = me().split(":")
    assert not is_dead(me())
    assert is_dead(f"{host}:{place}:{pid}:{int(started) - 1}"), "the number was given anew"
    for other in (
        "",
        "vm:4711",
        f"{host}:other:{pid}:1",
        f"{host}::{pid}:1",
        f"{host}:{place}:x:1",
    ):
        assert not is_dead(other)
    monkeypatch.setattr(leases, "_started", lambda pid: None)
    assert not is_dead(f"{host}:{place}:{pid}:1"), "it is there, if it cannot be read either"

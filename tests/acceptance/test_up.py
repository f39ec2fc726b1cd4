"""`onward up` on a fresh folder: it starts, drives a case that a command opens, and stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from models.private_files import HAS_MODES
from onward.stack.prefect_api import known_api, password_file, stack_address
from tests.desk import ROOT, Desk, FarDesk
from tests.outside import PATIENCE_SECONDS
from tests.unused_ports import unused_port

WITHOUT_PASSKEYS = "http://192.0.2.7"
"""Where browsers find the agencies' pages, and make no passkeys."""


class Up:
    """`onward up` as a process of its own."""

    def __init__(self, desk: Desk) -> None:
        self.port, self.home = unused_port(), desk.home
        self.log = desk.folder / "up.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "onward", "up", "--port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, **desk.environment, "ONWARD_PORTAL": WITHOUT_PASSKEYS},
                umask=0o022,  # as most systems have it: the tests' own folders are private
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, what: str) -> None:
        """Wait until it has said something."""
        end = time.monotonic() + PATIENCE_SECONDS
        while what not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_SECONDS)

    def run_of(self, code: str) -> dict[str, Any]:
        """The case's only flow run; empty while it has none."""
        api = known_api(self.home)
        assert api is not None
        answer = api.ask("POST", "/flow_runs/filter", {}, timeout=PATIENCE_SECONDS)
        found = answer.raise_for_status().json()
        runs = [run for run in found if run["parameters"].get("code") == code]
        assert len(runs) <= 1
        return runs[0] if runs else {}

    def run_waits_for(self, code: str, state: str) -> dict[str, Any]:
        """The case's run, once it says that it waits for this."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (run := self.run_of(code)).get("state_name") != state:
            assert time.monotonic() < end, (run, self.said())
            time.sleep(0.2)
        return run


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    """A fresh folder with a pathway and a registry."""
    desk = Desk(tmp_path)
    desk.set_up()
    return desk


@pytest.fixture(name="up")
def _up(desk: Desk) -> Iterator[Up]:
    made = Up(desk)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait()


def test_up_starts_drives_a_case_and_stops_on_ctrl_c(desk: Desk, up: Up) -> None:
    """A case opened by a command gets a run that says what it waits for, and never a name."""
    up.until("Starting Prefect")
    assert "Onward is already" in _refused(desk)
    code = desk.open()
    up.until("Ctrl-C stops Onward")
    assert "master.key in a different place from the records" in up.said()
    assert "No notice can leave: no agency has an address" in up.said()
    assert f"Staff cannot use passkeys at {WITHOUT_PASSKEYS}" in up.said()
    assert "<html" in up.get("/").text
    assert f"Cases now: http://127.0.0.1:{up.port}/artifacts/artifact/" in up.said()
    assert f"asks each browser once for a password: it is the whole line in {up.home}" in up.said()

    run = up.run_waits_for(code, "Awaiting screener")
    assert run["name"] == f"{code} Passage"
    assert {"open", "stage:contact", "waiting:screener"} <= set(run["tags"])
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    run = up.run_waits_for(code, "Awaiting home answer")
    assert {"waiting:home", "country:GH", "country:NG"} <= set(run["tags"])

    assert f"Onward is already running in {desk.home}: http://" in _refused_while_busy(desk, up)
    logs = "".join(file.read_text() for file in (desk.home / "logs").glob("*.log"))
    assert code in logs
    assert "Person 7" not in logs + up.said()

    children = psutil.Process(up.process.pid).children(recursive=True)
    password = password_file(desk.home).read_text()
    words = [word for child in children for word in child.cmdline()]
    assert [word for word in words if password in word] == []
    assert password not in logs + up.said()
    assert _open_to_others(desk.home) == []
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(PATIENCE_SECONDS) == 0
    assert up.said().splitlines()[-1] == "Stopped"
    assert len(children) >= 2
    assert [child for child in children if child.is_running()] == []
    assert stack_address(desk.home) is None


def _open_to_others(home: Path) -> list[str]:
    """What stands in the folder and is not for its owner alone."""
    found = [home, *home.rglob("*")]
    assert len(found) > 10
    return [str(path) for path in found if HAS_MODES and path.stat().st_mode & 0o077]


def _refused(desk: Desk) -> str:
    """What a second one is told, which is a process of its own."""
    return FarDesk(desk.folder).refused("up")


def _refused_while_busy(desk: Desk, up: Up) -> str:
    """A second one, while the server of the first answers nobody."""
    server = psutil.Process(up.process.pid).children()[0]
    server.suspend()
    try:
        return _refused(desk)
    finally:
        server.resume()

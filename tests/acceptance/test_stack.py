"""The embedded stack keeps its promises while its processes are killed and its database emptied.

Real processes, real time: a Prefect server, a worker with its ticker, and cases in a SQLite file.
One stack serves all tests; each has cases of its own.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.driving import EndKind
from onward.stack import Stack, StackError, free_port
from tests.paper_cases import Line, PaperCases

SCRIPT = (
    Line(text="Asked the consulate: travel document", notify="NG-NAPTIP"),
    Line(text="Reminded the consulate", waits_for="consulate", hours=48, notify="NG-NAPTIP"),
    Line(text="Prepared the journey", hours=24, notify="GH-MOI", refusals=1),
    Line(text="Reintegrated", hours=24, notify="NG-NAPTIP", end=EndKind.SUCCESS),
)
STORY = ["Opened", *(line.text for line in SCRIPT)]
UNDER_WAY = {"Pending", "Submitting", "Running"}


class Running:
    """A stack with its cases, and the questions the tests ask Prefect."""

    def __init__(self, stack: Stack, cases: PaperCases) -> None:
        self.stack, self.cases = stack, cases

    def all_runs(self) -> list[dict[str, Any]]:
        """All flow runs; none when Prefect does not answer."""
        try:
            answer = httpx.post(f"{self.stack.api_url}/flow_runs/filter", json={}, timeout=10)
        except httpx.TransportError:
            return []
        found: list[dict[str, Any]] = answer.json() if answer.status_code == httpx.codes.OK else []
        return found

    def runs(self, *codes: str) -> list[dict[str, Any]]:
        """The flow runs of these cases."""
        return [run for run in self.all_runs() if run["parameters"].get("code") in codes]

    def press(self, method: str, path: str, content: dict[str, Any] | None) -> None:
        """What a button of the UI does; pressed again when the database was locked."""
        while True:
            url = f"{self.stack.api_url}{path}"
            answer = httpx.request(method, url, json=content, timeout=10)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                answer.raise_for_status()
                return

    def sweeps(self) -> list[str]:
        """How each sweep ended."""
        return [run["state_name"] for run in self.all_runs() if run["name"] == "Sweep"]

    def wait(self, *codes: str) -> bool:
        """Each of these cases has one run, and it waits for the consulate."""
        states = [run["state_name"] for run in self.runs(*codes)]
        return states == ["Awaiting consulate answer"] * len(codes)

    def states(self, *codes: str) -> set[str]:
        return {run["state_name"] for run in self.runs(*codes)}

    def open(self, *codes: str) -> None:
        self.cases.open(*codes, script=SCRIPT)

    def go_on_until(
        self, reached: Callable[[], object], *, hours: float = 0, limit: float = 60
    ) -> None:
        """Wait until something holds; the installation's clock goes on `hours` each half second."""
        until = time.monotonic() + limit
        while not reached():
            assert time.monotonic() < until, (self.cases.ends(), self.stack.worker.last_lines(20))
            if hours:
                self.cases.advance(hours)
            time.sleep(0.5 if hours else 0.05)

    def all_told(self, *codes: str) -> bool:
        """Every case has come to its end, with its whole log, and Prefect shows it."""
        at_end = all(self.cases.ends()[code] == "Reintegrated" for code in codes)
        return at_end and self.cases.untold() == 0 and self.ended(*codes)

    def ended(self, *codes: str) -> bool:
        runs = self.runs(*codes)
        living = [run for run in runs if run["state_name"] != "Replaced"]
        return len(living) == len(codes) and {r["state_name"] for r in living} == {"Reintegrated"}

    def prove(self, *codes: str) -> None:
        """The same end as if nothing had happened, and each notice once under its reference."""
        for code in codes:
            assert self.cases.entries(code) == STORY
        sent = Counter(self.cases.received())
        owed = {f"{code}-{n}": 1 for code in codes for n in range(len(SCRIPT))}
        assert {ref: n for ref, n in sent.items() if ref.rpartition("-")[0] in codes} == owed


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stack of its own for this file, since its tests break it."""
    home = tmp_path_factory.mktemp("home")
    provider = {
        "ONWARD_DRIVING": "tests.paper_cases:connect",
        "PAPER_CASES": str(home / "cases.db"),
    }
    cases = PaperCases(home / "cases.db")
    with Stack(home, port=free_port(0), environment=provider) as stack:
        yield Running(stack, cases)


def test_a_case_goes_from_opening_to_closing_in_one_run(running: Running) -> None:
    """The run waits under a name of its own, is tagged for filters, and ends with the end's name."""
    running.open("AAAA-0001")
    running.go_on_until(lambda: running.wait("AAAA-0001"))
    run = running.runs("AAAA-0001")[0]
    assert run["name"] == "AAAA-0001 Paper pathway"
    assert {"open", "pathway:paper", "waiting:consulate", "country:NG"} <= set(run["tags"])

    running.go_on_until(lambda: running.all_told("AAAA-0001"), hours=8)

    running.prove("AAAA-0001")
    (run,) = running.runs("AAAA-0001")
    assert (run["state_type"], "ended:success" in run["tags"]) == ("COMPLETED", True)


def test_kill_the_worker_and_the_cases_end_the_same(running: Running) -> None:
    """Promise 8: kill -9 while runs are under way; the next worker takes them over."""
    codes = ("BBBB-0001", "BBBB-0002", "BBBB-0003")
    running.open(*codes)
    running.go_on_until(lambda: UNDER_WAY & running.states(*codes))
    victim = running.stack.worker.pid
    assert victim is not None

    os.kill(victim, signal.SIGKILL)

    running.go_on_until(lambda: running.all_told(*codes), hours=6)
    running.prove(*codes)
    assert running.stack.worker.pid not in (None, victim)


def test_kill_the_server_and_the_cases_end_the_same(running: Running) -> None:
    """Promise 8: kill -9 the Prefect server while runs are under way."""
    codes = ("CCCC-0001", "CCCC-0002", "CCCC-0003")
    running.open(*codes)
    running.go_on_until(lambda: UNDER_WAY & running.states(*codes))
    victim = running.stack.server.pid
    assert victim is not None

    os.kill(victim, signal.SIGKILL)

    running.go_on_until(lambda: running.all_told(*codes), hours=6)
    running.prove(*codes)
    assert running.stack.server.pid not in (None, victim)


def test_nothing_pressed_in_the_ui_loses_a_case(running: Running) -> None:
    """A cancelled and a deleted run of an open case are replaced; a resume finds nothing to do."""
    codes = ("DDDD-0001", "DDDD-0002", "DDDD-0003")
    running.open(*codes)
    running.go_on_until(lambda: running.wait(*codes))
    first, second, third = (running.runs(code)[0]["id"] for code in codes)
    before = running.cases.entries(codes[2])

    cancel = {"state": {"type": "CANCELLED", "name": "Cancelled"}, "force": True}
    running.press("POST", f"/flow_runs/{first}/set_state", cancel)
    running.press("DELETE", f"/flow_runs/{second}", None)
    running.press("POST", f"/flow_runs/{third}/resume", {})

    running.go_on_until(lambda: _waits_again(running, codes, {first, second}))
    assert running.cases.entries(codes[2]) == before


def _waits_again(running: Running, codes: tuple[str, ...], gone: set[str]) -> bool:
    living = [run for run in running.runs(*codes) if run["id"] not in gone]
    return len(living) == len(codes) and {run["state_name"] for run in living} == {
        "Awaiting consulate answer"
    }


def test_prefect_comes_back_empty_and_every_open_case_has_a_run(running: Running) -> None:
    """Promise 8: while Prefect is down, days pass and nothing is late; its database is expendable."""
    codes = ("EEEE-0001", "EEEE-0002", "EEEE-0003")
    running.open(*codes)
    running.go_on_until(lambda: running.wait(*codes))
    halted = running.stack.server.pid
    assert halted is not None
    with running.stack.server.held_down():
        _empty(running.stack.home / "prefect")

        running.go_on_until(
            lambda: all(running.cases.ends()[c] == "Reintegrated" for c in codes), hours=6
        )
        running.open("EEEE-0004")

        running.prove(*codes)

    running.go_on_until(lambda: running.wait("EEEE-0004"))
    assert running.stack.server.pid not in (None, halted)


def _empty(folder: Path) -> None:
    files = list(folder.glob("prefect.db*"))
    assert files
    for file in files:
        file.unlink()


def test_a_backlog_is_swept_in_one_run_that_a_manager_can_read(running: Running) -> None:
    """Many cases due at once are settled in bulk; their own runs tell it afterwards."""
    codes = tuple(f"FFFF-{n:04}" for n in range(40))
    running.open(*codes)

    running.go_on_until(lambda: running.sweeps() == ["Swept 40 cases"])

    assert all(running.cases.entries(code) == STORY[:2] for code in codes)
    assert {f"{code}-0" for code in codes} <= set(running.cases.received())


def test_no_state_of_the_stack_is_left_when_it_has_stopped(tmp_path: Path) -> None:
    """A stack that cannot start says so, and leaves no process behind."""
    stack = Stack(tmp_path, port=1, environment={"ONWARD_DRIVING": "tests.paper_cases:missing"})
    stack.ask_to_stop()
    with pytest.raises(StackError, match="stopped while it was starting"), stack:
        pass
    assert (stack.server.pid, stack.worker.pid) == (None, None)


def test_a_port_that_another_server_has_is_not_taken_for_our_own(
    running: Running, tmp_path: Path
) -> None:
    """Its runs are another installation's: a worker of ours would fail them."""
    stack = Stack(tmp_path, port=running.stack.port)

    with pytest.raises(StackError, match="the server does not start"), stack:
        pass

    assert not (tmp_path / "logs" / "worker.log").exists()


def test_prefect_keeps_what_it_was_shown_in_its_database(running: Running) -> None:
    """The settings reach the server: its data lies in the stack's own folder."""
    file = running.stack.home / "prefect" / "prefect.db"
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM flow_run").fetchone()[0] > 0

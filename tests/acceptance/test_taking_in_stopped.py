"""`onward open --from` is stopped or killed: nothing is lost or doubled when it goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from tests.acceptance.test_taking_in import HERE, POLL_SECONDS, taken, write
from tests.desk import ROOT, Desk, Done, without_banner
from tests.outside import PATIENCE_SECONDS


def kept_in(desk: Desk) -> int:
    """How many cases are there, while a process takes in more."""
    with closing(sqlite3.connect(desk.home / "onward.db")) as store:
        return int(store.execute("SELECT count(*) FROM cases").fetchone()[0])


def limit_files() -> None:
    """As on a disk that is full: no file of this process may grow beyond a megabyte and a half."""
    resource = import_module("resource")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))


def on_a_full_disk(command: list[str], environment: dict[str, str]) -> Done:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        preexec_fn=limit_files,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_a_run_that_is_stopped_says_what_it_has_kept_and_goes_on_when_it_is_begun_again(
    tmp_path: Path,
) -> None:
    """By a disk that is full, then by Ctrl-C; nothing is lost or doubled."""
    pytest.importorskip("resource", reason="limits of this kind are POSIX only")
    desk = Desk(tmp_path)
    desk.set_up()
    rows = [{"full_name": f"Person {number}"} for number in range(1000)]
    file = write(tmp_path / "in.csv", rows, ["full_name"])
    command = [sys.executable, "-m", "onward", "open", *HERE, "--from", str(file)]
    environment = {**os.environ, **desk.environment}

    full = on_a_full_disk(command, environment)
    kept = kept_in(desk)
    assert 0 < kept < 1000
    assert full.returncode == 1
    how_far, why = without_banner(full.stderr).splitlines()
    assert how_far.startswith(
        f"stopped: of 1,000 rows, {kept} were opened as cases and are kept, and 0 had"
    )
    assert f"{desk.home / 'onward.db'} cannot grow (disk I/O error): make room" in why

    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while kept_in(desk) == kept:
            assert process.poll() is None
            assert time.monotonic() < give_up
            time.sleep(POLL_SECONDS)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read() if process.stderr else ""
    assert process.returncode == 130
    more = kept_in(desk) - kept
    assert 0 < more < 1000 - kept
    assert (
        f"of 1,000 rows, {more} were opened as cases and are kept, and {kept} had been taken in before"
        in said
    )
    assert "run the same command again" in said


def test_a_killed_run_goes_on_where_it_was_and_doubles_nothing(tmp_path: Path) -> None:
    """Killed without warning, as by a loss of power; then begun again from the same file."""
    desk = Desk(tmp_path)
    desk.set_up()
    rows = [{"full_name": f"Person {number}", "opened_at": "2026-03-02"} for number in range(600)]
    file = write(tmp_path / "in.csv", rows, ["full_name", "opened_at"])
    command = [sys.executable, "-m", "onward", "open", *HERE, "--from", str(file)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **desk.environment}) as process:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while kept_in(desk) < 100:
            assert process.poll() is None
            assert time.monotonic() < give_up
            time.sleep(POLL_SECONDS)
        process.send_signal(signal.SIGKILL)
    before = kept_in(desk)
    assert 100 <= before < 600

    said = taken(desk, file)
    assert said == f"600 rows: {600 - before} opened; {before} taken in before; 0 rejected\n"
    cases = desk.json("cases", "--limit", "1000")
    assert len(cases) == 600
    names = [desk.do("person", each["code"], "--as", "GH-GPS") for each in cases[::20]]
    assert len(set(names)) == len(names)
    assert f"600 cases ({600 + len(names)} entries): 0 with faults" in desk.do("verify")

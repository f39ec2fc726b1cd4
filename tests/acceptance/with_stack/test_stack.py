"""The embedded stack keeps its promises while its processes are killed and its database emptied.

Everything is real: a Prefect server, a worker with its ticker, the records, and a mailbox that takes
the notices. One stack serves all tests; each has cases of its own, which it leads to their end. Those
of an outage share one, since its minutes are the dearest here.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from casework import queries
from casework.acting import do
from casework.opening import open_case
from casework.publishing import publish_pathway
from engine import commands as c
from engine.commands import Migrate
from onward.stack.prefect_settings import database_file
from onward.stack.prefect_tables import make_tables
from onward.stack.stack import Stack, StackError
from onward.stack.supervision import Child
from tests.installations import CANARY, SCREEN
from tests.prefect_tables import tables_of
from tests.principals import OPERATOR
from tests.rounds import (
    ROUNDS,
    SILENT_AFTER,
    TALKED_AFTER,
    Course,
    Untouched,
)
from tests.running_stack import ASKS_SCREENER, Running

VIGIL = ROUNDS.replace("pathway: rounds", "pathway: vigil")
CANNOT_MOVE = "Cases that cannot move to the version in force"


def test_a_case_goes_from_opening_to_closing_in_one_run(running: Running, tmp_path: Path) -> None:
    """The run waits under a name of its own, is tagged for filters, and ends with the end's name.

    The stack's settings have reached the server: it is kept in the stack's own folder.
    """
    course = running.open(1)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    (run,) = running.runs(*course.codes)
    assert run["name"] == f"{course.codes[0]} Rounds"
    assert {"open", "pathway:rounds", "waiting:screener", "country:GH"} <= set(run["tags"])

    course.go_to_the_end()

    assert running.prove(course, tmp_path) == []
    (run,) = running.runs(*course.codes)
    assert (run["state_type"], "ended:neutral" in run["tags"]) == ("COMPLETED", True)
    with closing(sqlite3.connect(database_file(running.stack.home))) as database:
        kept = database.execute("SELECT state_type FROM flow_run WHERE name = ?", (run["name"],))
        assert kept.fetchall() == [("COMPLETED",)]


def test_kill_the_worker_and_the_cases_end_the_same(running: Running, tmp_path: Path) -> None:
    """Promises 3 and 8: kill -9 between the sending of notices and the record of it."""
    victim = running.stack.worker.pid
    assert victim is not None
    running.mailbox.is_silent = True
    course = running.open(2)
    running.until(lambda: any(running.letters(code) for code in course.codes))

    os.kill(victim, signal.SIGKILL)
    running.until(lambda: running.stack.worker.pid not in (None, victim))
    running.mailbox.is_silent = False
    running.a_minute_passes()

    course.go_to_the_end()
    assert set(running.prove(course, tmp_path)) == {2}


def test_kill_the_server_and_the_cases_end_the_same(running: Running, tmp_path: Path) -> None:
    """Promise 8: kill -9 the Prefect server while runs are sending notices."""
    victim = running.stack.server.pid
    assert victim is not None
    running.mailbox.is_silent = True
    course = running.open(2)
    running.until(lambda: any(running.letters(code) for code in course.codes))

    os.kill(victim, signal.SIGKILL)
    running.until(lambda: running.stack.server.pid not in (None, victim))
    running.mailbox.is_silent = False

    course.go_to_the_end()
    assert running.prove(course, tmp_path) == []


def test_nothing_pressed_in_the_ui_loses_a_case(running: Running, tmp_path: Path) -> None:
    """A cancelled and a deleted run of an open case are replaced; a resume finds nothing to do."""
    course = running.open(3)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    first, second, third = (running.runs(code)[0]["id"] for code in course.codes)

    cancel = {"state": {"type": "CANCELLED", "name": "Cancelled"}, "force": True}
    running.press("POST", f"/flow_runs/{first}/set_state", cancel)
    running.press("DELETE", f"/flow_runs/{second}", None)
    running.press("POST", f"/flow_runs/{third}/resume", {})

    running.until(lambda: _wait_again(running, course, {first, second}))
    log = Untouched(tmp_path, course.opened_at).log
    assert [course.log(code) for code in course.codes] == [log[:1]] * 3


def _wait_again(running: Running, course: Course, gone: set[str]) -> bool:
    living = [run for run in running.runs(*course.codes) if run["id"] not in gone]
    return [run["state_name"] for run in living] == [ASKS_SCREENER] * len(course.codes)


class Outage(NamedTuple):
    """What was so before Prefect went away, and what came about meanwhile."""

    course: Course
    """Their screener talks while it is away."""
    late: Course
    """Opened while it is away."""
    vigil: tuple[str, ...]
    """Cases whose pathway has another version meanwhile; the last one cannot move to it."""
    runs: set[str]
    """The ids of the runs that were there before."""
    server: int | None
    """The process that served before."""
    letters: int
    """How many had come at its end."""
    versions: list[int]
    """Of the vigil, at its end."""


@pytest.fixture(name="outage", scope="module")
def _outage(running: Running) -> Outage:
    """Prefect goes away for days and comes back empty; a version comes into force meanwhile."""
    course, vigil = running.open(2), _vigil(running)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes, *vigil))
    runs = {run["id"] for run in running.runs(*course.codes, *vigil)}
    server = running.stack.server.pid
    publish_pathway(running.onward, _second(running.onward.clock.now()), by=OPERATOR)

    with running.stack.server.held_down():
        _empty(running.stack.home / "prefect")
        course.pass_hours(TALKED_AFTER)
        course.talk()
        late = running.open(1)
        late.wait()
        running.until(lambda: _versions(running, vigil)[:2] == [2, 2])
        running.settled(vigil)
        letters, versions = len(running.mailbox.received()), _versions(running, vigil)
    return Outage(course, late, vigil, runs, server, letters, versions)


def _vigil(running: Running) -> tuple[str, ...]:
    """Three cases; the last one is past the first step."""
    publish_pathway(running.onward, VIGIL, by=OPERATOR)
    codes = tuple(open_case(running.onward, "vigil", "GH", SCREEN).code for _ in range(3))
    form = {"full_name": CANARY, "home_country": "NG"}
    do(running.onward, codes[2], c.Complete(task="talk.1"), SCREEN, answers=form)
    running.settled(codes)
    return codes


def _second(now: datetime) -> str:
    """In force from tomorrow: longer periods, and a step that is another one now."""
    second = VIGIL
    for old, new in (
        ("version: 1", "version: 2\nrunning_cases: migrate"),
        ("2026-01-01", f"{now + timedelta(days=1):%Y-%m-%d}"),
        ("due: 24 hours", "due: 30 days"),
        ("      agree:", "      permit:"),
    ):
        assert old in second
        second = second.replace(old, new)
    return second


def _versions(running: Running, codes: tuple[str, ...]) -> list[int]:
    return [queries.case(running.onward, code, by=OPERATOR).number for code in codes]


def _empty(folder: Path) -> None:
    files = list(folder.glob("prefect.db*"))
    assert files
    for file in files:
        file.unlink()


def test_prefect_comes_back_empty_and_every_open_case_has_a_run(
    running: Running, outage: Outage
) -> None:
    """Promise 8: its database is expendable."""
    codes = (*outage.course.codes, *outage.late.codes, *outage.vigil)
    running.until(lambda: all(running.runs(code) for code in codes))
    assert running.stack.server.pid not in (None, outage.server)
    assert outage.runs.isdisjoint(run["id"] for run in running.runs(*codes))


def test_while_prefect_is_down_days_pass_and_nothing_is_lost_or_doubled(
    running: Running, outage: Outage, tmp_path: Path
) -> None:
    """Promise 8: deadlines fire and notices go meanwhile; afterwards each case has its one run."""
    course, late = outage.course, outage.late
    running.until(lambda: running.show("Awaiting home answer", *course.codes))
    running.until(lambda: running.show(ASKS_SCREENER, *late.codes))
    assert (len(running.mailbox.received()), running.sweeps()) == (outage.letters, [])
    course.pass_hours(SILENT_AFTER)
    assert running.prove(course, tmp_path) == []


def test_a_version_comes_into_force_while_prefect_is_down(running: Running, outage: Outage) -> None:
    """The cases that run move by themselves, each once; the one that cannot is shown to a manager."""
    onward, codes = running.onward, outage.vigil
    assert outage.versions == [2, 2, 1]
    running.until(lambda: running.all_told(codes) and running.show(ASKS_SCREENER, *codes))
    running.until(lambda: "cannot-move" in running.runs(codes[2])[0]["tags"])
    running.until(lambda: running.cases_now(CANNOT_MOVE) == "1")
    assert running.show(ASKS_SCREENER, *codes)
    for code in codes:
        acts = [line.entry.command.act for line in queries.case_log(onward, code, by=OPERATOR)]
        assert sum(isinstance(act, Migrate) for act in acts) == (code != codes[2])
    # The hindrance is gone: it follows by itself.
    do(onward, codes[2], c.RecordConsent(task="agree.1", given=True), SCREEN)
    running.until(lambda: _versions(running, codes)[2] == 2)
    running.until(lambda: "cannot-move" not in running.runs(codes[2])[0]["tags"])
    running.until(lambda: running.cases_now(CANNOT_MOVE) == "0")


def test_the_tables_of_a_new_stack_are_those_that_prefect_makes(
    running: Running, outage: Outage, tmp_path: Path
) -> None:
    """Prefect came back empty, and has made them itself, by all its migrations."""
    assert running.stack.server.pid != outage.server
    (tmp_path / "prefect").mkdir()
    make_tables(tmp_path)
    assert tables_of(database_file(tmp_path)) == tables_of(database_file(running.stack.home))


def test_no_state_of_the_stack_is_left_when_it_has_stopped(tmp_path: Path) -> None:
    """A stack that cannot start says so, and leaves no process behind."""
    stack = Stack(tmp_path, port=1, environment={"ONWARD_DRIVING": "nowhere:missing"})
    stack.ask_to_stop()
    with pytest.raises(StackError, match=r"stack\.stopped"), stack:
        pass
    assert (stack.server.pid, stack.worker.pid) == (None, None)


def test_a_stack_goes_on_though_nobody_hears_it_and_a_process_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`onward up | head`: a word that nobody took ended the watch over server and worker, and the stop."""
    looks = 0

    def no_room(_child: Child) -> bool:
        nonlocal looks
        looks += 1
        if looks > 2:
            stack.ask_to_stop()
        raise BlockingIOError

    def broken(_text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(Child, "start", lambda _child: None)
    monkeypatch.setattr(Child, "watch", no_room)
    stack = Stack(tmp_path, port=1, progress=broken)
    with pytest.raises(StackError, match=r"stack\.stopped"), stack:
        pass

    assert looks > 2


def test_a_full_disk_is_named_where_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log of the server ends with a traceback then, cut off wherever the room did."""
    stack = Stack(tmp_path, port=1)
    stack.server.restarts = 3
    stack.server.log.parent.mkdir()
    stack.server.log.write_text(
        'Traceback (most recent call last):\n  File "a.py", line 1\nIt broke\n'
    )
    monkeypatch.setattr(Child, "start", lambda _child: None)
    monkeypatch.setattr(shutil, "disk_usage", lambda _home: mock.Mock(free=2_500_000))

    with pytest.raises(StackError) as told, stack:
        pass

    said = told.value.message
    assert (said.code, said.values["child"], said.values["left"]) == ("stack.no_room", "server", 2)
    assert (said.values["home"], said.values["lines"]) == (str(tmp_path), "\nIt broke")


def test_a_port_that_another_server_has_is_not_taken_for_our_own(
    running: Running, tmp_path: Path
) -> None:
    """Its runs are another installation's: a worker of ours would fail them. Nothing is started then."""
    theirs = running.stack
    stack = Stack(tmp_path, port=theirs.port)

    with pytest.raises(StackError, match=f"port_taken port={theirs.port}"), stack:
        pass

    assert list((tmp_path / "logs").iterdir()) == []
    assert theirs.server.listens_on(theirs.port)
    # Where it is taken a moment later, our own process has it not.
    assert not theirs.worker.listens_on(theirs.port)


def test_a_backlog_is_swept_in_one_run_that_a_manager_can_read(running: Running) -> None:
    """Many cases due at once are settled in bulk; their own runs tell it afterwards."""
    with running.stack.worker.held_down():
        course = running.open(30)
        due = running.due()

    running.until(lambda: running.sweeps() == [f"Swept {due} cases"])

    assert all(running.letters(code).total() == 1 for code in course.codes)

"""`drive_case` under a real Prefect server, driven by the in-process worker's own function."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings
from prefect.states import Cancelled

from engine.errors import Refusal
from engine.message import Say
from flows import runs
from flows.case_worker import activate
from flows.deploying import declared, deploy_missing
from flows.driving import CaseRef, CaseStatus, EndKind
from flows.entrypoints import flow_of
from flows.faults import EngineFault
from flows.showing import OPEN_TAG
from tests.driven_cases import ASKS, DRIVE_CASE, ENDS, WAITS, Harness
from tests.outside import PATIENCE_SECONDS
from tests.paper_cases import Line, PaperCases


def test_the_run_waits_under_the_name_of_what_it_waits_for(harness: Harness) -> None:
    """Name, tags and page say where the case is, in words that a bystander may read."""
    harness.cases.open("AAAA-0001", script=[ASKS, WAITS, ENDS])

    run = harness.activate("AAAA-0001")

    assert (run.state_type, run.state_name) == (StateType.PAUSED, "Awaiting consulate answer")
    assert run.name == "AAAA-0001 Paper pathway"
    assert {"open", "pathway:paper", "waiting:consulate", "country:NG"} <= set(run.tags)
    assert "| Went on without an answer | NG-EXAMPLE | 2026-01-07 08:00 UTC |" in harness.page(run)
    assert harness.cases.received() == ["AAAA-0001-0"]
    assert harness.cases.untold() == 0


def test_one_run_from_opening_to_closing(harness: Harness) -> None:
    """Each activation wakes the same run, suspends it anew, and updates the one page it has."""
    harness.cases.open("AAAA-0002", script=[ASKS, WAITS, ENDS])
    first = harness.activate("AAAA-0002")
    harness.cases.answer("AAAA-0002")
    second = harness.activate("AAAA-0002")
    harness.cases.advance(hours=24)

    last = harness.activate("AAAA-0002")

    assert first.id == second.id == last.id
    assert second.state_name == "No open task or request: awaiting the next moment"
    assert (last.state_type, last.state_name) == (StateType.COMPLETED, "Reintegrated")
    assert "ended:success" in last.tags
    assert "**Reintegrated**" in harness.page(last)


def test_a_withdrawn_case_ends_cancelled(harness: Harness) -> None:
    """It is not mistaken for a run that somebody cancelled."""
    harness.cases.open("AAAA-0003", script=[Line(text="Withdrawn", end=EndKind.WITHDRAWN)])

    run = harness.activate("AAAA-0003")

    assert (run.state_type, run.state_name) == (StateType.CANCELLED, "Withdrawn")


def test_a_fault_of_the_engine_fails_the_run_and_a_retry_is_safe(harness: Harness) -> None:
    """Promise 9: the error's words stay out of Prefect. Once mended, the same run goes on."""
    faulty = Line(text="Asked the consulate: travel document", fault=True)
    harness.cases.open("AAAA-0004", script=[faulty, WAITS, ENDS])
    failed = harness.activate("AAAA-0004")
    assert failed.state is not None
    assert failed.state_type is StateType.FAILED
    assert "a fault of the engine" not in (failed.state.message or "")
    assert "RuntimeError" in (failed.state.message or "")

    harness.cases.repair("AAAA-0004")
    runs.retry(harness.client, failed)
    run = harness.activate("AAAA-0004")

    assert (run.id, run.state_name) == (failed.id, "Awaiting consulate answer")


def test_a_failed_run_rests_before_it_is_retried(harness: Harness) -> None:
    """It shows as Failed meanwhile: a manager must be able to see it."""
    harness.cases.open("AAAA-0005", script=[Line(text="x", fault=True), ENDS])
    failed = harness.activate("AAAA-0005")

    assert harness.wake("AAAA-0005") is runs.Woken.BUSY
    assert harness.run("AAAA-0005").state_type is failed.state_type is StateType.FAILED


def test_a_notice_that_must_wait_holds_up_neither_run_nor_end(harness: Harness) -> None:
    """Its next moment is kept with the notice; the ended case waits for it and then closes."""
    ends = Line(text="Reintegrated", notify="NG-NAPTIP", refusals=1, end=EndKind.SUCCESS)
    harness.cases.open("AAAA-0006", script=[ends])
    waiting = harness.activate("AAAA-0006")
    assert waiting.state_name == "Awaiting delivery of notices"
    assert "Notices not yet delivered: 1" in harness.page(waiting)
    assert harness.cases.received() == []

    harness.cases.advance(hours=1)
    run = harness.activate("AAAA-0006")

    assert run.state_name == "Reintegrated"
    assert harness.cases.received() == ["AAAA-0006-0"]


def test_the_story_is_told_in_named_task_runs(harness: Harness) -> None:
    """Entries of the log in their order, and each attempt to deliver a notice."""
    asks = Line(text="Asked the consulate: travel document", notify="NG-NAPTIP", refusals=1)
    harness.cases.open("AAAA-0007", script=[asks, WAITS, ENDS])
    run = harness.activate("AAAA-0007")
    harness.cases.advance(hours=1)
    harness.activate("AAAA-0007")

    expected = [
        ("Opened", "Completed"),
        ("Asked the consulate: travel document", "Completed"),
        ("Notice AAAA-0007-0 to NG-NAPTIP", "Will try again"),
        ("Notice AAAA-0007-0 to NG-NAPTIP, attempt 2", "Delivered"),
    ]
    # Prefect records task runs from its own event stream, a moment later.
    anyio.run(_until, lambda: _task_runs(harness.client, run) == expected)


def test_news_during_an_activation_are_seen_before_it_suspends(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wake that arrives while the run is busy is refused; the work must not wait for another."""
    harness.cases.open("AAAA-0008", script=[ASKS, WAITS, ENDS])
    shown = PaperCases.status
    answered: list[str] = []

    def answer_meanwhile(self: PaperCases, code: str, say: Say) -> CaseStatus:
        status = shown(self, code, say)
        if not answered:
            answered.append(code)
            self.answer(code)
            assert harness.wake(code) is runs.Woken.BUSY
        return status

    monkeypatch.setattr(PaperCases, "status", answer_meanwhile)
    run = harness.activate("AAAA-0008")

    assert run.state_name == "No open task or request: awaiting the next moment"
    assert "Answered: consulate" in harness.cases.entries("AAAA-0008")
    assert harness.cases.untold() == 0


def test_a_run_that_was_replaced_leaves_the_case_alone(harness: Harness) -> None:
    """Somebody pressed Retry on the old run of a case that has another by now."""
    harness.cases.open("AAAA-0009", script=[ASKS, WAITS, ENDS])
    old = harness.activate("AAAA-0009")
    harness.client.set_flow_run_state(old.id, Cancelled(), force=True)
    new = harness.activate("AAAA-0009")
    assert new.id != old.id

    runs.retry(harness.client, old)
    assert activate(harness.client.read_flow_run(old.id), DRIVE_CASE) is None

    replaced = harness.client.read_flow_run(old.id)
    assert (replaced.state_type, replaced.state_name) == (StateType.CANCELLED, "Replaced")
    assert harness.run("AAAA-0009").id == new.id


def test_a_case_whose_run_was_replaced_is_counted_once(harness: Harness) -> None:
    """*Cases now* counts the runs with a tag: the cancelled one stood there as a second open case."""
    harness.cases.open("AAAA-0013", script=[ASKS, WAITS, ENDS])
    old = harness.activate("AAAA-0013")
    harness.client.set_flow_run_state(old.id, Cancelled(), force=True)

    new = harness.activate("AAAA-0013")

    assert harness.client.read_flow_run(old.id).tags == ["replaced"]
    assert OPEN_TAG in new.tags


def test_a_case_whose_pool_was_deleted_gets_a_run_that_somebody_takes_up(harness: Harness) -> None:
    """The worker makes the pool anew, but neither the deployment nor the waiting run came back to it."""
    harness.cases.open("AAAA-0014", script=[ASKS, WAITS, ENDS])
    old = harness.activate("AAAA-0014")
    harness.client.delete_work_pool("cases")

    with pytest.raises(runs.NotDeployed):
        harness.wake("AAAA-0014")
    assert deploy_missing(harness.client) is True
    new = harness.activate("AAAA-0014")

    replaced = harness.client.read_flow_run(old.id)
    assert (replaced.state_name, replaced.tags) == ("Replaced", ["replaced"])
    assert (new.work_pool_name, new.state_name) == ("cases", "Awaiting consulate answer")


def test_a_run_started_by_hand_for_no_case_says_so(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said `EngineFault: Refusal in settle_due (settling.py:27)`, with a traceback."""

    def refused(_self: PaperCases, _code: str) -> None:
        raise Refusal("unknown_case.none", case="ZZZZ-9999")

    monkeypatch.setattr(PaperCases, "settle", refused)
    run = _by_hand(harness.client, "drive-case", {"code": "ZZZZ-9999"})
    assert activate(run, DRIVE_CASE) is None

    ended = harness.client.read_flow_run(run.id)
    assert (ended.state_type, ended.state_name) == (StateType.FAILED, "No such case")


@pytest.mark.parametrize(
    ("name", "given"), [("drive-case", {"code": "Ada Obi"}), ("sweep", {"codes": ["Ada Obi"]})]
)
def test_prefect_keeps_nothing_that_was_typed_in_place_of_a_code(
    harness: Harness, name: str, given: dict[str, Any]
) -> None:
    """Whoever runs a deployment by hand may type a name; its page would show that to everybody."""
    with pytest.raises(PrefectHTTPStatusError, match="does not match"):
        _by_hand(harness.client, name, given)


def test_two_who_create_a_run_at_once_get_the_same(harness: Harness) -> None:
    """A waker and a ticker, or two workers, may find a case without a run at the same moment."""
    harness.cases.open("AAAA-0010", script=[ASKS, WAITS, ENDS])
    nobody = CaseRef(code="AAAA-0010")

    runs.wake(harness.client, harness.cases, nobody)
    first = harness.cases.run_of("AAAA-0010")
    runs.wake(harness.client, harness.cases, nobody)

    assert harness.cases.run_of("AAAA-0010") == first


def test_a_run_that_ends_its_case_is_its_last_for_whoever_looked_before_that(
    harness: Harness,
) -> None:
    """A wake that the server refuses is repeated, and meanwhile the run may do what it was to be woken for."""
    harness.cases.open("AAAA-0012", script=[ENDS])
    harness.activate("AAAA-0012")
    early = CaseRef(code="AAAA-0012", flow_run_id=harness.cases.run_of("AAAA-0012"))
    harness.cases.advance(hours=24)
    ended = harness.activate("AAAA-0012")
    assert ended.state_type is StateType.COMPLETED

    woken = runs.wake(harness.client, harness.cases, early)

    assert (woken, harness.run("AAAA-0012").id) == (runs.Woken.BUSY, ended.id)


def test_who_looked_at_a_case_before_it_got_its_run_gives_it_no_second_one(
    harness: Harness,
) -> None:
    """On a busy machine a case may wait for its turn while its run is made, deleted and replaced."""
    harness.cases.open("AAAA-0011", script=[ASKS, WAITS, ENDS])
    early = CaseRef(code="AAAA-0011", flow_run_id=None)
    first = harness.activate("AAAA-0011")
    harness.client.delete_flow_run(first.id)
    second = harness.activate("AAAA-0011")
    assert second.id != first.id

    woken = runs.wake(harness.client, harness.cases, early)

    known = harness.client.read_flow_runs(limit=200)
    of_case = [run.id for run in known if run.parameters == {"code": "AAAA-0011"}]
    assert (woken, of_case) == (runs.Woken.BUSY, [second.id])
    assert harness.run("AAAA-0011").id == second.id


def test_a_flow_that_ends_its_process_does_not_end_the_worker(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SystemExit is no Exception: raised into the worker's loop it would stop everything."""

    def leave(_self: PaperCases, _code: str) -> None:
        raise SystemExit(3)

    harness.cases.open("AAAA-0011", script=[ASKS, WAITS, ENDS])
    harness.wake("AAAA-0011")
    monkeypatch.setattr(PaperCases, "settle", leave)

    fault = activate(harness.run("AAAA-0011"), DRIVE_CASE)

    assert isinstance(fault, EngineFault)
    assert harness.run("AAAA-0011").state_type is StateType.CRASHED


def test_the_worker_runs_what_is_scheduled(harness: Harness, project_root: Path) -> None:
    """Prefect finds the worker type by its name, and one round of it takes the runs further."""
    codes = [f"BBBB-{n:04}" for n in range(3)]
    harness.cases.open(*codes, script=[ASKS, WAITS, ENDS])
    for code in codes:
        harness.wake(code)

    start = ["worker", "start", "--pool", "cases", "--type", "onward", "--limit", "8"]
    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    subprocess.run(
        [sys.executable, "-m", "prefect", *start, "--run-once"],
        cwd=project_root,
        check=True,
        capture_output=True,
        env={**os.environ, **settings},
    )

    ours = FlowRunFilter(id=FlowRunFilterId(any_=[harness.run(code).id for code in codes]))
    found = harness.client.read_flow_runs(flow_run_filter=ours)
    assert {run.state_name for run in found} == {"Awaiting consulate answer"}


@pytest.mark.parametrize("entrypoint", ["os.py:system", "flows/case.py:connect", "flows/case.py"])
def test_the_worker_runs_flows_of_this_project_only(entrypoint: str) -> None:
    """Whoever may write deployments may not run any code in the worker's process."""
    with pytest.raises(EngineFault, match="Not a flow"):
        flow_of(entrypoint)


def test_paper_cases_are_kept_in_their_file(tmp_path: Path) -> None:
    """What these tests rely on: another process sees what this one wrote."""
    PaperCases(tmp_path / "cases.db").open("CCCC-0001", script=[ENDS])

    with closing(sqlite3.connect(tmp_path / "cases.db")) as database:
        assert database.execute("SELECT code FROM cases").fetchall() == [("CCCC-0001",)]


def _by_hand(client: SyncPrefectClient, name: str, given: dict[str, Any]) -> FlowRun:
    flow = {deployment.name: deployment.entrypoint for deployment in declared()}[name]
    deployment = client.read_deployment_by_name(f"{flow_of(flow).name}/{name}")
    return client.create_flow_run_from_deployment(deployment.id, parameters=given)


def _task_runs(client: SyncPrefectClient, run: FlowRun) -> list[tuple[str, str | None]]:
    found = client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
        task_run_filter=TaskRunFilter(),
    )
    ordered = sorted(found, key=lambda task: str(task.start_time))
    return [(task.name, task.state_name) for task in ordered]


async def _until(reached: Callable[[], bool]) -> None:
    with anyio.fail_after(PATIENCE_SECONDS):
        while not await anyio.to_thread.run_sync(reached):
            await anyio.sleep(0.2)

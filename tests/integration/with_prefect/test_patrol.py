"""Runs of open cases that no process has any more: which are lost, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Running

from flows.driving import EndKind
from flows.patrol import OTHERS_SECONDS, OWN_SECONDS, WORKER_LABEL, Patrol
from tests.paper_cases import Line, PaperCases

LATER = Line(text="Reintegrated", hours=48, end=EndKind.SUCCESS)


@pytest.fixture
def cases(tmp_path: Path) -> PaperCases:
    return PaperCases(tmp_path / "cases.db")


@pytest.mark.parametrize(
    ("label", "age", "in_flight", "lost"),
    [
        ("onward", OWN_SECONDS + 1, False, True),
        ("onward", OWN_SECONDS + 1, True, False),
        ("onward", OWN_SECONDS - 1, False, False),
        ("another", OWN_SECONDS + 1, False, False),
        ("another", OTHERS_SECONDS + 1, False, True),
        (None, OWN_SECONDS + 1, False, True),
    ],
)
def test_a_run_is_lost_when_no_process_has_it(
    cases: PaperCases, label: str | None, age: float, in_flight: bool, lost: bool
) -> None:
    """A killed worker leaves runs that say they are running; another's are given more time."""
    run = _running(label)
    have = frozenset({str(run.id)}) if in_flight else frozenset[str]()
    patrol = Patrol(
        cases,
        worker="onward",
        in_flight=lambda: have,
        real_now=_moments(_since(run) - timedelta(hours=1), _since(run) + timedelta(seconds=age)),
    )

    assert patrol.is_lost(run) is lost


def test_what_a_former_life_of_the_worker_ran_is_lost_at_once(cases: PaperCases) -> None:
    """The new process bears the same name, and knows that it has nothing yet."""
    run = _running("onward")
    born = _since(run) + timedelta(seconds=1)

    assert Patrol(cases, worker="onward", real_now=lambda: born).is_lost(run)


@pytest.mark.parametrize(
    ("kind", "heard", "age", "lost"),
    [
        ("onward", False, OWN_SECONDS + 1, True),
        ("onward", True, OWN_SECONDS + 1, False),
        ("onward", False, OWN_SECONDS - 1, False),
        ("process", False, OWN_SECONDS + 1, False),
    ],
)
def test_a_run_whose_worker_prefect_hears_no_more_of_is_lost(
    cases: PaperCases, prefect_server: None, kind: str, heard: bool, age: float, lost: bool
) -> None:
    """A machine that went away keeps nobody waiting for five minutes; what lives in a container does."""
    pool, worker = f"{kind}-{heard}-{age:.0f}", "on another machine"
    cases.open("AAAA-0001", script=[LATER])
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=pool, type=kind))
        if heard:
            client.send_worker_heartbeat(pool, worker, heartbeat_interval_seconds=600)
        run = _taken_up(client, pool, worker)
        cases.remember_run("AAAA-0001", str(run.id))
        began = _since(run)
        patrol = Patrol(
            cases,
            worker="onward",
            real_now=_moments(began - timedelta(hours=1), began + timedelta(seconds=age)),
        )

        assert patrol.look(client) == lost
        state = client.read_flow_run(run.id).state
        assert state is not None
        assert (state.type is StateType.SCHEDULED) == lost


def test_what_was_lost_after_its_case_had_ended_is_run_again(
    cases: PaperCases, prefect_server: None
) -> None:
    """Of such a case nobody asks for anything: for Prefect it would be under way for ever."""
    pool, worker = "of-an-ended-case", "killed at the end"
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=pool, type="onward"))
        run = _taken_up(client, pool, worker)
        born = _since(run) + timedelta(seconds=1)
        patrol = Patrol(cases, worker=worker, real_now=lambda: born)

        assert patrol.look(client)
        state = client.read_flow_run(run.id).state
        assert state is not None
        assert state.type is StateType.SCHEDULED


def _taken_up(client: SyncPrefectClient, pool: str, worker: str) -> FlowRun:
    """A run that says that this worker runs it."""
    deployment = client.create_deployment(
        flow_id=client.create_flow_from_name("drive-case"), name=pool, work_pool_name=pool
    )
    run = client.create_flow_run_from_deployment(deployment)
    labels, its = {WORKER_LABEL: worker}, {"id": run.id}
    client.request("PATCH", "/flow_runs/{id}/labels", path_params=its, json=labels)
    client.set_flow_run_state(run.id, Running(), force=True)
    return client.read_flow_run(run.id)


def _running(label: str | None) -> FlowRun:
    labels: dict[str, Any] = {} if label is None else {WORKER_LABEL: label}
    return FlowRun(flow_id=UUID(int=1), state=Running(), labels=labels)


def _since(run: FlowRun) -> datetime:
    assert run.state is not None
    return run.state.timestamp


def _moments(first: datetime, then: datetime) -> Callable[[], datetime]:
    """A clock that was read once before."""
    moments = chain([first], repeat(then))
    return lambda: next(moments)

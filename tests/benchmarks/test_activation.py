"""From resume to suspended: our in-process worker against Prefect's `process` worker, in one run.

Both workers serve the same server at the same time, and take turns, so that whatever the machine does
besides burdens both alike. The times are the server's own: from the state Resuming to the next Paused.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.driving import PROVIDER_VARIABLE, EndKind
from onward.stack.prefect_api import PrefectApi
from onward.stack.stack import ROOT, Stack
from tests.paper_cases import FILE_VARIABLE, Line, PaperCases
from tests.unused_ports import unused_port

ACTIVATIONS = 8
WANTED_RATIO = 4.0
ANSWER_SECONDS = 60.0
PROCESS_WORKER = ("worker", "start", "--type", "process", "--pool", "processes")
SCRIPT = (
    Line(text="Asked the consulate: travel document", notify="NG-NAPTIP"),
    Line(text="Reintegrated", waits_for="consulate", hours=10_000, end=EndKind.SUCCESS),
)


class Api:
    """The few questions to Prefect's REST API that are needed here."""

    def __init__(self, api: PrefectApi) -> None:
        self._api = api

    def get(self, path: str, **params: str) -> Any:
        return self._ask("GET", path, params=params)

    def post(self, path: str, **body: Any) -> Any:
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        with self._api.patient_client(30) as client:
            return client.request(method, path, **content).json()

    def create_run(self, deployment: str, code: str) -> str:
        body = {"parameters": {"code": code}, "state": {"type": "SCHEDULED"}}
        return str(self.post(f"/deployments/{deployment}/create_flow_run", **body)["id"])

    def await_suspended(self, run: str) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while self.get(f"/flow_runs/{run}")["state_type"] != "PAUSED":
            assert time.monotonic() < until, "the run does not suspend itself"
            time.sleep(0.1)

    def activate(self, run: str) -> float:
        """Resume, and the seconds until it was suspended again."""
        self.post(f"/flow_runs/{run}/resume")
        self.await_suspended(run)
        states = self.get("/flow_run_states/", flow_run_id=run)
        states.sort(key=lambda state: state["timestamp"])
        resumed = max(i for i, state in enumerate(states) if state["name"] == "Resuming")
        began, ended = (
            datetime.fromisoformat(states[i]["timestamp"]) for i in (resumed, len(states) - 1)
        )
        return (ended - began).total_seconds()


def test_an_activation_is_four_times_faster_in_process(tmp_path: Path) -> None:
    """A new interpreter for each activation is what costs; both drive the same flow."""
    provider = {
        PROVIDER_VARIABLE: "tests.paper_cases:connect",
        FILE_VARIABLE: str(tmp_path / "cases.db"),
    }
    cases = PaperCases(tmp_path / "cases.db")
    stack = Stack(tmp_path / "home", port=unused_port(), environment=provider)
    with stack, process_worker(stack):
        api = Api(stack.api)
        ours = api.get("/deployments/name/drive-case/drive-case")["id"]
        runs = {
            "in process": _waiting_case(api, cases, "AAAA-0001", ours),
            "process worker": _waiting_case(api, cases, "BBBB-0001", _with_process(api, ours)),
        }
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ACTIVATIONS):
            for name, run in runs.items():
                times[name].append(api.activate(run))

    medians = {name: statistics.median(measured) for name, measured in times.items()}
    ratio = medians["process worker"] / medians["in process"]
    for name, median in medians.items():
        low, high = min(times[name]), max(times[name])
        print(f"\n{name}: median {median:.2f} s ({low:.2f} to {high:.2f})", end="")
    print(f"\nratio {ratio:.1f}")
    assert ratio >= WANTED_RATIO


def _waiting_case(api: Api, cases: PaperCases, code: str, deployment: str) -> str:
    """A case whose run belongs to that deployment and waits for an answer."""
    run = api.create_run(deployment, code)
    cases.open(code, script=SCRIPT)
    cases.remember_run(code, run)
    api.await_suspended(run)
    return run


def _with_process(api: Api, ours: str) -> str:
    """The same deployment once more, for the pool of the `process` worker."""
    deployment = api.get(f"/deployments/{ours}")
    same = ("flow_id", "entrypoint", "pull_steps", "parameter_openapi_schema")
    body = {key: deployment[key] for key in same}
    made = api.post("/deployments/", name="by-process", work_pool_name="processes", **body)
    return str(made["id"])


@contextmanager
def process_worker(stack: Stack) -> Iterator[None]:
    """Prefect's own worker, at work beside ours, with the same interval between its questions."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "prefect", *PROCESS_WORKER],
        cwd=ROOT,
        env={**stack.environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + ANSWER_SECONDS
        api = Api(stack.api)
        while not api.post("/work_pools/filter", work_pools={"name": {"any_": ["processes"]}}):
            assert time.monotonic() < until, "the process worker does not start"
            time.sleep(0.2)
        yield
    finally:
        worker.terminate()
        worker.wait(30)

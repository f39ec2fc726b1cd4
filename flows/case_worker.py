"""The worker type `onward`: runs the flows of this project inside its own process.

Prefect's `process` worker starts an interpreter per activation, which costs seconds of CPU; here an
activation costs a thread. The ticker runs in this process too. Job variables such as `env` and
`command` are ignored: the flow runs in the worker's environment.

    prefect work-pool create --type onward cases
    prefect worker start --type onward --pool cases
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import anyio.abc
import anyio.to_thread
import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import Flow as FlowRecord
from prefect.client.schemas.objects import FlowRun, WorkPool
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow
from prefect.workers.base import (
    BaseJobConfiguration,
    BaseVariables,
    BaseWorker,
    BaseWorkerResult,
)
from pydantic import PrivateAttr
from typing_extensions import override

from flows.board import Board
from flows.changed_settings import without_heartbeats
from flows.demand import Demand
from flows.driving import connect
from flows.entrypoints import flow_of
from flows.faults import EngineFault, place
from flows.patrol import Patrol
from flows.saying import say
from flows.stopping import Stopper
from flows.ticker import Ticker

log = logging.getLogger("onward.worker")

LIMIT = 4
"""The default number of simultaneous runs; more would only queue for Prefect's database."""
REST_SECONDS = 1.0
"""The pause between checks of whether Prefect is back."""
STEADY_SECONDS = 60.0
"""If the worker has run this long before a fault, the fault counts as new and is logged, even if it
is the same as the last one.
"""


class CaseJobConfiguration(BaseJobConfiguration):
    """Keeps the deployment's entrypoint, which names the flow to run."""

    _entrypoint: str = PrivateAttr(default="")

    @override
    def prepare_for_flow_run(
        self,
        flow_run: FlowRun,
        deployment: DeploymentResponse | None = None,
        flow: FlowRecord | None = None,
        work_pool: WorkPool | None = None,
        worker_name: str | None = None,
        worker_id: Any = None,
    ) -> None:
        super().prepare_for_flow_run(flow_run, deployment, flow, work_pool, worker_name, worker_id)
        self._entrypoint = (deployment.entrypoint if deployment else None) or ""

    @property
    def entrypoint(self) -> str:
        return self._entrypoint

    @override
    @classmethod
    def _base_environment(cls) -> dict[str, str]:
        """Empty, since no process is started that would need Prefect's many settings."""
        return {}


class CaseWorkerResult(BaseWorkerResult):
    """The result of an activation. Its status is always 0; the run's state says how it ended."""


class CaseWorker(BaseWorker[CaseJobConfiguration, BaseVariables, CaseWorkerResult]):
    """Runs synchronous flows in a thread pool, with the ticker beside them."""

    type = "onward"
    job_configuration = CaseJobConfiguration
    _description = "Runs Onward's flows inside the worker's own process."

    def __init__(self, work_pool_name: str, *args: Any, **kwargs: Any) -> None:
        kwargs["limit"] = kwargs.get("limit") or LIMIT
        super().__init__(work_pool_name, *args, **kwargs)
        self._threads = anyio.CapacityLimiter(kwargs["limit"])
        self._in_flight: set[str] = set()
        self._activations = 0
        self._demand = Demand(work_pool_name)

    @override
    async def start(
        self,
        run_once: bool = False,
        with_healthcheck: bool = False,
        printer: Callable[..., None] = print,
    ) -> None:
        """Work until stopped; with `run_once`, only one round. The ticker continues while Prefect
        is away.
        """
        host, ticker, said = asyncio.current_task(), self._ticker(), ""
        assert host is not None
        stopping = Stopper(host)
        stopping.watch()
        ticker.start()
        try:
            while True:
                await self._until_answered()
                began = anyio.current_time()
                try:
                    await super().start(run_once, with_healthcheck, printer)
                    return
                except* (httpx.HTTPError, RuntimeError) as away:
                    is_new = anyio.current_time() - began >= STEADY_SECONDS
                    if (why := place(away.exceptions[0])) != said or is_new:
                        log.warning("begins again: %s", why, extra={"action": "worker_begins"})
                    said = why
                if stopping.is_asked:  # the fault was the answer to that
                    raise asyncio.CancelledError
                await anyio.sleep(REST_SECONDS)
        finally:
            stopping.worker_ended()
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(ticker.stop)

    @override
    async def run(
        self,
        flow_run: FlowRun,
        configuration: CaseJobConfiguration,
        task_status: anyio.abc.TaskStatus[Any] | None = None,
    ) -> CaseWorkerResult:
        """Run one activation in a thread. Whatever happens in it, the worker goes on."""
        run_id = str(flow_run.id)
        self._in_flight.add(run_id)
        try:
            if task_status is not None:
                task_status.started(run_id)
            fault = await anyio.to_thread.run_sync(
                partial(activate, flow_run, configuration.entrypoint), limiter=self._threads
            )
        finally:
            self._in_flight.discard(run_id)
            self._activations += 1
        if fault is not None:
            self.get_flow_run_logger(flow_run).error(
                say("prefect.activation_failed", why=str(fault))
            )
            await self._propose_failed_state(flow_run, fault)
        return CaseWorkerResult(identifier=run_id, status_code=0)

    @override
    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        ahead = timedelta(seconds=int(self._prefetch_seconds))
        if not await self._demand.is_likely(self.client, ahead):
            return []
        return await super().get_and_submit_flow_runs()

    @override
    async def _propose_submitting_state(self, flow_run: FlowRun) -> None:
        """Do nothing. The state `Submitting` is for runs that wait for infrastructure to start;
        here a run starts at once.
        """

    async def _until_answered(self) -> None:
        """Wait for Prefect, since starting without it would leave the worker idle until its next
        heartbeat.
        """
        while True:
            async with get_client(httpx_settings={"timeout": REST_SECONDS}) as client:
                if await client.api_healthcheck() is None:
                    return
            await anyio.sleep(REST_SECONDS)

    def _ticker(self) -> Ticker:
        driving = connect()
        patrol = Patrol(driving, worker=self.name, in_flight=lambda: frozenset(self._in_flight))
        board = Board(activations=lambda: self._activations, is_mute=driving.is_mute())
        return Ticker(driving, patrol, board=board)


def activate(flow_run: FlowRun, entrypoint: str) -> EngineFault | None:
    """Run the flow until it ends or suspends itself. Returns an error that was raised outside the
    flow; None if there was none, or if Prefect refused the run.

    Everything is caught, even SystemExit, which would end the worker.
    """
    try:
        with without_heartbeats():
            run_flow(
                flow_of(entrypoint),
                # The engine reads the run again. If it had a deployment, the engine would open a
                # connection to watch whether somebody suspends the run, which takes longer than an
                # activation.
                flow_run=flow_run.model_copy(update={"deployment_id": None}),
                parameters=flow_run.parameters,
                return_type="state",
            )
    except Pause:
        return None
    except Abort as refused:
        log.info("Prefect refused the run: %s", refused, extra={"action": "run_refused"})
        return None
    except BaseException as fault:  # noqa: BLE001 - see above; it is reported, not swallowed
        log.error("activation failed: %s", place(fault), extra={"action": "activation_failed"})
        return EngineFault(place(fault))
    return None

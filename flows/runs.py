"""The flow runs of cases, seen through Prefect's client: wake, create, replace, retry.

Whatever happened in Prefect's UI or database, a call of `wake` or `mend` gives an open case a run
again. The context `connected`, in which the calls are made, raises `PrefectAway` if Prefect does
not answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType, WorkerStatus
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry, Cancelled, Scheduled

from engine.message import message
from flows.changed_settings import without_retries
from flows.driving import CaseRef, Driving
from flows.saying import say
from flows.showing import OPEN_TAG, REPLACED_TAG
from wording.sentences import in_words

log = logging.getLogger("onward.runs")

FLOW = "drive-case"
DEPLOYMENT = f"{FLOW}/drive-case"
POOL_TYPE = "onward"
"""The type of pools whose workers run cases in their own process."""
_UNDER_WAY = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
RETRY_FAILED_AFTER = timedelta(minutes=1)
"""The delay before a run that failed through an engine fault is retried, multiplied by the number
of its activations so far, but at most by `LONGEST_RETRY`. Until then it shows as Failed, and
anybody may press Retry.
"""
LONGEST_RETRY = 10
MAX_REPLACEMENTS = 10


class PrefectAway(Exception):
    """Prefect does not answer, has an error, or refuses the password."""


class NotDeployed(Exception):
    """Prefect answers but has no deployment `drive-case`, or none with a pool: its database is
    new, or somebody deleted them.
    """


class Woken(StrEnum):
    """The result of a wake."""

    RESUMED = "resumed"
    BUSY = "busy"
    """Nothing was done. Usually the run is running or about to run, and checks for new work before
    it suspends; else its retry is not due yet, the case has ended, or another caller was faster.
    """
    CREATED = "created"
    RETRIED = "retried"


@contextmanager
def connected(timeout: float) -> Iterator[SyncPrefectClient]:
    """A client that fails at once if the server is away.

    Args:
        timeout: seconds for one call.

    Raises:
        PrefectAway: the server does not answer, has an error, or refuses the password.
    """
    with (
        without_retries(),
        get_client(sync_client=True, httpx_settings={"timeout": timeout}) as client,
    ):
        try:
            yield client
        except httpx.TransportError as gone:
            raise PrefectAway(type(gone).__name__) from gone
        except httpx.HTTPStatusError as refused:
            if refused.response.is_server_error:
                raise PrefectAway(f"HTTP {refused.response.status_code}") from refused
            if refused.response.status_code == httpx.codes.UNAUTHORIZED:
                raise PrefectAway(in_words(message("prefect.refuses_password"))) from refused
            raise


def is_busy(refused: httpx.HTTPStatusError) -> bool:
    """Whether a retry may succeed a second later, because SQLite was locked."""
    return refused.response.status_code == httpx.codes.SERVICE_UNAVAILABLE


def never_lost(_run: FlowRun) -> bool:
    """An `is_lost` for callers that cannot know which processes are alive."""
    return False


def wake(
    client: SyncPrefectClient,
    driving: Driving,
    case: CaseRef,
    is_lost: Callable[[FlowRun], bool] = never_lost,
) -> Woken:
    """Make the case's run check for work now. If the run is not alive, `mend` replaces or retries
    it.

    Raises:
        NotDeployed: a run has to be created, but its deployment or pool is missing.
    """
    known = id_of(case)
    run = read(client, known) if known is not None else None
    # Read it first: if asked to resume a deleted run, the server closes the connection.
    waits = run is not None and run.state is not None and run.state.is_paused()
    if run is not None and waits and not is_stranded(run):
        result = client.resume_flow_run(run.id)
        return Woken.RESUMED if result.status is SetStateStatus.ACCEPT else Woken.BUSY
    return mend(client, driving, case, run, is_lost) or Woken.BUSY


def id_of(case: CaseRef) -> UUID | None:
    """The id of a case's last known run; None if there is none, or if the value in the case's row
    is not a valid id.
    """
    try:
        return UUID(case.flow_run_id) if case.flow_run_id is not None else None
    except ValueError:
        return None


def read(client: SyncPrefectClient, flow_run_id: UUID) -> FlowRun | None:
    """The run; None if it was deleted."""
    try:
        return client.read_flow_run(flow_run_id)
    except ObjectNotFound:
        return None


def read_all(client: SyncPrefectClient, cases: Sequence[CaseRef]) -> dict[str, FlowRun]:
    """The existing runs of these cases (at most 200), by run id."""
    ids = [known for case in cases if (known := id_of(case)) is not None]
    if not ids:
        return {}
    found = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids)), limit=len(ids)
    )
    return {str(run.id): run for run in found}


def gone(client: SyncPrefectClient, pool: str, workers: set[str]) -> set[str]:
    """Those of the named workers of a pool that no longer send heartbeats. Empty if the pool was
    deleted, or if its runs may outlive their worker.
    """
    try:
        if client.read_work_pool(pool).type != POOL_TYPE:
            return set()
        heard = client.read_workers_for_work_pool(pool)
    except ObjectNotFound:
        return set()
    return workers - {each.name for each in heard if each.status is WorkerStatus.ONLINE}


def mend(
    client: SyncPrefectClient,
    driving: Driving,
    case: CaseRef,
    run: FlowRun | None,
    is_lost: Callable[[FlowRun], bool] = never_lost,
) -> Woken | None:
    """Replace or retry a run that is missing or lost, that ended before its case, or that no worker
    can ever take. The ended run of an ended case is retried too, since there is something new in
    the case, such as a late notice.

    Returns None if nothing was done: the run is alive, its retry is not due yet, its case has ended
    in the meantime, or another caller was faster.

    Raises:
        NotDeployed: a run has to be created, but its deployment or pool is missing.
    """
    if run is None:
        return _create(client, driving, case)
    if is_lost(run):
        retry_lost(client, run)
        return Woken.RETRIED
    if is_stranded(run):
        return _replace(client, driving, case, run)
    state = run.state
    if state is None or not state.is_final():
        return None
    if not case.is_open:
        # Something came after the end, such as a late notice: the same run reports it and ends
        # again.
        client.set_flow_run_state(run.id, Scheduled(), force=True)
        return Woken.RETRIED
    if state.type is StateType.CANCELLED or state.type is StateType.COMPLETED:
        # The case may have ended since it was read: then this run is its last one.
        return None if driving.has_ended(case.code) else _replace(client, driving, case, run)
    if state.type is StateType.FAILED:
        rest = RETRY_FAILED_AFTER * min(max(run.run_count, 1), LONGEST_RETRY)
        if datetime.now(UTC) < state.timestamp + rest:
            return None
    retry(client, run)
    return Woken.RETRIED


def retry(client: SyncPrefectClient, run: FlowRun) -> None:
    """Have Prefect run a run again now."""
    client.set_flow_run_state(run.id, AwaitingRetry(scheduled_time=datetime.now(UTC)), force=True)


def retry_lost(client: SyncPrefectClient, run: FlowRun) -> None:
    """Retry a run that no process has any more, and log that it was lost."""
    extra = {"action": "run_lost", "case": str(run.parameters.get("code"))}
    log.warning("run lost", extra=extra)
    retry(client, run)


def under_way(client: SyncPrefectClient, limit: int) -> list[FlowRun]:
    """Runs that Prefect records as being executed, including those of ended cases; the oldest
    first.
    """
    claims = FlowRunFilterStateType(any_=list(_UNDER_WAY))
    return client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=claims)),
        sort=FlowRunSort.START_TIME_ASC,
        limit=limit,
    )


def is_under_way(run: FlowRun) -> bool:
    """Whether the run claims that a process is executing it."""
    return run.state is not None and run.state.type in _UNDER_WAY


def is_stranded(run: FlowRun) -> bool:
    """Whether no worker will ever take the run: its pool was deleted, and a run cannot change
    pools.
    """
    return run.deployment_id is not None and run.work_queue_id is None and not is_under_way(run)


def _replace(
    client: SyncPrefectClient, driving: Driving, case: CaseRef, run: FlowRun
) -> Woken | None:
    """Retire a run, so that it is no longer counted as a case, and create its successor."""
    _retire(client, run)
    return _create(client, driving, case)


def _retire(client: SyncPrefectClient, run: FlowRun) -> None:
    if run.tags != [REPLACED_TAG]:
        client.update_flow_run(run.id, tags=[REPLACED_TAG])
    if run.state is None or not run.state.is_final():
        replaced: State[Any] = Cancelled(
            name=say("prefect.replaced"), message=say("prefect.another_run")
        )
        client.set_flow_run_state(run.id, replaced, force=True)


def _create(client: SyncPrefectClient, driving: Driving, case: CaseRef) -> Woken | None:
    """Create the successor of the last known run. Two simultaneous callers get the same successor.

    Returns None if another caller was faster, so that the case already has another run.
    """
    if driving.run_of(case.code) != case.flow_run_id:
        return None
    try:
        deployment = client.read_deployment_by_name(DEPLOYMENT)
    except ObjectNotFound as missing:
        raise NotDeployed(DEPLOYMENT) from missing
    if deployment.work_queue_id is None:
        raise NotDeployed(DEPLOYMENT)
    previous = case.flow_run_id or "none"
    for _ in range(MAX_REPLACEMENTS):
        run = client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"code": case.code},
            name=case.code,
            tags=[OPEN_TAG],
            idempotency_key=f"{case.code} after {previous}",
        )
        if run.state is None or not run.state.is_final():
            break
        _retire(client, run)
        previous = str(run.id)
    driving.remember_run(case.code, str(run.id))
    return Woken.CREATED

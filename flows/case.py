"""`drive_case`: one flow run per case, from opening to closing.

The run keeps no state: it reads what is due, does it, shows it and suspends itself. It may be
killed, cancelled or deleted at any moment; another run takes over, and nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID, uuid4

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import ArtifactSort
from prefect.context import FlowRunContext
from prefect.exceptions import Pause
from prefect.logging import get_run_logger
from prefect.states import Cancelled, Completed, Failed, Paused
from prefect.utilities.engine import propose_state_sync
from pydantic import Field

from engine.errors import Refusal
from flows import showing
from flows.driving import CaseStatus, ClaimedNotice, Driving, EndKind, StoryLine, TryLater, connect
from flows.faults import discreet
from wording.sentences import as_line

CaseCode = Annotated[
    str, Field(pattern="^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$", examples=["7K2F-9QXM"])
]
"""A case code as Prefect accepts it when somebody runs a deployment by hand. Prefect shows
parameters to everybody, so anything that could be a name is refused.
"""
WILL_TRY_AGAIN = "Will try again"
MAX_ROUNDS = 20
"""Rounds of work in one activation; anything that arrives later wakes the run again."""


def _is_fault(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether to retry: a notice with a scheduled next attempt is not retried here."""
    return state.name != WILL_TRY_AGAIN


@task(name="tell", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=1)
def tell(fact: StoryLine) -> None:
    """Show one fact of the log as a task run of its own."""
    get_run_logger().info("Entry %s: %s", fact.number, as_line(fact.said))


@task(
    name="deliver",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=[1, 4],
    retry_condition_fn=_is_fault,
)
def deliver(driving: Driving, notice: ClaimedNotice) -> State[Any]:
    """Hand over one notice. If it must wait the task ends, so that no thread is kept waiting."""
    with discreet():
        try:
            outcome = driving.deliver(notice)
        except TryLater as later:
            return Failed(name=WILL_TRY_AGAIN, message=str(later))
    return Completed(name="Delivered" if outcome.delivered else "Settled", message=outcome.text)


@flow(name="drive-case")
def drive_case(code: CaseCode) -> State[Any]:
    """Do all that the case needs now, show where it is, and wait.

    Args:
        code: the case's code, such as `7K2F-9QXM`.
    """
    with discreet():
        try:
            return _drive(connect(), code)
        except Refusal as refused:
            if refused.reason != "unknown_case":
                raise
            return Failed(name="No such case", message="Nothing was done: look at its code again.")


def _drive(driving: Driving, code: str) -> State[Any]:
    client, run = _context()
    holder = driving.run_of(code)
    if holder is None:
        driving.remember_run(code, str(run.id))
    elif holder != str(run.id):
        return Cancelled(name="Replaced", message="Another run drives this case.")
    status = _bring_up_to_date(driving, code, client, run)
    if status.end is not None and not status.undelivered:
        return _ended(status)
    moment = f"{status.next_moment:%Y-%m-%d %H:%M} UTC" if status.next_moment else "no clock runs"
    suspend_as(client, run, showing.state_name(status), f"Next moment: {moment}")
    return Completed(name="Woken")


def suspend_as(client: SyncPrefectClient, run: FlowRun, name: str, message: str) -> None:
    """End this activation; the run waits under the name `name` until it is resumed.

    Prefect skips a pause whose key it has seen, and refuses to resume one whose key has anything
    but letters, digits and dashes.
    """
    proposed: State[Any] = Paused(
        name=name, message=message, reschedule=True, pause_key=str(uuid4())
    )
    state = propose_state_sync(client, proposed, flow_run_id=run.id)
    if state.is_paused():
        raise Pause(state=state)


def _context() -> tuple[SyncPrefectClient, FlowRun]:
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("drive_case runs as a flow run only")
    client = context.client
    if not isinstance(client, SyncPrefectClient):
        raise TypeError("drive_case is a sync flow and needs the sync client")
    return client, context.flow_run


def _bring_up_to_date(
    driving: Driving, code: str, client: SyncPrefectClient, run: FlowRun
) -> CaseStatus:
    """Work and report until nothing new is found.

    A run that is not paused cannot be resumed, so changes made while we work rely on this last look.
    """
    faults: list[BaseException] = []
    status: CaseStatus | None = None
    for _ in range(MAX_ROUNDS):
        if not _work(driving, code, faults) and status is not None:
            break
        status = driving.status(code)
        _show(status, client, run)
        if faults:
            raise faults[0]
    assert status is not None
    return status


def _work(driving: Driving, code: str, faults: list[BaseException]) -> bool:
    """One round. Returns False if there was nothing to do."""
    driving.settle(code)
    told = _tell_all(driving, code, driving.story(code))
    notices = driving.notices(code)
    for notice in notices:
        name = f"Notice {notice.reference} to {notice.agency}"
        if notice.attempt > 1:
            name += f", attempt {notice.attempt}"
        state = deliver.with_options(task_run_name=name)(driving, notice, return_state=True)
        if state.is_failed() and state.name != WILL_TRY_AGAIN:
            faults.append(_fault(state))
    return told or bool(notices)


def _tell_all(driving: Driving, code: str, story: Sequence[StoryLine]) -> bool:
    for fact in story:
        tell.with_options(task_run_name=as_line(fact.said))(fact)
    if story:
        driving.told(code, story[-1].number)
    return bool(story)


def _fault(state: State[Any]) -> BaseException:
    result = state.result(raise_on_failure=False)
    return result if isinstance(result, BaseException) else RuntimeError(state.message)


def _show(status: CaseStatus, client: SyncPrefectClient, run: FlowRun) -> None:
    name, tags = showing.run_name(status), showing.tags(status)
    if (run.name, set(run.tags)) != (name, set(tags)):
        client.update_flow_run(run.id, name=name, tags=tags)
        run.name, run.tags = name, tags
    key, page = showing.artifact_key(status.code), showing.progress(status)
    shown = _artifact(client, run.id, key)
    if shown is None:
        client.create_artifact(
            ArtifactCreate(
                key=key, type="markdown", data=page, description=name, flow_run_id=run.id
            )
        )
    elif shown[1] != page:
        client.update_artifact(shown[0], ArtifactUpdate(data=page, description=name))


def _artifact(client: SyncPrefectClient, run_id: UUID, key: str) -> tuple[UUID, Any] | None:
    found = client.read_artifacts(
        artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id])),
        sort=ArtifactSort.CREATED_DESC,
        limit=1,
    )
    return next(((a.id, a.data) for a in found if a.key == key), None)


def _ended(status: CaseStatus) -> State[Any]:
    if status.end_kind is EndKind.WITHDRAWN:
        return Cancelled(name=status.end, message="Ended: withdrawn")
    return Completed(name=status.end, message=f"Ended: {status.end_kind or EndKind.NEUTRAL}")

"""`drive_case`: one flow run per case, from opening to closing.

The run keeps no state: it reads what is due, does it, shows it and suspends itself. It may be
killed, cancelled or deleted at any moment: it is retried, or another run takes over. Nothing
happens twice, except that a notice that was being sent is sent again under the same reference.
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
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH
from prefect.states import Cancelled, Completed, Failed, Paused
from prefect.utilities.engine import propose_state_sync
from pydantic import Field

from engine.errors import Refusal
from flows import showing
from flows.driving import CaseStatus, ClaimedNotice, Driving, EndKind, StoryLine, TryLater, connect
from flows.faults import discreet
from flows.saying import say
from wording.sentences import as_line, in_words

CaseCode = Annotated[
    str, Field(pattern="^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$", examples=["7K2F-9QXM"])
]
"""A case code as Prefect accepts it when somebody runs a deployment by hand. Prefect shows
parameters to everybody, so anything that could be a name is refused.
"""
RESULTS = PREFECT_LOCAL_STORAGE_PATH.value()
"""Where Prefect would keep a result, though none is kept: a flow without a place asks the server
for one, twice for each activation.
"""
MAX_ROUNDS = 20
"""The most rounds of work in one activation; whatever is left then is still due, so the ticker
wakes the run again.
"""


def _is_fault(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether Prefect should retry: not if the notice has a scheduled next attempt."""
    return state.name != _will_try_again()


def _will_try_again() -> str:
    """The name of the state of a notice that waits for its next attempt."""
    return say("prefect.will_try_again")


@task(name="tell", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=1)
def tell(fact: StoryLine) -> None:
    """Show one fact of the log as a task run of its own."""
    get_run_logger().info(say("prefect.entry", number=fact.number, said=as_line(fact.said)))


@task(
    name="deliver",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=[1, 4],
    retry_condition_fn=_is_fault,
)
def deliver(driving: Driving, notice: ClaimedNotice) -> State[Any]:
    """Send one notice. If the notice has to wait, the task ends rather than block a thread."""
    with discreet():
        try:
            outcome = driving.deliver(notice)
        except TryLater as later:
            return Failed(
                name=_will_try_again(),
                message=say("prefect.later", why=later.reason, at=later.moment),
            )
    name = say("prefect.delivered" if outcome.delivered else "prefect.settled")
    return Completed(name=name, message=as_line(outcome.said))


@flow(name="drive-case", persist_result=False, result_storage=RESULTS)
def drive_case(code: CaseCode) -> State[Any]:
    """Do everything that the case needs now, show where it is, and wait. Once the case has ended
    and owes no more notices, finish.

    Args:
        code: the case's code, such as `7K2F-9QXM`.
    """
    with discreet():
        try:
            return _drive(connect(), code)
        except Refusal as refused:
            if refused.reason != "unknown_case":
                raise
            return Failed(name=say("prefect.no_case"), message=say("prefect.no_case_more"))


def _drive(driving: Driving, code: str) -> State[Any]:
    client, run = _context()
    holder = driving.run_of(code)
    if holder is None:
        driving.remember_run(code, str(run.id))
    elif holder != str(run.id):
        return Cancelled(name=say("prefect.replaced"), message=say("prefect.another_run"))
    status = _bring_up_to_date(driving, code, client, run)
    if status.end is not None and not status.undelivered:
        return _ended(status)
    at = status.next_moment
    then = say("prefect.next_moment", at=at) if at else say("prefect.no_clock")
    suspend_as(client, run, showing.state_name(status), then)
    return Completed(name=say("prefect.woken"))


def suspend_as(client: SyncPrefectClient, run: FlowRun, name: str, message: str) -> None:
    """End this activation by raising `Pause`; the run waits under the name `name` until it is
    resumed. Returns only if Prefect refuses the pause.

    Each pause gets a new key: Prefect skips one whose key it has seen before. It also refuses to
    resume one whose key contains anything but letters, digits and dashes.
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
    """Work and report, for at most `MAX_ROUNDS` rounds, until nothing new is found. If a notice
    could not be delivered, the round is still reported before the error is raised.

    A run that is not paused cannot be resumed, so changes made while it works are found only by
    looking once more after each round.
    """
    faults: list[BaseException] = []
    status: CaseStatus | None = None
    for _ in range(MAX_ROUNDS):
        if not _work(driving, code, faults) and status is not None:
            break
        status = driving.status(code, in_words)
        _show(status, client, run)
        if faults:
            raise faults[0]
    assert status is not None
    return status


def _work(driving: Driving, code: str, faults: list[BaseException]) -> bool:
    """Do one round of work. Returns False if there was nothing to tell or to deliver."""
    driving.settle(code)
    told = _tell_all(driving, code, driving.story(code))
    notices = driving.notices(code)
    for notice in notices:
        name = _notice(notice)
        state = deliver.with_options(task_run_name=name)(driving, notice, return_state=True)
        if state.is_failed() and state.name != _will_try_again():
            faults.append(_fault(state))
    return told or bool(notices)


def _notice(notice: ClaimedNotice) -> str:
    """The name of the task run for an attempt to send a notice."""
    reference, agency, attempt = notice.reference, notice.agency, notice.attempt
    if attempt == 1:
        return say("prefect.notice", notice=reference, agency=agency)
    return say("prefect.notice_again", notice=reference, agency=agency, number=attempt)


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
        return Cancelled(name=status.end, message=say("prefect.ended", kind=status.end_kind))
    kind = status.end_kind or EndKind.NEUTRAL
    return Completed(name=status.end, message=say("prefect.ended", kind=kind))

"""Whether Prefect shows that cases have ended: waited for only while it still may."""

from __future__ import annotations

from uuid import uuid4

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL
from prefect.states import Cancelled, Completed, Crashed, Failed, Running

from onward.demonstration.shown_ends import until_shown
from onward.stack.prefect_api import PrefectApi, api_of_stack
from tests.driven_cases import Harness


def test_nobody_waits_for_a_run_that_will_never_show_it(harness: Harness) -> None:
    """It is told which these are; a run that shows it is not among them."""
    ended: list[State[object]] = [Completed(), Crashed(), Cancelled(), Failed()]
    runs = {f"{each.name}": _run_in(harness, each) for each in ended} | {"deleted": str(uuid4())}

    looks = iter([True])  # a second one would raise
    assert until_shown(_api(), runs, goes_on=looks.__next__) == ["Crashed", "Failed", "deleted"]


def test_a_run_that_is_under_way_may_still_show_it(harness: Harness) -> None:
    """It is waited for, until somebody stops that."""
    run, looks = _run_in(harness, Running()), iter([True, False])

    assert until_shown(_api(), {"7K2F-9QXM": run}, goes_on=looks.__next__) == []
    assert [*looks] == []


@flow
def _of_no_case() -> None:
    """Its runs are in no other test's way."""


def _run_in(harness: Harness, state: State[object]) -> str:
    run = harness.client.create_flow_run(_of_no_case)
    harness.client.set_flow_run_state(run.id, state, force=True)
    return str(run.id)


def _api() -> PrefectApi:
    return api_of_stack(PREFECT_API_URL.value(), PREFECT_API_AUTH_STRING.value())

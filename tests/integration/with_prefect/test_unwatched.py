"""An activation is over when its run waits: Prefect would watch over it a second longer, in its place."""

from __future__ import annotations

from unittest import mock

import pytest
from prefect.client.schemas.objects import StateType
from prefect.states import Suspended

from tests.driven_cases import ASKS, ENDS, WAITS, Harness
from tests.paper_cases import PaperCases


@pytest.mark.parametrize(
    ("code", "unneeded"),
    [
        ("DDDD-0001", "flow_engine.observe_flow_run_suspension"),
        ("DDDD-0002", "flow_engine.FlowRunEngine._build_heartbeat_event_template"),
        ("DDDD-0004", "results._read_server_default_result_storage_block_id"),
    ],
)
def test_an_activation_does_without_what_prefect_begins_for_longer_runs(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, code: str, unneeded: str
) -> None:
    """A watch for whoever suspends it, heartbeats, which the patrol replaces, and a place for its result."""
    monkeypatch.setattr(f"prefect.{unneeded}", mock.Mock(side_effect=AssertionError))
    harness.cases.open(code, script=[ASKS, WAITS, ENDS])

    assert harness.activate(code).state_name == "Awaiting consulate answer"


def test_a_run_that_is_suspended_at_work_does_its_work_and_waits(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manager pressed the button in Prefect; the case goes on with its next wake."""
    code, settle = "DDDD-0003", PaperCases.settle

    def settle_then_suspend(cases: PaperCases, each: str) -> None:
        settle(cases, each)
        harness.client.set_flow_run_state(harness.run(code).id, Suspended(), force=True)

    harness.cases.open(code, script=[ASKS, WAITS, ENDS])
    with monkeypatch.context() as patch:
        patch.setattr(PaperCases, "settle", settle_then_suspend)
        suspended = harness.activate(code)
    assert suspended.state_type is StateType.PAUSED
    assert harness.cases.received() == [f"{code}-0"]
    assert harness.cases.untold() == 0

    harness.cases.answer(code)
    assert harness.activate(code).state_name == "No open task or request: awaiting the next moment"

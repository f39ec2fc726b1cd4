"""What Prefect shows of an erased case is deleted there, and nothing of another."""

from __future__ import annotations

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL
from prefect.states import Completed

from flows.showing import artifact_key
from onward.forgetting import forget
from onward.stack.prefect_api import api_of_stack

pytestmark = pytest.mark.usefixtures("prefect_server")
GONE, OTHER = "7K2F-9QXM", "8M3G-2RTN"


@flow
def some_flow() -> None:
    """Stands for the one that drives cases."""


def test_runs_and_pages_of_one_case_are_deleted() -> None:
    api = api_of_stack(str(PREFECT_API_URL.value()), PREFECT_API_AUTH_STRING.value() or "")
    with get_client(sync_client=True) as client:
        for code in (GONE, GONE, OTHER):
            run = client.create_flow_run(some_flow, name=f"{code} A title", state=Completed())
            client.create_artifact(
                ArtifactCreate(key=artifact_key(code), type="markdown", flow_run_id=run.id)
            )
        assert forget(api, GONE) == 2
        left = {run.name for run in client.read_flow_runs()}
        keys = {each.key for each in client.read_artifacts()}
    assert f"{OTHER} A title" in left
    assert not [name for name in left if GONE in str(name)]
    assert artifact_key(OTHER) in keys
    assert artifact_key(GONE) not in keys
    assert forget(api, GONE) == 0

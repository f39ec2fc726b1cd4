"""What prefect.yaml declares really loads, and both ways to deploy it give the same.

`prefect deploy` itself falls back to a placeholder flow when the import fails: it exits with 0 and the
run crashes later.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import get_current_settings

from flows.deploying import declared, deploy_missing

LOAD = """
import sys
from prefect.flows import load_flow_from_entrypoint
load_flow_from_entrypoint(sys.argv[1], use_placeholder_flow=False)
"""
NAMES = [deployment.name for deployment in declared()]
COMPARED = {
    "name",
    "entrypoint",
    "description",
    "tags",
    "parameter_openapi_schema",
    "pull_steps",
    "work_pool_name",
    "enforce_parameter_schema",
    "parameters",
}


@pytest.mark.parametrize("entrypoint", [deployment.entrypoint for deployment in declared()])
def test_entrypoint_loads(entrypoint: str, project_root: Path) -> None:
    """In a child process, because loading by path puts flows/ first on sys.path."""
    result = subprocess.run(
        [sys.executable, "-c", LOAD, entrypoint],
        cwd=project_root,
        check=False,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stderr


def test_both_ways_to_deploy_give_the_same(prefect_server: None, project_root: Path) -> None:
    """`prefect deploy --all` by hand, and what the ticker does when Prefect comes back empty."""
    with get_client(sync_client=True) as client:
        deploy_missing(client)
        ours = _deployments(client)
        for deployment in client.read_deployments():
            client.delete_deployment(deployment.id)

        _by_hand(project_root)

        for name, deployment in _deployments(client).items():
            assert deployment == ours[name]
        assert deploy_missing(client) is False


def _by_hand(root: Path) -> None:
    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=root,
        check=True,
        capture_output=True,
        env={**settings, "PWD": str(root)},
    )


def _deployments(client: SyncPrefectClient) -> dict[str, Any]:
    found = {
        deployment.name: deployment.model_dump(include=COMPARED, mode="json")
        for deployment in client.read_deployments()
    }
    assert sorted(found) == sorted(NAMES)
    return found

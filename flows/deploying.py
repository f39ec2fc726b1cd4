"""Registers the pool and the deployments of prefect.yaml, without which no case can run.

`prefect work-pool create` and `prefect deploy --all` do the same by hand. The ticker does it when
it starts, when Prefect answers again, since Prefect's database may be empty then, and when it finds
that the deployment for cases or its pool is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.utilities.callables import parameter_schema
from prefect.workers.base import BaseWorker
from ruamel.yaml import YAML

from flows.entrypoints import flow_of
from flows.runs import POOL_TYPE

ROOT = Path(__file__).parent.parent


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment as declared in prefect.yaml."""

    name: str
    entrypoint: str
    pool: str
    description: str | None
    tags: tuple[str, ...]
    pull: tuple[dict[str, Any], ...]


def declared(root: Path = ROOT) -> list[Deployment]:
    """The deployments of prefect.yaml in `root`, with `root` for `{{ $PWD }}` in pull steps."""
    document = YAML(typ="safe").load((root / "prefect.yaml").read_text(encoding="utf-8"))
    pull = _filled(document["pull"], str(root))
    return [
        Deployment(
            name=item["name"],
            entrypoint=item["entrypoint"],
            pool=item["work_pool"]["name"],
            description=item.get("description"),
            tags=tuple(item.get("tags", ())),
            pull=tuple(pull),
        )
        for item in document["deployments"]
    ]


def deploy_missing(client: SyncPrefectClient, root: Path = ROOT) -> bool:
    """Create what Prefect lacks. Returns False if nothing was missing.

    Existing pools and deployments are left as the operator made them. But a deployment whose pool
    was deleted gets its declared pool again, since otherwise nobody would execute its runs.
    """
    created = False
    for deployment in declared(root):
        flow = flow_of(deployment.entrypoint)
        try:
            found = client.read_deployment_by_name(f"{flow.name}/{deployment.name}")
            if found.work_queue_id is None:
                _ensure_pool(client, deployment.pool)
                client.update_deployment(found.id, DeploymentUpdate(work_pool_name=deployment.pool))
                created = True
        except ObjectNotFound:
            _ensure_pool(client, deployment.pool)
            client.create_deployment(
                flow_id=client.create_flow_from_name(flow.name),
                name=deployment.name,
                entrypoint=deployment.entrypoint,
                description=deployment.description or flow.description,
                tags=list(deployment.tags),
                work_pool_name=deployment.pool,
                pull_steps=[dict(step) for step in deployment.pull],
                parameter_openapi_schema=_parameters(flow),
                enforce_parameter_schema=True,
            )
            created = True
    return created


def _parameters(flow: Flow[..., Any]) -> dict[str, Any]:
    """The flow's parameters as `prefect deploy` records them, without empty entries."""
    schema = parameter_schema(flow).model_dump_for_openapi()
    return {key: value for key, value in schema.items() if value}


def _ensure_pool(client: SyncPrefectClient, name: str) -> None:
    try:
        client.read_work_pool(name)
    except ObjectNotFound:
        worker = BaseWorker.get_worker_class_from_type(POOL_TYPE)
        template = worker.get_default_base_job_template() if worker else {}
        try:
            client.create_work_pool(
                WorkPoolCreate(name=name, type=POOL_TYPE, base_job_template=template)
            )
        except ObjectAlreadyExists:
            return


def _filled(value: Any, folder: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, folder) for item in value]
    return value.replace("{{ $PWD }}", folder) if isinstance(value, str) else value

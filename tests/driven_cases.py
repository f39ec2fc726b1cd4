"""Cases on paper that runs of Prefect drive, one activation at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import FlowRun

from flows import runs
from flows.case_worker import activate
from flows.driving import CaseRef, EndKind
from tests.paper_cases import Line, PaperCases

DRIVE_CASE = "flows/case.py:drive_case"
ASKS = Line(text="Asked the consulate: travel document", notify="NG-NAPTIP")
WAITS = Line(text="Went on without an answer", waits_for="consulate", hours=48)
ENDS = Line(text="Reintegrated", hours=24, end=EndKind.SUCCESS)


class Harness:
    """Cases on paper, a client, and one activation at a time."""

    def __init__(self, client: SyncPrefectClient, cases: PaperCases) -> None:
        self.client, self.cases = client, cases

    def wake(self, code: str) -> runs.Woken:
        return runs.wake(
            self.client, self.cases, CaseRef(code=code, flow_run_id=self.cases.run_of(code))
        )

    def run(self, code: str) -> FlowRun:
        return self.client.read_flow_run(UUID(self.cases.run_of(code)))

    def activate(self, code: str) -> FlowRun:
        """Wake the case and let its run go on, as the worker would."""
        self.wake(code)
        fault = activate(self.run(code), DRIVE_CASE)
        assert fault is None
        return self.run(code)

    def page(self, run: FlowRun) -> Any:
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
        (artifact,) = self.client.read_artifacts(artifact_filter=mine, limit=10)
        return artifact.data

"""The Prefect server with which the tests of this folder begin, and cases on paper that it drives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_SERVER_API_AUTH_STRING,
    temporary_settings,
)

from flows import ticker, waking
from flows.deploying import deploy_missing
from flows.driving import PROVIDER_VARIABLE
from tests.driven_cases import Harness
from tests.outside import PATIENCE_SECONDS
from tests.paper_cases import FILE_VARIABLE, PaperCases

PASSWORD = "onward:of-the-tests"


@pytest.fixture(scope="package")
def prefect_server() -> Iterator[None]:
    """A server of the tests' own, for the whole folder. It asks for a password, as ours does.

    The client settings of this process point at it; its database goes with it.
    """
    # Here, since each process that collects tests would load the server.
    from prefect.testing.utilities import prefect_test_harness

    with pytest.MonkeyPatch.context() as patch:
        # As in our own stack: SQLite with several writers needs patience, nobody has a block, and task runs
        # are recorded many at a time.
        patch.setenv("PREFECT_SERVER_DATABASE_TIMEOUT", "60")
        patch.setenv("PREFECT_SERVER_REGISTER_BLOCKS_ON_START", "false")
        patch.setenv("PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION", "false")
        patch.setenv("PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE", "50")
        patch.setenv("PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL", "1")
        # Whoever acts, and the ticker, give Prefect seconds: here it shares the machine with other tests.
        patch.setattr(waking, "TIMEOUT_SECONDS", PATIENCE_SECONDS)
        patch.setattr(ticker, "CALL_SECONDS", PATIENCE_SECONDS)
        password = {
            PREFECT_SERVER_API_AUTH_STRING: PASSWORD,
            PREFECT_API_AUTH_STRING: PASSWORD,
        }
        with (
            temporary_settings(password),
            prefect_test_harness(server_startup_timeout=round(PATIENCE_SECONDS)),
        ):
            yield


@pytest.fixture
def harness(
    prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Harness]:
    """Everything is real but the cases, which are on paper."""
    monkeypatch.setenv(PROVIDER_VARIABLE, "tests.paper_cases:connect")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "cases.db"))
    with get_client(sync_client=True) as client:
        deploy_missing(client)
        yield Harness(client, PaperCases(tmp_path / "cases.db"))

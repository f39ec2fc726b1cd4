"""The Prefect server with which the tests of this folder begin, and cases on paper that it drives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED,
    temporary_settings,
)

from flows import ticker, waking
from flows.deploying import deploy_missing
from flows.driving import PROVIDER_VARIABLE
from models.private_files import make_folder
from onward.stack.prefect_api import PASSWORD_VARIABLE
from onward.stack.prefect_tables import make_tables
from onward.stack.stack import Stack
from tests.driven_cases import Harness
from tests.outside import PATIENCE_SECONDS
from tests.paper_cases import FILE_VARIABLE, PaperCases
from tests.unused_ports import unused_port


@pytest.fixture(scope="package")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The stack's own server, without its worker, for the whole folder.

    The client settings of this process point at it; its database goes with it.
    """
    stack = Stack(tmp_path_factory.mktemp("home"), port=unused_port())
    make_folder(stack.home / "prefect")
    make_tables(stack.home)
    settings = {
        PREFECT_API_URL: stack.api.address,
        PREFECT_API_AUTH_STRING: stack.environment[PASSWORD_VARIABLE],
        PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False,
    }
    with pytest.MonkeyPatch.context() as patch, temporary_settings(settings):
        # Whoever acts, and the ticker, give Prefect seconds: here it shares the machine with other tests.
        patch.setattr(waking, "TIMEOUT_SECONDS", PATIENCE_SECONDS)
        patch.setattr(ticker, "CALL_SECONDS", PATIENCE_SECONDS)
        stack.server.start()
        try:
            _await_health(stack)
            yield
            APILogWorker.drain_all()
            EventsWorker.drain_all()
        finally:
            stack.server.stop()


def _await_health(stack: Stack) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not stack.server.listens_on(stack.port):
        assert time.monotonic() < end, stack.server.last_lines(20)
        time.sleep(0.2)
    assert stack.api.ask("GET", "/health", timeout=PATIENCE_SECONDS).json() is True


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

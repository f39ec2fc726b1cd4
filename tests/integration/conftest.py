"""The installation and the Prefect server with which most of these tests begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_SERVER_API_AUTH_STRING,
    temporary_settings,
)
from prefect.testing.utilities import prefect_test_harness

from casework.context import Onward
from tests.installations import installation, prepared

PASSWORD = "onward:of-the-tests"


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """The trial pathway and its agencies, on a store of either kind."""
    with closing(installation(url, tmp_path)) as made:
        yield prepared(made)


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A server of the tests' own, for the whole session. It asks for a password, as ours does.

    The client settings of this process point at it; its database goes with it.
    """
    with pytest.MonkeyPatch.context() as patch:
        # As in our own stack: SQLite with several writers needs patience.
        patch.setenv("PREFECT_SERVER_DATABASE_TIMEOUT", "60")
        password = {
            PREFECT_SERVER_API_AUTH_STRING: PASSWORD,
            PREFECT_API_AUTH_STRING: PASSWORD,
        }
        with temporary_settings(password), prefect_test_harness(server_startup_timeout=120):
            yield

"""A Prefect server of the tests' own, for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """The client settings of this process point at it; its database goes with it."""
    with pytest.MonkeyPatch.context() as patch:
        # As in our own stack: SQLite with several writers needs patience.
        patch.setenv("PREFECT_SERVER_DATABASE_TIMEOUT", "60")
        with prefect_test_harness(server_startup_timeout=120):
            yield

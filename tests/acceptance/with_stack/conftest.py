"""The stack that the tests of this folder look at, and break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running_stack import Running, running_stack


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for all; each test has cases of its own."""
    with running_stack(tmp_path_factory.mktemp("home")) as running:
        yield running

"""The Chromium that all tests of this folder use: to start it takes as long as two tests in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import running_chromium


@pytest.fixture(name="running", scope="package")
def _running(chromium: Path) -> Iterator[Browser]:
    with running_chromium(chromium) as browser:
        yield browser


@pytest.fixture(scope="module")
def browser(running: Browser) -> Iterator[Browser]:
    """Without a window, and without anything that another file has opened."""
    yield running
    for context in running.contexts:
        context.close()

"""Parts outside the project that some tests need."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

CI = os.environ.get("CI") == "true"
PATIENCE_SECONDS = 180.0
"""What has not happened by then will not, however many programs share the machine."""


def do_without(part: str, remedy: str) -> NoReturn:
    """Skip the test on a user's machine; in CI every part must be there."""
    reason = f"{part} is missing: {remedy}"
    if CI:
        pytest.fail(reason)
    pytest.skip(reason)

"""Parts outside the project that some tests need."""

from __future__ import annotations

import os
from pathlib import Path
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
    raise pytest.skip.Exception(reason)


def told_once(report: pytest.TestReport, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Have pytest tell of a missing part in one line, and not at each of the many tests that need it."""
    raised = excinfo.traceback[-1]
    if report.skipped and raised.path == Path(__file__) and isinstance(report.longrepr, tuple):
        *_, reason = report.longrepr
        report.longrepr = (__file__, raised.lineno + 1, reason)

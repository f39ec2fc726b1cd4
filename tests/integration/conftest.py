"""The installation with which most of these tests begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework.context import Onward
from tests.installations import installation, prepared


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """The trial pathway and its agencies, on a store of either kind."""
    with closing(installation(url, tmp_path)) as made:
        yield prepared(made)

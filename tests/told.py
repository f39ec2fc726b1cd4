"""What an error says in words, as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from engine.errors import InWords
from wording.sentences import told

Error = TypeVar("Error", bound=InWords)


@contextmanager
def refused_with(kind: type[Error], match: str) -> Iterator[pytest.ExceptionInfo[Error]]:
    """Holds the words of a refusal against a pattern, as `pytest.raises` holds its text."""
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(match, told(caught.value)), told(caught.value)

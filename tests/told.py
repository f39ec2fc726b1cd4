"""What somebody is told of what is wrong: tests of the words, beside those of codes and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from engine.checks.faults import Fault
from engine.errors import ExpressionError, InWords, Problem
from engine.message import Message
from wording.sentences import in_words, mended, told

Error = TypeVar("Error", bound=InWords)


@contextmanager
def refused_with(kind: type[Error], match: str) -> Iterator[pytest.ExceptionInfo[Error]]:
    """Holds the words of a refusal against a pattern, as `pytest.raises` holds its text."""
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(match, told(caught.value)), told(caught.value)


def in_english(messages: Iterable[Message]) -> list[str]:
    """What `verify` says of what it found."""
    return [in_words(each) for each in messages]


def sentence(wrong: Fault | Problem | ExpressionError) -> str:
    """The sentence in which somebody is told of it."""
    return in_words(wrong.message)


def advice(wrong: Fault | Problem | ExpressionError) -> str:
    """How somebody is told to mend it."""
    return mended(wrong.message)

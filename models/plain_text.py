"""Text that every store accepts: without the character NUL, and without unpaired surrogates."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


def is_storable(text: str) -> bool:
    return not _UNSTORABLE.search(text)


def made_storable(text: str) -> str:
    """The text with a mark in place of anything that cannot be stored."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)

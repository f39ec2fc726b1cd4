"""The recovery sheet: the one thing of an installation that is kept on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from textwrap import wrap

from models.recovery_keys import written
from onward.spoken import say

_WIDTH = 92
"""Characters of a line on paper."""


def sheet(private: bytes, home: Path, made_at: datetime) -> Iterator[str]:
    """The lines to print.

    Args:
        private: the recovery key.
    """
    yield say("sheet.title")
    yield ""
    yield say("sheet.made", at=made_at, folder=str(home))
    yield ""
    yield from wrap(say("sheet.kept"), _WIDTH)
    yield ""
    for number, line in enumerate(written(private), 1):
        yield f"    {number}  {line}"
    yield ""
    yield say("sheet.check")
    yield ""
    yield say("sheet.to_put_back")
    yield say("sheet.copy")
    yield say("sheet.restore")
    yield say("sheet.on_postgresql")
    yield say("sheet.type")
    yield say("sheet.verify")
    yield ""
    yield say("sheet.try_it")

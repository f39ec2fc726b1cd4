"""The recovery sheet: the one thing of an installation that is kept on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from models.recovery_keys import written


def sheet(private: bytes, home: Path, made_at: datetime) -> Iterator[str]:
    """The lines to print.

    Args:
        private: the recovery key.
    """
    yield "ONWARD RECOVERY SHEET"
    yield ""
    yield f"Made {made_at:%Y-%m-%d %H:%M} UTC, for the installation in {home}"
    yield ""
    yield "Recovery key. It opens every backup made from now on, until another sheet is made."
    yield "It is kept nowhere else: whoever loses this sheet cannot open them, and whoever has it and a"
    yield "backup can read everything that is in it. Print it twice; keep it in two safes, apart from"
    yield "the backups, and in no computer."
    yield ""
    for number, line in enumerate(written(private), 1):
        yield f"    {number}  {line}"
    yield ""
    yield "The last four letters of each line check it."
    yield ""
    yield "To put a backup back, on a machine with Onward, under an account that was an operator's:"
    yield "    1. copy the newest backup there, and the newest erasures.jsonl, which is kept apart"
    yield "    2. ONWARD_HOME=an/empty/folder onward restore BACKUP --erasures erasures.jsonl"
    yield "       (for PostgreSQL, ONWARD_DATABASE_URL names an empty database)"
    yield "    3. type the lines above"
    yield "    4. onward verify; then, if all is well: onward restored --because failure"
    yield ""
    yield "Try it twice a year: onward restore BACKUP --drill"

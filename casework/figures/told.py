"""Writes the cells of a table of figures, for people and for programs."""

from __future__ import annotations

import csv
import io

from casework.figures.counting import Figure, Figures
from engine.message import Message, message

STEPS = "in_steps_of"
"""The last column of a file: how wide the range is that begins with each number; 1 if numbers are
exact.
"""
_WHOLE = 10.0
"""From this many days on, no fraction is shown."""


def cell(found: Figures, row: Figure, column: str) -> Message | None:
    """The text of a cell; None if there is nothing to say."""
    value = row.values[column]
    if column not in found.counted:
        if value is None:
            return None
        return message("figure.days", days=round(value) if value >= _WHOLE else value)
    if found.step == 1:
        return message("figure.number", number=int(value or 0))
    if not value:
        return message("figure.few")
    return message("figure.range", first=int(value), last=int(value) + found.step - 1)


def as_csv(found: Figures) -> str:
    """The table as a CSV file with codes for headings and names, and nothing that depends on a
    language.
    """
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([*found.by, *found.columns, STEPS])
    for row in found.rows:
        values = ("" if row.values[name] is None else row.values[name] for name in found.columns)
        lines.writerow([*row.of, *values, found.step])
    return written.getvalue()

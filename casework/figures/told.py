"""What a table of figures says in its cells, to people and to programs."""

from __future__ import annotations

import csv
import io

from casework.figures.counting import Figure, Figures
from engine.message import Message, message

STEPS = "in_steps_of"
"""The last column of a file: the step in which its numbers are given; 1 if they are exact."""
_WHOLE = 10.0
"""So many days and more are told without a fraction."""


def cell(found: Figures, row: Figure, column: str) -> Message | None:
    """A cell in words; None where there is nothing to say."""
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
    """A file with codes for its heads and names, and no word that depends on a language."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([*found.by, *found.columns, STEPS])
    for row in found.rows:
        values = ("" if row.values[name] is None else row.values[name] for name in found.columns)
        lines.writerow([*row.of, *values, found.step])
    return written.getvalue()

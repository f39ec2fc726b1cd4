"""Bar charts of a table of figures, with lengths in percent, so that they fit every screen.

The template writes the SVG itself, in the colour of the surrounding text. So it needs no styles or
scripts of its own, which our pages would not load; it is readable in dark mode and on paper; and
its letters keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

import msgspec

from casework.figures.counting import Figure, Figures

SHOWN: dict[str, tuple[str, ...]] = {
    "silence": ("waiting", "overdue"),
    "answers": ("took", "took_ninth", "promised"),
    "stages": ("cases",),
    "ends": ("cases",),
    "countries": ("open", "ended"),
    "tasks": ("open", "overdue"),
    "steps": ("took", "took_ninth", "promised"),
    "stage_times": ("took", "took_ninth"),
    "undelivered": ("notices",),
    "looks": ("outside",),
}
"""The columns that are drawn for each measure: either numbers or days, never both."""
OPACITIES = (0.85, 0.4, 0.12)
"""The opacity of the bars of the first, second and third column; all bars have an outline as well.
"""
MOST = 15
"""The most rows in a chart; the table has them all."""
_WIDEST = 70.0
"""The width of the longest bar, in percent of the chart's; a bar's number is written after the bar."""
_LETTERS = 32
"""How many letters fit on a line of the narrowest screen."""
_LINE, _BAR, _BETWEEN = 20, 18, 14
"""Heights in pixels: of a line of a name, of a bar, and of the space below a row."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar, with the number after it."""

    y: int
    width: float
    """In percent of the chart."""
    text: str
    opacity: float


class NameLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a row's name."""

    y: int
    text: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A bar chart."""

    height: int
    lines: tuple[NameLine, ...]
    bars: tuple[Bar, ...]
    columns: tuple[tuple[str, float], ...]
    """The name of each column that is drawn, and its opacity."""
    is_whole: bool
    """Whether every row of the table is in the chart."""
    bar_height: int = _BAR
    most: int = MOST


def chart_of(found: Figures, texts: Callable[[Figure, str], str]) -> Chart | None:
    """The chart of a table; None if there is nothing to draw.

    Args:
        texts: gives the text of a cell.
    """
    columns, rows = SHOWN[found.measure], found.rows[:MOST]
    longest = max((row.values[name] or 0 for row in rows for name in columns), default=0)
    if not longest:
        return None
    lines, bars, y = list[NameLine](), list[Bar](), 0
    is_alike = len({row.named[:-1] for row in rows}) == 1
    for row in rows:
        for text in wrap(row.named[-1] if is_alike else ": ".join(row.named), _LETTERS):
            y += _LINE
            lines.append(NameLine(y=y - 5, text=text))
        made = [*_bars(row, columns, longest, y, texts)]
        bars += made
        y += len(columns) * _BAR + _BETWEEN
    return Chart(
        height=y,
        lines=tuple(lines),
        bars=tuple(bars),
        columns=tuple(zip(columns, OPACITIES, strict=False)),
        is_whole=len(rows) == len(found.rows),
    )


def _bars(
    row: Figure,
    columns: Sequence[str],
    longest: float,
    y: int,
    texts: Callable[[Figure, str], str],
) -> Iterator[Bar]:
    for place, (name, opacity) in enumerate(zip(columns, OPACITIES, strict=False)):
        width = round(_WIDEST * (row.values[name] or 0) / longest, 2)
        yield Bar(y=y + place * _BAR, width=width, text=texts(row, name), opacity=opacity)

"""Routes each arrow on a sheet: up or down between columns, and past other columns above the boxes
of a lane.

Boxes are in columns, so an arrow in the gap before a column, or in the channel above a lane's
boxes, crosses none. Arrows from one box share a line in a gap; arrows from different boxes run side
by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from engine.drawing import placing
from engine.drawing.pages import Arrow
from engine.drawing.placing import Sheet

ANCHOR = 15.0
"""How many points below the top of a box its arrows attach: beside the first line of its title."""
_APART = 6.0
"""The distance between lines in one gap if there is room, in points."""
Line = tuple[str, bool]
"""A line shared by several arrows: the key of the box where they start, and whether they are
hand-overs.
"""


class ArrowRoute(msgspec.Struct, frozen=True):
    """A route from the right of a box at `x`, `y` to the left of another at `end_x`, `end_y`."""

    x: float
    y: float
    turns: tuple[tuple[float, float], ...]
    """Vertical moves, each as the x at which it is made and the y to which it leads."""
    end_x: float
    end_y: float


def routes(sheet: Sheet) -> Iterator[tuple[Arrow, ArrowRoute]]:
    """The arrows of a page with their routes."""
    gaps, channels = _slots(sheet)
    for arrow in sheet.page.arrows:
        start, end = sheet.boxes[arrow.start], sheet.boxes[arrow.end]
        line = (arrow.start, arrow.is_hand_over)
        down = end.y + ANCHOR
        first = _in_gap(sheet, start.box.column + 1, gaps, line)
        last = _in_gap(sheet, end.box.column, gaps, line)
        if _is_far(sheet, arrow):
            above = _in_channel(sheet, end.box.lane, channels, line)
            turns: tuple[tuple[float, float], ...] = ((first, above), (last, down))
        else:
            turns = ((last, down),)
        yield arrow, ArrowRoute(start.x + start.width, start.y + ANCHOR, turns, end.x, down)


Slots = Mapping[int, list[Line]]


def _slots(sheet: Sheet) -> tuple[Slots, Slots]:
    """The lines in the gap before each column, and in the channel of each lane."""
    gaps: dict[int, list[Line]] = {}
    channels: dict[int, list[Line]] = {}
    for arrow in sheet.page.arrows:
        start, end = sheet.boxes[arrow.start].box, sheet.boxes[arrow.end].box
        line = (arrow.start, arrow.is_hand_over)
        taken = [gaps.setdefault(end.column, [])]
        if _is_far(sheet, arrow):
            taken += [gaps.setdefault(start.column + 1, []), channels.setdefault(end.lane, [])]
        for lines in taken:
            if line not in lines:
                lines.append(line)
    for lines in gaps.values():
        lines.sort(key=lambda line: _order(sheet, line))
    return gaps, channels


def _order(sheet: Sheet, line: Line) -> tuple[bool, float]:
    """A sort key for the lines in a gap, from left to right, so that neighbouring lines do not
    cross. Lines going up come first, from the highest start to the lowest; then lines going down,
    from the lowest start to the highest.
    """
    start, is_hand_over = line
    ends = (
        sheet.boxes[arrow.end].y
        for arrow in sheet.page.arrows
        if (arrow.start, arrow.is_hand_over) == (start, is_hand_over)
    )
    y = sheet.boxes[start].y
    goes_down = max(ends) > y
    return goes_down, -y if goes_down else y


def _is_far(sheet: Sheet, arrow: Arrow) -> bool:
    """Whether an arrow passes another column."""
    return sheet.boxes[arrow.end].box.column - sheet.boxes[arrow.start].box.column > 1


def _in_gap(sheet: Sheet, column: int, gaps: Slots, line: Line) -> float:
    lines = gaps.get(column, [])
    if line not in lines:
        return 0.0
    apart = min(_APART, (placing.GAP_X - placing.HEADS) / len(lines))
    beside = next(each for each in sheet.boxes.values() if each.box.column == column)
    middle = beside.x - placing.HEADS - (placing.GAP_X - placing.HEADS) / 2
    return middle + (lines.index(line) - (len(lines) - 1) / 2) * apart


def _in_channel(sheet: Sheet, lane: int, channels: Slots, line: Line) -> float:
    lines = channels[lane]
    part = (lines.index(line) + 1) / (len(lines) + 1)
    return sheet.bands[lane].y + placing.CHANNEL * part

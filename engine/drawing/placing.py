"""Lays pages out on sheets of A4, in points of 1/96 inch.

Lanes are stacked and columns run side by side, so placing a box needs no search: its lane says how
far down it is, its column how far to the right. A sheet is portrait or landscape, whichever allows
larger letters; a page whose letters would be too small to read is split over several.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from textwrap import TextWrapper

import msgspec
from msgspec.structs import replace

from engine.drawing.pages import Box, Page

_LONG, _SHORT = 1123, 794
"""The sides of a sheet of A4, in points."""
_SMALLEST, _SMALLEST_OVERVIEW = 1.15, 1.42
"""The most by which the lengths on a page, and on an overview, may be divided: letters of 9 points
(of 1/96 inch) then print at 7.8 of these (5.9 typographic points), on an overview at 6.3.
"""
_LARGEST = 3.0
MARGIN, HEAD = 28, 62
LANE_HEAD = 112
GAP_X, GAP_Y = 34, 12
HEADS = 9
"""The length of an arrowhead before the box it points to, in points."""
CHANNEL = 16
"""The height of the space above the boxes of a lane, for arrows that pass other columns, in points."""
TITLE_SIZE, LINE_SIZE = 11.0, 9.0
LINE_HEIGHT, PADDING = 12.0, 7.0
_NARROWEST, _WIDEST = 122, 250
_ON_SCREEN = 106
"""The width of a box on screen: narrow, since the second interface of Prefect scales a page to a
width of about 700 points.
"""
_LETTER = 0.54
"""The width of a sans-serif letter as a fraction of its size, with a margin."""


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A box with its position and its text broken into lines."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    title: tuple[str, ...]
    said: tuple[str, ...]
    lines: tuple[str, ...]


class Band(msgspec.Struct, frozen=True):
    """The strip that a lane takes up."""

    name: tuple[str, ...]
    note: tuple[str, ...]
    y: float
    height: float


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A page with everything positioned on it, and the scale at which it fits the paper."""

    page: Page
    bands: tuple[Band, ...]
    boxes: dict[str, Placed]
    width: int
    height: int
    """The height of the paper."""
    scale: float

    @property
    def inner(self) -> float:
        """The drawable width, before scaling."""
        return self.width / self.scale


def sheets(page: Page) -> Iterator[Sheet]:
    """A page on one sheet, or on several if its letters would get too small. A page with only one
    column is never split.
    """
    best = max(
        (_fitted(page, _LONG, _SHORT), _fitted(page, _SHORT, _LONG)), key=lambda each: each.scale
    )
    columns = sorted({box.column for box in page.boxes})
    smallest = _SMALLEST_OVERVIEW if page.is_overview else _SMALLEST
    if 1 / best.scale <= smallest or len(columns) < 2:
        yield best
        return
    middle = _best_cut(page, columns)
    for number, (first, last) in enumerate(((columns[0], middle - 1), (middle, columns[-1])), 1):
        yield from sheets(_part(page, first, last, number))


def _best_cut(page: Page, columns: list[int]) -> int:
    """The column before which to split a page: near the middle, across few arrows, and keeping a
    request with its answer if possible.
    """
    place = {box.key: box.column for box in page.boxes}

    def cost(cut: int) -> tuple[int, float]:
        through = [a for a in page.arrows if place[a.start] < cut <= place[a.end]]
        weight = sum(3 if arrow.is_hand_over else 1 for arrow in through)
        return weight, abs(columns.index(cut) - len(columns) / 2)

    aside = len(columns) // 3
    return min(columns[max(1, aside) : len(columns) - aside + 1], key=cost)


def unfolded(page: Page) -> Sheet:
    """A page on paper as large as it needs, with letters at full size, for screens."""
    columns = 1 + max(box.column for box in page.boxes)
    width = 2 * MARGIN + LANE_HEAD + columns * (_ON_SCREEN + GAP_X)
    bands, boxes = _placed(page, width)
    height = ceil(bands[-1].y + bands[-1].height + MARGIN)
    return Sheet(page=page, bands=bands, boxes=boxes, width=width, height=height, scale=1.0)


def _part(page: Page, first: int, last: int, number: int) -> Page:
    """Some columns of a page; a box names the boxes on other sheets from which arrows lead to it."""
    titles = {box.key: box.title for box in page.boxes}
    inside = {box.key for box in page.boxes if first <= box.column <= last}
    boxes = []
    for box in page.boxes:
        if box.key in inside:
            others = [
                titles[a.start] for a in page.arrows if a.end == box.key and a.start not in inside
            ]
            lines = (*(f"← {each}" for each in others), *box.lines)
            boxes.append(replace(box, column=box.column - first, lines=lines))
    lanes = sorted({box.lane for box in boxes})
    return replace(
        page,
        name=f"{page.name}.{number}",
        title=f"{page.title} ({number})",
        lanes=tuple(page.lanes[each] for each in lanes),
        boxes=tuple(replace(box, lane=lanes.index(box.lane)) for box in boxes),
        arrows=tuple(a for a in page.arrows if {a.start, a.end} <= inside),
    )


def _fitted(page: Page, width: int, height: int) -> Sheet:
    """The page laid out on paper just large enough for it, scaled down to a sheet."""
    larger = 1.0
    while True:
        bands, boxes = _placed(page, width * larger)
        bottom = bands[-1].y + bands[-1].height + MARGIN
        is_wide = all(box.width >= _NARROWEST for box in boxes.values())
        if (is_wide and bottom <= height * larger) or larger >= _LARGEST:
            scale = min(1 / larger, height / bottom)
            return Sheet(
                page=page, bands=bands, boxes=boxes, width=width, height=height, scale=scale
            )
        larger += 0.04


def _placed(page: Page, paper: float) -> tuple[tuple[Band, ...], dict[str, Placed]]:
    columns = 1 + max(box.column for box in page.boxes)
    room = paper - 2 * MARGIN - LANE_HEAD
    width = min(_WIDEST, (room - GAP_X * columns) / columns)
    placed: dict[str, Placed] = {}
    bands: list[Band] = []
    y = float(MARGIN + HEAD)
    for number, lane in enumerate(page.lanes):
        bottoms = dict.fromkeys(range(columns), y + CHANNEL)
        for box in (each for each in page.boxes if each.lane == number):
            x = MARGIN + LANE_HEAD + GAP_X / 2 + box.column * (width + GAP_X)
            placed[box.key] = _sized(box, x, bottoms[box.column], width)
            bottoms[box.column] += placed[box.key].height + GAP_Y
        name, note = (_broken(text, LANE_HEAD - PADDING, 11) for text in (lane.name, lane.note))
        least = (len(name) + len(note)) * LINE_HEIGHT + 2 * PADDING
        bands.append(Band(name, note, y, max(least, max(bottoms.values()) - y)))
        y += bands[-1].height
    return tuple(bands), placed


class _Wrapper(TextWrapper):
    """Breaks a name too long for a line after a `_` or `.`, if there is one in reach."""

    def _handle_long_word(
        self, reversed_chunks: list[str], cur_line: list[str], cur_len: int, width: int
    ) -> None:
        name, room = reversed_chunks[-1], max(1, width - cur_len)
        cut = max(name.rfind(mark, 0, room) for mark in "_.") + 1
        if cut:
            cur_line.append(name[:cut])
            reversed_chunks[-1] = name[cut:]
        elif not cur_line:
            super()._handle_long_word(reversed_chunks, cur_line, cur_len, width)


def _broken(text: str, width: float, size: float) -> tuple[str, ...]:
    """Wrap a text into lines of a given width."""
    letters = max(6, int(width / (size * _LETTER)))
    wrapper = _Wrapper(width=letters, subsequent_indent="  " if size < TITLE_SIZE else "")
    wrapper.break_on_hyphens = False
    return tuple(wrapper.wrap(text))


def _sized(box: Box, x: float, y: float, width: float) -> Placed:
    inner = width - 2 * PADDING
    title = _broken(box.title, inner, TITLE_SIZE * 1.06)
    said, lines = (
        tuple(part for line in each for part in _broken(line, inner, LINE_SIZE))
        for each in (box.said, box.lines)
    )
    height = 2 * PADDING + LINE_HEIGHT * (len(title) + len(said) + len(lines)) + 2
    return Placed(
        box=box, x=x, y=y, width=width, height=height, title=title, said=said, lines=lines
    )

"""Writes a sheet as SVG, or several as one HTML file that prints each on a page of A4.

`drawsvg` writes the elements and escapes their text; nothing is fetched, and no font is embedded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import drawsvg  # type: ignore[import-untyped]  # it ships no types

from engine.drawing import placing
from engine.drawing.pages import Arrow, Mark, Page
from engine.drawing.placing import Band, Placed, Sheet
from engine.drawing.routes import ArrowRoute, routes

_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_FILLS = {
    Mark.NONE: ("#ffffff", "#334155", 1.2),
    Mark.OPEN: ("#dbeafe", "#1d4ed8", 2.6),
    Mark.LATE: ("#fee2e2", "#b91c1c", 2.6),
    Mark.WAITING: ("#fef9c3", "#a16207", 1.6),
    Mark.DONE: ("#dcfce7", "#15803d", 1.2),
    Mark.PASSED: ("#f3f4f6", "#9ca3af", 1.2),
}
_BANDS = ("#f8fafc", "#eef2f7")
_LINES = {False: ("#64748b", 1.3), True: ("#b45309", 2.4)}
"""The colours and widths of ordinary arrows and of hand-overs."""


def svg(sheet: Sheet) -> str:
    """One sheet as an SVG element."""
    page = sheet.page
    drawing = drawsvg.Drawing(sheet.width, sheet.height, id_prefix=page.name, font_family=_FONT)
    drawing.append(drawsvg.Rectangle(0, 0, sheet.width, sheet.height, fill="#ffffff"))
    scaled = drawsvg.Group(transform=f"scale({sheet.scale:.4f})")
    _head(scaled, page)
    for number, band in enumerate(sheet.bands):
        _band(scaled, band, sheet.inner, _BANDS[number % 2])
    heads = {is_hand_over: _arrow_head(*line) for is_hand_over, line in _LINES.items()}
    for arrow, route in routes(sheet):
        scaled.append(_arrow(arrow, route, heads))
    for box in sheet.boxes.values():
        _box(scaled, box)
    drawing.append(scaled)
    return str(drawing.as_svg(header=""))


def html(title: str, found: Iterable[Sheet]) -> str:
    """All sheets as one HTML file; a browser prints each on its own page, portrait or landscape."""
    style = (
        "@page lying{size:A4 landscape;margin:0}@page standing{size:A4 portrait;margin:0}"
        "body{margin:0}div{break-after:page}.lying{page:lying}.standing{page:standing}"
        "svg{display:block}"
    )
    parts = []
    for sheet in found:
        way = "lying" if sheet.width > sheet.height else "standing"
        parts.append(f'<div class="{way}">{svg(sheet)}</div>')
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{style}</style>'
    body = "\n".join(parts)
    return f"<!doctype html>\n<html><head>{head}</head><body>\n{body}\n</body></html>\n"


def _words(text: str, size: float, x: float, y: float, **how: Any) -> drawsvg.Text:
    return drawsvg.Text(text, size, x, y, xml__space="preserve", **how)


def _head(on: drawsvg.Group, page: Page) -> None:
    x, y = placing.MARGIN, placing.MARGIN + 18
    on.append(_words(page.title, 18, x, y, font_weight="bold", fill="#0f172a"))
    for note in (*page.said, *page.notes):
        y += 16
        on.append(_words(note, 10.5, x, y, fill="#334155"))


def _band(on: drawsvg.Group, band: Band, inner: float, fill: str) -> None:
    x, width = placing.MARGIN, inner - 2 * placing.MARGIN
    on.append(drawsvg.Rectangle(x, band.y, width, band.height, fill=fill, stroke="#cbd5e1"))
    y = band.y + placing.PADDING
    for line in band.name:
        y += placing.LINE_HEIGHT
        on.append(_words(line, 11, x + 8, y, font_weight="bold", fill="#0f172a"))
    for line in band.note:
        y += placing.LINE_HEIGHT
        on.append(_words(line, 9, x + 8, y, fill="#475569"))


def _box(on: drawsvg.Group, placed: Placed) -> None:
    fill, stroke, wide = _FILLS[placed.box.mark]
    dashed = {"stroke_dasharray": "4 3"} if placed.box.mark is Mark.PASSED else {}
    on.append(
        drawsvg.Rectangle(
            placed.x,
            placed.y,
            placed.width,
            placed.height,
            rx=4,
            fill=fill,
            stroke=stroke,
            stroke_width=wide,
            **dashed,
        )
    )
    x, y = placed.x + placing.PADDING, placed.y + placing.PADDING - 2
    for lines, size, how in (
        (placed.title, placing.TITLE_SIZE, {"font_weight": "bold", "fill": "#0f172a"}),
        (placed.said, placing.LINE_SIZE, {"font_weight": "bold", "fill": stroke}),
        (placed.lines, placing.LINE_SIZE, {"fill": "#1e293b"}),
    ):
        for line in lines:
            y += placing.LINE_HEIGHT
            on.append(_words(line, size, x, y, **how))


def _arrow_head(color: str, wide: float) -> drawsvg.Marker:
    """The marker for an arrowhead, which stays the same length however wide the line is."""
    length = placing.HEADS / wide
    head = drawsvg.Marker(0, -0.5, 1, 0.5, scale=length, orient="auto", fill=color)
    head.append(drawsvg.Lines(0, 0.4, 0, -0.4, 1, 0, close=True, fill=color))
    return head


def _arrow(arrow: Arrow, route: ArrowRoute, heads: Mapping[bool, drawsvg.Marker]) -> drawsvg.Path:
    color, wide = _LINES[arrow.is_hand_over]
    path = drawsvg.Path(
        stroke=color, stroke_width=wide, fill="none", marker_end=heads[arrow.is_hand_over]
    )
    path.M(route.x, route.y)
    for across, down in route.turns:
        path.H(across).V(down)
    return path.H(route.end_x - placing.HEADS)

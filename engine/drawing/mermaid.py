"""A page as a Mermaid flowchart, for anything that renders Markdown. Each lane with boxes is a
subgraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from engine.drawing.pages import Box, Mark, Page

_STYLES = {
    Mark.OPEN: "fill:#dbeafe,stroke:#1d4ed8,stroke-width:3px",
    Mark.LATE: "fill:#fee2e2,stroke:#b91c1c,stroke-width:3px",
    Mark.WAITING: "fill:#fef9c3,stroke:#a16207",
    Mark.DONE: "fill:#dcfce7,stroke:#15803d",
    Mark.PASSED: "fill:#f3f4f6,stroke:#9ca3af,stroke-dasharray:4 3",
}
_LETTERS = 34
"""Characters in a line of a box."""


def mermaid(page: Page) -> str:
    """The text of the flowchart."""
    return "\n".join(_lines(page))


def _lines(page: Page) -> Iterator[str]:
    yield "flowchart LR"
    ids = {box.key: f"b{number}" for number, box in enumerate(page.boxes)}
    for number, lane in enumerate(page.lanes):
        inside = [box for box in page.boxes if box.lane == number]
        if inside:
            note = f" ({lane.note})" if lane.note else ""
            yield f'  subgraph lane{number}["{_text(lane.name + note)}"]'
            yield from (f'    {ids[box.key]}["{_words(box)}"]' for box in inside)
            yield "  end"
    for arrow in page.arrows:
        yield f"  {ids[arrow.start]} {'==>' if arrow.is_hand_over else '-->'} {ids[arrow.end]}"
    for mark, style in _STYLES.items():
        marked = [ids[box.key] for box in page.boxes if box.mark is mark]
        if marked:
            yield f"  classDef {mark} {style}"
            yield f"  class {','.join(marked)} {mark}"


def _words(box: Box) -> str:
    lines = [f"<b>{_text(box.title)}</b>"]
    told = (*box.said, *box.lines)
    lines += [_text(part) for line in told for part in wrap(line, _LETTERS)]
    return "<br/>".join(lines)


def _text(words: str) -> str:
    """Escape characters that mean something to Mermaid."""
    return "".join(f"#{ord(each)};" if each in '"<>&#;`|{}[]()' else each for each in words)

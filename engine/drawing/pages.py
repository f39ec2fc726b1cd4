"""What a picture is made of: pages, each with lanes, boxes in columns, and arrows between them."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec.structs import replace


class Mark(StrEnum):
    """The status of something in a case."""

    NONE = ""
    OPEN = "open"
    LATE = "late"
    WAITING = "waiting"
    DONE = "done"
    PASSED = "passed"
    """Skipped, stopped, or no longer possible."""


class Lane(msgspec.Struct, frozen=True):
    """A row for one role; on an overview, for one kind of part, such as ends."""

    name: str
    note: str = ""
    is_named_inside: bool = False
    """Whether the lane's boxes show names from the pathway, which need not be neutral."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A step, the answer to its request, or another role's part in the step; on an overview, a
    stage, interrupt, period or end. Lanes and columns are counted from 0.
    """

    key: str
    lane: int
    column: int
    title: str
    said: tuple[str, ...] = ()
    """The current status of what the box shows, in words fit for bystanders."""
    lines: tuple[str, ...] = ()
    """What the pathway says about what the box shows."""
    mark: Mark = Mark.NONE


class Arrow(msgspec.Struct, frozen=True):
    """An arrow showing that one box follows another, or that something passes between agencies."""

    start: str
    end: str
    is_hand_over: bool = False


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The overview, or one stage. It may take more than one sheet of paper."""

    name: str
    title: str
    said: tuple[str, ...] = ()
    """The stage's status in the case, in words fit for bystanders; empty on an overview."""
    notes: tuple[str, ...] = ()
    """What the pathway says about the stage; on an overview, the pathway's name and version."""
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = ()
    is_overview: bool = False
    """Whether the page is meant to be seen as a whole, so that its letters may get smaller before
    the page is split.
    """


def for_bystanders(page: Page) -> Page:
    """A page without its notes, without the lines in its boxes, and without the lanes (and their
    boxes) that show names from the pathway: next to the position of a case, conditions and names of
    consents would reveal answers.
    """
    inside = {number for number, lane in enumerate(page.lanes) if lane.is_named_inside}
    kept = [number for number in range(len(page.lanes)) if number not in inside]
    return replace(
        page,
        notes=(),
        lanes=tuple(page.lanes[number] for number in kept),
        boxes=tuple(
            replace(box, lane=kept.index(box.lane), lines=())
            for box in page.boxes
            if box.lane in kept
        ),
    )

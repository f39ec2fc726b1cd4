"""What a picture is made of: pages, each with lanes, boxes in columns, and arrows between them."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec.structs import replace


class Mark(StrEnum):
    """How something stands in a case."""

    NONE = ""
    OPEN = "open"
    LATE = "late"
    WAITING = "waiting"
    DONE = "done"
    PASSED = "passed"
    """Passed over, stopped, or not possible any more."""


class Lane(msgspec.Struct, frozen=True):
    """What one role does; on an overview, one sort of thing."""

    name: str
    note: str = ""
    is_named_inside: bool = False
    """Its boxes bear names of the pathway that need not be neutral."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to be done, in a lane and in a column that count from 0."""

    key: str
    lane: int
    column: int
    title: str
    said: tuple[str, ...] = ()
    """How it stands in the case, in words that a bystander may read."""
    lines: tuple[str, ...] = ()
    """What the pathway says of it."""
    mark: Mark = Mark.NONE


class Arrow(msgspec.Struct, frozen=True):
    """What comes after what, or what goes from one agency to another."""

    start: str
    end: str
    is_hand_over: bool = False


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet."""

    name: str
    title: str
    said: tuple[str, ...] = ()
    """How it stands in the case, in words that a bystander may read."""
    notes: tuple[str, ...] = ()
    """What the pathway says of it."""
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = ()
    is_overview: bool = False
    """It is to be seen at once: its letters may be smaller before it is parted."""


def for_bystanders(page: Page) -> Page:
    """The same without what the pathway says: conditions and names of consents, beside where a case is,
    would tell answers.
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

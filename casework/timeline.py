"""What happened in a case, as one of its agencies may read it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from casework import authority, log, story
from casework.authority import Right
from casework.context import Onward
from casework.held_case import hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.version_lines import pathways_of
from engine.message import Message
from engine.projection import seen_turns
from engine.translation import OWN


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline: what one turn led to."""

    number: int
    """The line's number in the reader's own count, from 1. The number of the log entry would reveal
    how much others do in the case.
    """
    receipt: str
    """The receipt for the turn's log entry, as given to whoever acted."""
    recorded_at: datetime
    at: datetime
    """When it happened, even if it was reported later."""
    said: tuple[Message, ...]


def timeline(onward: Onward, code: str, by: Principal, language: str = OWN) -> list[Happened]:
    """What happened in a case, the newest first, without answers. Turns about which there is
    nothing to tell are left out.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`.
        Erased, Unreadable, RecordError: the case's log cannot be read.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
        view = view_of(held, reader=by.agency)
        log_entries = log.entries_of(connection, held.row.id, code, held.cipher)
        every = [(row.number, entry.facts) for row, entry in log_entries]
        pathways = pathways_of(onward, connection, held, every)
    seen = seen_turns(view, [entry for _, entry in log_entries])
    rows = [row for row, _ in log_entries]
    numbered = [(row.number, each) for row, each in zip(rows, seen, strict=True)]
    told = story.told(numbered, pathways, held.pathway.version, language)
    said = [(row, lines) for row, lines in zip(rows, told, strict=True) if lines]
    found = [
        Happened(
            number=number,
            receipt=log.receipt(row.hash),
            recorded_at=row.recorded_at,
            at=row.occurred_at,
            said=tuple(dict.fromkeys(line.said for line in lines)),
        )
        for number, (row, lines) in enumerate(said, 1)
    ]
    return found[::-1]

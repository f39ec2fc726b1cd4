"""Proves properties of a pathway by walking through the cases it allows, within a bound and the
restrictions that `walk` lists.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from engine.checks.names import Fault
from engine.message import finding
from engine.pathway import Pathway
from engine.proofs.branches import branch_notes
from engine.proofs.findings import findings, held_up, uncovered
from engine.proofs.never import never_reached
from engine.proofs.rests import rests_of
from engine.proofs.walk import MOST_SITUATIONS, Walk

DOUBT = "finding.perhaps"
"""The code of a note on something that was not reached, but might be beyond the bound."""

__all__ = ["DOUBT", "MOST_SITUATIONS", "Proven", "prove"]


class Proven(msgspec.Struct, frozen=True):
    """What a walk has shown."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    """Things that need not be wrong but deserve a look."""
    situations: int
    """How many distinct situations the walk examined."""
    complete: bool
    """Whether it is certain which parts no case ever reaches. It is not certain if the walk, or the
    search after it, left out more than `walk` lists.
    """
    stopped: bool
    """Whether the walk ended at its bound."""


def prove(pathway: Pathway, most: int = MOST_SITUATIONS) -> Proven:
    """Walk through a pathway that has passed `checks`, examining at most `most` situations. If the
    walk is complete, search further situations for what it has not reached.
    """
    walk = Walk(pathway, most)
    faults, notes = rests_of(walk)
    faults += findings(walk)
    notes += [*held_up(walk), *uncovered(walk)]
    notes += branch_notes(pathway, walk.answers)
    never = never_reached(walk) if walk.complete else None
    if never:
        faults += never.faults
        notes += [
            replace(each, message=finding("perhaps", what=each.message)) for each in never.doubts
        ]
    return Proven(
        faults=tuple(faults),
        notes=tuple(notes),
        situations=len(walk.found),
        complete=never is not None and not never.doubts,
        stopped=bool(walk.cut),
    )

"""What can be shown of a pathway by walking through every case that it allows, within a bound."""

from __future__ import annotations

import msgspec

from engine.checks.names import Fault
from engine.pathway import Pathway
from engine.proofs.findings import findings
from engine.proofs.walk import MOST_SITUATIONS, Walk

__all__ = ["MOST_SITUATIONS", "Proof", "prove"]


class Proof(msgspec.Struct, frozen=True):
    """What a walk has shown."""

    faults: tuple[Fault, ...]
    situations: int
    """So many different situations of a case were looked at."""
    complete: bool
    """Whether these are all; if not, what no case ever reaches cannot be told."""


def prove(pathway: Pathway, most: int = MOST_SITUATIONS) -> Proof:
    """Walk through a pathway that has passed `checks`."""
    walk = Walk(pathway, most)
    return Proof(tuple(findings(walk)), len(walk.found), walk.complete)

"""Running cases and a new version of their pathway: which can move, what then follows, and the move.

Pure, as all of the engine: `weigh` says what would become of a case, `move` and `revert` decide it.
"""

from engine.migrating.back import Before, revert
from engine.migrating.moving import Basis, MoveTarget, move
from engine.migrating.weighing import (
    MovedDeadline,
    MoveVerdict,
    MoveWord,
    reasons_of,
    settled,
    weigh,
)

__all__ = [
    "Basis",
    "Before",
    "MoveTarget",
    "MoveVerdict",
    "MoveWord",
    "MovedDeadline",
    "move",
    "reasons_of",
    "revert",
    "settled",
    "weigh",
]

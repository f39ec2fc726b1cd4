"""Moving running cases to a new version of their pathway: which can move, and what follows.

Pure, like the whole engine: `weigh` predicts what would become of a case, `move` and `revert` do it.
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

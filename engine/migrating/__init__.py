"""Moving running cases to a new version of their pathway: which can move, and what follows.

Pure, like the whole engine: `weigh` predicts what would become of a case; `move` and `revert`
return the decision that moves it, or moves it back.
"""

from engine.migrating.back import Before, revert
from engine.migrating.moving import MoveTarget, Surroundings, move
from engine.migrating.weighing import (
    MovedDeadline,
    MoveVerdict,
    MoveWord,
    moved_deadlines,
    reasons_of,
    settled,
    weigh,
)

__all__ = [
    "Before",
    "MoveTarget",
    "MoveVerdict",
    "MoveWord",
    "MovedDeadline",
    "Surroundings",
    "move",
    "moved_deadlines",
    "reasons_of",
    "revert",
    "settled",
    "weigh",
]

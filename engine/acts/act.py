"""What every act has: its rule, and how agencies ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from engine.acts.declared import Declared

if TYPE_CHECKING:
    from engine.turns.turn import Turn

__all__ = ["Act"]

Handler = Callable[["Turn", Any, str, str], None]
"""Does an act for an agency and a person."""


class Rule(msgspec.Struct, frozen=True):
    """What does an act, and what is asked before."""

    do: Handler
    by_right: bool = False
    """Done by a right of a role, and not because a task or a request waits for it."""
    after_the_end: bool = False
    """May be asked of a case that is not open."""
    unasked: bool = False
    """Follows from something else: no agency asks for it."""


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """One thing that may be asked; the subclasses say which. What is stored of it are its fields."""

    rule: ClassVar[Rule]
    """Of an act that `decide` hands on."""
    dated: ClassVar[bool] = True
    """Whether somebody says when it happened."""
    declared: ClassVar[Declared | None] = None
    """How agencies ask for it; None of what the operator or time alone does."""

"""What follows when a receiver declines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator

from engine.definition.entries import Entry, ReactionText
from engine.phrases.syntax import Reaction


class ByReason(Entry):
    """What follows a no, by its reason."""

    no_capacity: ReactionText | None = None
    """The receiver has no room."""
    outside_mandate: ReactionText | None = None
    """It is not for the receiver to do."""
    conflict_of_interest: ReactionText | None = None
    """The receiver is party to the matter."""
    unsafe: ReactionText | None = None
    """It would not be safe."""
    other: ReactionText | None = None
    """For another reason."""
    otherwise: ReactionText
    """For every reason without a word of its own, and where a request is given up."""

    def after(self, reason: str) -> Reaction:
        """The reaction to a reason; an unknown reason gets `otherwise`."""
        found: Reaction = getattr(self, reason, None) or self.otherwise
        return found

    def written(self) -> Iterator[tuple[str, Reaction]]:
        """Each reaction with its word."""
        for word in ByReason.model_fields:
            reaction = getattr(self, word)
            if reaction is not None:
                yield word, reaction


def _whatever(value: object) -> object:
    """`end stays` is short for `{otherwise: end stays}`."""
    return {"otherwise": value} if isinstance(value, str) else value


Declined = Annotated[ByReason, BeforeValidator(_whatever, json_schema_input_type=str | ByReason)]

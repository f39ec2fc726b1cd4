"""What the person is asked to agree to."""

from __future__ import annotations

from engine.definition.entries import DurationText, Entry, Flag, Name, Names, ReactionText


class Consent(Entry):
    """What the person is asked to agree to."""

    ask: str
    to: Name | None = None
    """The role whose agency is named to the person; none for a wish that shares nothing."""
    any: Flag = False
    """The whole class of agencies that may hold the role was read out, not one of them."""
    shows: Names = ()
    valid: DurationText | None = None
    reconfirm_before: Names = ()
    """Steps before which the person is asked once more."""
    withdrawn: ReactionText | None = None
    """What follows a withdrawal; without it, what follows a refusal."""

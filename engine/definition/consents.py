"""What the person is asked to agree to."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from engine.definition.entries import (
    ConditionText,
    DurationText,
    Entry,
    EntryName,
    EntryNames,
    Flag,
    ReactionText,
)


class Stopping(Entry):
    """How long an agency has to confirm that it has stopped, after the person has withdrawn a
    consent.
    """

    time: DurationText
    """How long the agency has. If it has not confirmed by then, it is asked again and gets the same
    time; it is asked five times at most.
    """
    source: str | None = None
    """The law or guidance that sets the number."""
    assumed: Flag = False
    """The number is an assumption: no law or policy sets it."""
    tell: EntryName | None = None
    """A role that is told if an agency has not confirmed in time. The responsible agency is told in
    any case.
    """


def _stopping(value: object) -> object:
    """`2 days` is short for `{time: 2 days}`."""
    return value if isinstance(value, dict | Stopping) else {"time": value}


WrittenStopping = Annotated[
    Stopping, BeforeValidator(_stopping, json_schema_input_type=str | Stopping)
]


class Consent(Entry):
    """What the person is asked to agree to."""

    ask: str
    """What the person is asked; `{agency}`, `{country}` and `{shown}` are filled in."""
    was: EntryName | None = None
    """The consent's name in the previous version, if it was renamed."""
    to: EntryNames = ()
    """The roles whose agencies are named to the person; none for a wish that shares nothing."""
    any: Flag = False
    """Whether the person agrees to every agency that may hold the role in its side's country,
    not only to the one that is named.
    """
    guardian: ConditionText | None = None
    """A guardian answers, unless this condition is known to be false; the person's own view is
    recorded too.
    """
    language: EntryName | None = None
    """The field that says what the person speaks; any other language needs an interpreter."""
    shows: EntryNames = ()
    """The fields that the agencies of the roles in `to` may see."""
    valid: DurationText | None = None
    """How long the consent is valid; after that, the person is asked again if the stage in which they
    are asked still goes on.
    """
    reconfirm_before: EntryNames = ()
    """Steps before which the person is asked once more."""
    withdrawn: ReactionText | None = None
    """What follows a withdrawal; if left out, the same as after a refusal."""

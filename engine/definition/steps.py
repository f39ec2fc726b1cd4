"""Steps, and the stages in which they stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.definition.entries import (
    ConditionText,
    DurationText,
    Entry,
    Flag,
    Name,
    Names,
    Needs,
    ReactionText,
    RungText,
    Title,
)
from engine.definition.hand_overs import Declined
from engine.definition.times import Timing


class Repeat(Entry):
    """A step that is done again: by itself until a condition holds, or on request if `manual`."""

    at_most: Annotated[int, Field(ge=1, le=100)]
    until: ConditionText | None = None
    then: ReactionText | None = None
    """What follows when it was done `at_most` times and the condition still does not hold."""


class Series(Entry):
    """A step that is due at several moments, counted from one anchor."""

    at: Annotated[tuple[DurationText, ...], Field(min_length=1)]
    after: str
    source: str | None = None
    assumed: Flag = False


class Arrival(Entry):
    """Somebody at the other end confirms that the person has arrived."""

    confirmed_by: Name
    within: Timing
    missing: ReactionText


class Step(Entry):
    """One thing to be done in a case, by one role."""

    title: Title | None = None
    label: Title | None = None
    """Neutral words for notices and for Prefect, where the title is not."""
    source: str | None = None
    by: Name | None = None
    after: Names = ()
    when: ConditionText | None = None
    otherwise: ReactionText | None = None
    needs: Needs = ()
    """Consents that must stand: a step opens and is done only while they do."""
    optional: Flag = False
    """The stage may end without it."""
    manual: Flag = False
    """Opened on request only; optional."""
    form: tuple[str, ...] = ()
    """Names of data fields; a `?` behind a name: may stay unanswered."""
    due: Timing | None = None
    late: tuple[RungText, ...] = ()
    not_before: Timing | None = None
    repeat: Repeat | None = None
    series: Series | None = None
    arrival: Arrival | None = None
    decide: dict[Name, ReactionText] | None = None
    consent: Name | None = None
    refused: ReactionText | None = None
    hand_over: Name | None = None
    kind: Literal["request", "consultation", "notification"] | None = None
    """Of a hand-over: whether somebody takes over (as usual), is asked, or is only told."""
    fall_back: Names = ()
    """Roles whose agencies are asked in turn after those of the first."""
    seen: Timing | None = None
    answer: Timing | None = None
    answers: tuple[str, ...] = ()
    """What the receiver fills in with its yes, written as `form` is."""
    wait_list: Timing | None = None
    """How long the receiver may keep it on a list of its own; then it is silent."""
    declined: Declined | None = None
    silent: ReactionText | None = None
    feedback: Timing | None = None
    responsibility: Literal["on_acceptance", "on_arrival", "stays"] | None = None

    @property
    def receivers(self) -> tuple[str, ...]:
        """The roles that a hand-over goes to, in turn."""
        return (self.hand_over, *self.fall_back) if self.hand_over else ()

    @property
    def may_lack(self) -> bool:
        """The stage may end without it."""
        return bool(self.optional or self.manual)

    @property
    def does(self) -> Literal["work", "decision", "consent", "hand_over"]:
        if self.hand_over:
            return "hand_over"
        if self.consent:
            return "consent"
        return "decision" if self.decide else "work"


class Stage(Entry):
    """A set of steps. It ends when each step that is not optional is settled."""

    title: Title | None = None
    label: Title | None = None
    after: Names = ()
    when: ConditionText | None = None
    otherwise: ReactionText | None = None
    steps: Annotated[dict[Name, Step], Field(min_length=1)]
    then: ReactionText | None = None

"""Steps, and the stages in which they stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from engine.definition.entries import (
    AfterText,
    ConditionText,
    DurationText,
    Entry,
    Flag,
    MomentNames,
    Name,
    Names,
    Needs,
    ReactionText,
    RungText,
    Title,
)
from engine.definition.forms import Form
from engine.definition.hand_overs import Declined
from engine.definition.panels import Panel
from engine.definition.times import Timing
from engine.phrases.syntax import After


class Repeat(Entry):
    """A step or stage that is done again: until a condition holds, or whenever something happens.

    A `manual` step needs neither: it is done again on request.
    """

    at_most: Annotated[int, Field(ge=1, le=100)]
    on: MomentNames = ()
    """Moments: again whenever one of them happens after it was done."""
    until: ConditionText | None = None
    then: ReactionText | None = None
    """What follows when it was done `at_most` times and the condition still does not hold."""


class Series(Entry):
    """A step that is due at several moments, counted from one anchor: `at` each, or `every`."""

    at: tuple[DurationText, ...] = ()
    every: DurationText | None = None
    lasts: DurationText | None = Field(default=None, alias="for")
    """How long it comes `every` so often."""
    after: str
    catch_up: Literal["each", "once"] = "each"
    """What several moments that have passed at once lead to: a task each, or one."""
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
    was: Name | None = None
    """Its name in the version before."""
    source: str | None = None
    by: Names = ()
    """The role that does it; of several of one side, whichever takes it first."""
    panel: Panel | None = None
    """Roles that decide it together, in place of `by`."""
    not_by: Names = ()
    """Steps whose doer, a person, may not do this one, and may not do them after it."""
    other_agency_than: Names = ()
    """The same for agencies."""
    started_by: Names = ()
    """Of a manual step: the roles that may begin it, and no others."""
    after: AfterText = Field(default_factory=After)
    when: ConditionText | None = None
    otherwise: ReactionText | None = None
    one_of: Name | None = None
    """A choice: the first of those with this word whose `when` holds is taken, no other."""
    stops_when: ConditionText | None = None
    """What is open is withdrawn as soon as it holds; the step counts as settled."""
    needs: Needs = ()
    """Consents that must stand: a step opens and is done only while they do."""
    optional: Flag = False
    """The stage may end without it."""
    manual: Flag = False
    """Opened on request only; optional."""
    form: Form = ()
    """Names of data fields; `?` behind a name: may stay unanswered; `when`: only asked then. Of a
    panel each member fills it in, and what each answers is kept for itself."""
    due: Timing | None = None
    late: tuple[RungText, ...] = ()
    lapsed: ReactionText | None = None
    """What follows when a `due` has passed that closes the option."""
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
    answers: Form = ()
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


def _ends(value: object) -> object:
    """`yes` and `no` may stand where names of ends may."""
    if value is None or isinstance(value, bool):
        return [] if value is False else ["yes"]
    return [] if value == "no" else value


class Stage(Entry):
    """A set of steps. It ends when each step that is not optional is settled, or `enough` are done."""

    title: Title | None = None
    label: Title | None = None
    was: Name | None = None
    """Its name in the version before."""
    after: AfterText = Field(default_factory=After)
    when: ConditionText | None = None
    otherwise: ReactionText | None = None
    one_of: Name | None = None
    """A choice: the first of those with this word whose `when` holds is taken, no other."""
    stops_when: ConditionText | None = None
    """What is open in it is withdrawn as soon as it holds; the stage counts as settled."""
    repeat: Repeat | None = None
    enough: Annotated[int, Field(ge=1)] | None = None
    """It ends when so many of its required steps are done; the rest is withdrawn."""
    steps: Annotated[dict[Name, Step], Field(min_length=1)]
    then: ReactionText | None = None
    outlives_end: Annotated[Names, BeforeValidator(_ends)] = ()
    """Once it is open it goes on after these ends of the case; `yes` is every end."""

    def outlives(self, end: str) -> bool:
        return "yes" in self.outlives_end or end in self.outlives_end

"""Steps, and the stages in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
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
    walked,
)
from engine.definition.forms import Form
from engine.definition.panels import Panel
from engine.definition.times import Timing, moments_of
from engine.phrases.syntax import After, Moment, Reaction


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


class Repeat(Entry):
    """A step or stage that is done again: until a condition holds, or whenever something happens.

    A `manual` step needs neither: it is done again on request.
    """

    at_most: Annotated[int, Field(ge=1, le=100)]
    """How often in all."""
    on: MomentNames = ()
    """Moments; it is repeated whenever one of them happens after it was done."""
    until: ConditionText | None = None
    """It is repeated until this holds."""
    then: ReactionText | None = None
    """What follows when it was done `at_most` times and the condition still does not hold."""


class Series(Entry):
    """A step that is due at several moments, counted from one anchor: `at` each, or `every`."""

    at: tuple[DurationText, ...] = ()
    """The periods, in a list."""
    every: DurationText | None = None
    """Instead of `at`: how often."""
    lasts: DurationText | None = Field(default=None, alias="for")
    """How long the moments of `every` go on."""
    after: str
    """The moment from which they are counted."""
    catch_up: Literal["each", "once"] = "each"
    """What several moments that have passed at once lead to: a task for each, or only one."""
    source: str | None = None
    """The law or guidance that sets them."""
    assumed: Flag = False
    """The numbers are our own assumption, not a policy's."""


class Arrival(Entry):
    """Somebody at the other end confirms that the person has arrived."""

    confirmed_by: Name
    """The role that confirms it."""
    within: Timing
    """By when, counted from the departure."""
    missing: ReactionText
    """What follows when nobody has confirmed it by then."""


class Step(Entry):
    """One thing to be done in a case, by one role."""

    title: Title | None = None
    """What is to be done, in words for people."""
    label: Title | None = None
    """Neutral words for notices and for Prefect, where the title is not."""
    was: Name | None = None
    """Its name in the version before."""
    source: str | None = None
    """The law or guidance behind it."""
    by: Names = ()
    """The role that does it; of several of one side, whichever takes it first."""
    panel: Panel | None = None
    """Roles that decide it together, in place of `by`."""
    not_by: Names = ()
    """Steps whose doer, a person, may not do this one, and may not do them after it."""
    other_agency_than: Names = ()
    """Steps whose doer's agency may not do this one, and may not do them after it."""
    passes_on: Flag | None = None
    """`no`: only its agency may do it. If it declines it still has to, and those named in `late`
    are told. `yes`, the default: another agency of the role does it, or the responsible
    agency.
    """
    started_by: Names = ()
    """Of a manual step: the roles that may begin it, and no others."""
    after: AfterText = Field(default_factory=After)
    """The steps or stages that must be settled first: a name, a list, or `any of (a, b)`."""
    when: ConditionText | None = None
    """A condition; while it is not known, the step waits."""
    otherwise: ReactionText | None = None
    """What happens where `when` does not hold; needed with it."""
    one_of: Name | None = None
    """A choice: the first of those with this word whose `when` holds is taken, no other."""
    stops_when: ConditionText | None = None
    """What is open is withdrawn as soon as it holds; the step counts as settled."""
    needs: Needs = ()
    """Consents that must stand: a step opens and is done only while they do."""
    optional: Flag = False
    """The stage may end without it."""
    manual: Flag = False
    """Opens only on request; optional."""
    contacts: Flag = False
    """Whoever does it gets in touch with the person, and is shown how that is safe."""
    serves: Name | None = None
    """Something is handed over, and received by whoever signs in this field of the form: as long as a
    guardian has to answer, never by the person.
    """
    form: Form = ()
    """Names of data fields; `?` behind a name: may stay unanswered; `when`: only asked then. Of a
    panel each member fills it in, and what each answers is kept for itself."""
    due: Timing | None = None
    """By when; counted in the calendar of the agency that has the task."""
    late: tuple[RungText, ...] = ()
    """Who is reminded or told about the due moment: `[remind desk, after 1 day tell manager]`."""
    lapsed: ReactionText | None = None
    """What follows when a `due` that closes the option has passed."""
    not_before: Timing | None = None
    """The step waits until then."""
    repeat: Repeat | None = None
    """How it is done again: until something holds, or whenever something happens."""
    series: Series | None = None
    """It is due at several moments."""
    arrival: Arrival | None = None
    """A journey: the other end confirms that the person has arrived."""
    decide: dict[Name, ReactionText] | None = None
    """The outcomes of a decision, each with what follows."""
    consent: Name | None = None
    """The consent for which the person is asked here."""
    refused: ReactionText | None = None
    """What follows when the person says no."""
    hand_over: Name | None = None
    """The role whose agency is asked."""
    kind: Literal["request", "consultation", "notification"] | None = None
    """Of a hand-over: whether somebody takes over (as usual), is asked, or is only told."""
    fall_back: Names = ()
    """Roles whose agencies are asked in turn after those of the first."""
    seen: Timing | None = None
    """By when somebody at the receiver must have opened the request."""
    answer: Timing | None = None
    """By when a yes or no must be there; then the receiver is silent, and may still answer."""
    answers: Form = ()
    """What the receiver fills in with its yes, written as `form` is."""
    wait_list: Timing | None = None
    """How long the receiver may keep it on its own waiting list; then it is silent."""
    declined: Declined | None = None
    """What follows a no, as `next receiver, at most 2`; or what follows it by its reason."""
    silent: ReactionText | None = None
    """What follows silence, as `tell manager`."""
    feedback: Timing | None = None
    """By when the receiver tells the sender how it went."""
    responsibility: Literal["on_acceptance", "on_arrival", "stays"] | None = None
    """When the case becomes the receiver's: `on_acceptance` or `on_arrival`; or it `stays`."""

    @property
    def receivers(self) -> tuple[str, ...]:
        """The roles that a hand-over goes to, in turn."""
        return (self.hand_over, *self.fall_back) if self.hand_over else ()

    @property
    def reaches_person(self) -> bool:
        """Whoever does it has to know how the person may be reached."""
        return bool(self.contacts or self.serves)

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
    """Its name for people."""
    label: Title | None = None
    """Neutral words for notices and for Prefect, where the title is not."""
    was: Name | None = None
    """Its name in the version before."""
    after: AfterText = Field(default_factory=After)
    """The stages or steps that must be settled first: a name, a list, or `any of (a, b)`."""
    when: ConditionText | None = None
    """A condition; while it is not known, the stage waits."""
    otherwise: ReactionText | None = None
    """What happens where `when` does not hold; needed with it."""
    one_of: Name | None = None
    """A choice: the first of those with this word whose `when` holds is taken, no other."""
    stops_when: ConditionText | None = None
    """What is open in it is withdrawn as soon as it holds; the stage counts as settled."""
    repeat: Repeat | None = None
    """How it begins again: until something holds, or whenever something happens."""
    enough: Annotated[int, Field(ge=1)] | None = None
    """It ends when so many of its required steps are done; the rest is withdrawn."""
    steps: Annotated[dict[Name, Step], Field(min_length=1)]
    """What is done in it; at least one that is required."""
    then: ReactionText | None = None
    """What follows the end of the stage, as `end NAME`."""
    outlives_end: Annotated[Names, BeforeValidator(_ends)] = ()
    """Once it is open it goes on after these ends of the case; `yes` is every end."""

    def outlives(self, end: str) -> bool:
        return "yes" in self.outlives_end or end in self.outlives_end


def periods_from(part: object) -> dict[str, tuple[Moment, ...]]:
    """By what they are counted from, the periods in a part of a definition, and those of its series."""
    found: dict[str, tuple[Moment, ...]] = {}
    series = [node for _, node in walked(part) if isinstance(node, Series)]
    moments = [each for _, each in moments_of(part) if each.duration]
    moments += [Moment(period, each.after) for each in series for period in each.at]
    for each in moments:
        if each.anchor:
            found[each.anchor] = (*found.get(each.anchor, ()), each)
    return found

"""Steps, and the stages they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from engine.definition.entries import (
    AfterText,
    ConditionText,
    ConsentNames,
    DurationText,
    Entry,
    EntryName,
    EntryNames,
    Flag,
    MomentNames,
    ReactionText,
    ReasonText,
    RungText,
    Title,
    walked,
)
from engine.definition.forms import Form
from engine.definition.panels import Panel
from engine.definition.times import Timing, moments_of
from engine.phrases.syntax import After, Moment, Reaction


class ByReason(Entry):
    """What follows when a request is declined, by the reason given."""

    no_capacity: ReactionText | None = None
    """The receiver has no room."""
    outside_mandate: ReactionText | None = None
    """What is asked is not for the receiver to do."""
    conflict_of_interest: ReactionText | None = None
    """The receiver is party to the matter."""
    unsafe: ReactionText | None = None
    """Doing what is asked would not be safe."""
    other: ReactionText | None = None
    """There is another reason."""
    otherwise: ReactionText
    """What follows a no for any reason that has no key here, and what follows when the request is
    taken back or given up.
    """

    def after(self, reason: str) -> Reaction:
        """The reaction to a reason; a reason without one of its own gets `otherwise`."""
        found: Reaction = getattr(self, reason, None) or self.otherwise
        return found

    def written(self) -> Iterator[tuple[str, Reaction]]:
        """Each reaction that is set, with its key."""
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

    A `manual` step needs neither: it is done again whenever somebody starts it.
    """

    at_most: Annotated[int, Field(ge=1, le=100)]
    """How often the step or stage is done at most, the first time included."""
    on: MomentNames = ()
    """Moments; the step or stage is repeated whenever one of them happens after it was done."""
    until: ConditionText | None = None
    """The step or stage is repeated until this holds."""
    then: ReactionText | None = None
    """What follows when the step or stage was done `at_most` times and `until` still does not hold."""


class Series(Entry):
    """A step that is due at several moments, all counted from one anchor: listed in `at`, or
    repeated with `every`.
    """

    at: tuple[DurationText, ...] = ()
    """How long after the anchor each moment comes, in a list: `[1 month, 3 months]`."""
    every: DurationText | None = None
    """How often the step is due; given in place of `at`."""
    lasts: DurationText | None = Field(default=None, alias="for")
    """How long the moments of `every` go on."""
    after: str
    """The anchor: the moment from which all others are counted."""
    catch_up: Literal["each", "once"] = "each"
    """If several moments have passed at once: a task for `each`, or for the last one only (`once`).
    """
    source: str | None = None
    """The law or guidance that sets the numbers."""
    assumed: Flag = False
    """The numbers are assumptions: no law or policy sets them."""


class Arrival(Entry):
    """Somebody at the other end confirms that the person has arrived."""

    confirmed_by: EntryName
    """The role that confirms the arrival."""
    within: Timing
    """By when the arrival must be confirmed; counted from the departure, unless it names a moment."""
    missing: ReactionText
    """What follows when nobody has confirmed the arrival by then, or somebody reports that the person
    did not arrive.
    """


class Step(Entry):
    """One thing to be done in a case: by a role, by one of several roles or by a panel; or a request
    that goes out by itself.
    """

    title: Title | None = None
    """What is to be done, in words for people."""
    label: Title | None = None
    """Neutral words for notices and for Prefect, if the title is not neutral."""
    was: EntryName | None = None
    """The step's name in the previous version, if it was renamed."""
    source: str | None = None
    """The law or guidance behind the step."""
    by: EntryNames = ()
    """The role that does the step or, for a hand-over, prepares the request; if several roles of one
    side are named, whichever takes the task first.
    """
    panel: Panel | None = None
    """Roles that decide the step together, in place of `by`."""
    not_by: EntryNames = ()
    """Steps that must be done by a different person than this one, whichever of the two comes
    first.
    """
    other_agency_than: EntryNames = ()
    """Steps that must be done by a different agency than this one, whichever of the two comes
    first.
    """
    passes_on: Flag | None = None
    """`yes`, the default: when an agency declines, the step passes to another agency of its roles,
    or to the responsible agency. `no`: only agencies of its roles may do the step. When an agency
    declines, the step passes to an agency of another role in `by`; if there is none, the agency
    keeps it, and the responsible agency and those whom `late` tells are told.
    """
    started_by: EntryNames = ()
    """For a manual step: the only roles that may begin the step. If left out, the responsible agency
    may, and any other agency that takes part in the case in a country where the step may be done.
    """
    after: AfterText = Field(default_factory=After)
    """The steps or stages that must be settled first: a name, a list, or `any of (a, b)`."""
    when: ConditionText | None = None
    """A condition; while it is not known, the step waits."""
    otherwise: ReactionText | None = None
    """What happens if `when` does not hold; required with `when`, but in a choice only the last
    step may have it.
    """
    one_of: EntryName | None = None
    """A choice: of the stage's steps with the same word here, only the first whose `when` holds is
    taken. The last one needs no `when`.
    """
    stops_when: ConditionText | None = None
    """As soon as this holds, the step counts as settled, and its open work is withdrawn. A journey
    in progress goes on.
    """
    needs: ConsentNames = ()
    """Consents that the step needs: it opens and is done only while they are in force. A request
    that a role in `by` prepares may open earlier, but is sent only while they are in force.
    """
    optional: Flag = False
    """Whether the stage may end without this step."""
    manual: Flag = False
    """The step opens only when somebody begins it; the stage may end without it."""
    contacts: Flag = False
    """Whoever does the step gets in touch with the person, and is shown how to do so safely."""
    serves: EntryName | None = None
    """The step hands something over, and this field of its form says who signs for it. While a
    guardian has to answer, the person may not sign.
    """
    form: Form = ()
    """Names of data fields. With `?` after its name, a field may stay unanswered; with `when`, it is
    asked only if the condition holds. On a panel each member fills in the form, and each member's
    answers are kept separately.
    """
    shows: EntryNames = ()
    """Fields that whoever does the step may read while its task is open, and is not asked for. A
    panel has `shows` of its own.
    """
    due: Timing | None = None
    """By when the step must be done, counted in the calendar of the agency that has the task unless
    another calendar is named.
    """
    late: tuple[RungText, ...] = ()
    """Who is reminded or told, and when: `[remind desk, after 1 day tell manager]`. Counted from
    the moment in `answer`; if there is no `answer`, from the one in `due`.
    """
    lapsed: ReactionText | None = None
    """What follows when a `due` of the kind `limitation` or `clinical` has passed."""
    not_before: Timing | None = None
    """The step waits until this moment."""
    repeat: Repeat | None = None
    """How the step is done again: until something holds, or whenever something happens."""
    series: Series | None = None
    """The step is due at several moments."""
    arrival: Arrival | None = None
    """For a journey: who confirms that the person has arrived, by when, and what follows if nobody
    does.
    """
    decide: dict[EntryName, ReactionText] | None = None
    """The outcomes of a decision, each with what follows."""
    consent: EntryName | None = None
    """The consent that the person is asked for here."""
    refused: ReactionText | None = None
    """What follows when the person says no."""
    hand_over: EntryName | None = None
    """The role whose agency is asked, or only told; see `kind`."""
    kind: Literal["request", "consultation", "notification"] | None = None
    """What the hand-over is: a `request` to take over (the default), a `consultation`, which only asks,
    or a `notification`, which only tells.
    """
    fall_back: EntryNames = ()
    """Roles whose agencies are asked in turn, after those of the first role."""
    seen: Timing | None = None
    """By when somebody at the receiver must have opened the request."""
    answer: Timing | None = None
    """By when a yes or no is needed; after that the receiver counts as silent, but may still answer
    until the request is taken back, for example to ask the next receiver.
    """
    answers: Form = ()
    """What the receiver fills in when it accepts the request or answers the consultation, written
    like `form`.
    """
    wait_list: Timing | None = None
    """How long the receiver may keep the request on its own waiting list; after that, the receiver
    counts as silent. Without it, the receiver cannot put the request on a waiting list.
    """
    declined: Declined | None = None
    """What follows a no, such as `next receiver, at most 2`; or a table of what follows each
    reason.
    """
    silent: ReactionText | None = None
    """What follows silence, such as `tell manager`."""
    feedback: Timing | None = None
    """By when the receiver tells the sender how it went."""
    responsibility: Literal["on_acceptance", "on_arrival", "stays"] | None = None
    """When the case becomes the receiver's: `on_acceptance`, the default if its role is on the first
    side, or `on_arrival`, the default on any other side. Or the case `stays` where it is.
    """

    @property
    def receivers(self) -> tuple[str, ...]:
        """The roles that a hand-over goes to, in turn; empty if the step is no hand-over."""
        return (self.hand_over, *self.fall_back) if self.hand_over else ()

    @property
    def reaches_person(self) -> bool:
        """Whether whoever does the step has to know how the person may be reached."""
        return bool(self.contacts or self.serves)

    @property
    def may_lack(self) -> bool:
        """Whether the stage may end without this step."""
        return bool(self.optional or self.manual)

    @property
    def does(self) -> Literal["work", "decision", "consent", "hand_over"]:
        if self.hand_over:
            return "hand_over"
        if self.consent:
            return "consent"
        return "decision" if self.decide else "work"


def _ends(value: object) -> object:
    """`yes` and `no` may be written in place of names of ends."""
    if value is None or isinstance(value, bool):
        return [] if value is False else ["yes"]
    return [] if value == "no" else value


class Stage(Entry):
    """A set of steps. It ends when every step that is neither `optional` nor `manual` is settled, or
    when `enough` of these are done.
    """

    title: Title | None = None
    """The stage's name for people."""
    label: Title | None = None
    """Neutral words for notices and for Prefect, if the title is not neutral."""
    was: EntryName | None = None
    """The stage's name in the previous version, if it was renamed."""
    after: AfterText = Field(default_factory=After)
    """The stages or steps that must be settled first: a name, a list, or `any of (a, b)`."""
    when: ConditionText | None = None
    """A condition; while it is not known, the stage waits."""
    otherwise: ReactionText | None = None
    """What happens if `when` does not hold; required with `when`, but in a choice only the last
    stage may have it.
    """
    one_of: EntryName | None = None
    """A choice: of the stages with the same word here, only the first whose `when` holds is taken.
    The last one needs no `when`.
    """
    stops_when: ConditionText | None = None
    """As soon as this holds, the stage counts as settled, and the open work in it is withdrawn. A
    journey in progress goes on.
    """
    repeat: Repeat | None = None
    """How the stage begins again: until something holds, or whenever something happens."""
    enough: Annotated[int, Field(ge=1)] | None = None
    """The stage ends when this many of its required steps are done. The others are stopped, or skipped
    if they have not opened.
    """
    rests: ReasonText | None = None
    """`because "..."`: why the case may wait for this stage although nobody has anything to do
    meanwhile, and perhaps until it ends.
    """
    steps: Annotated[dict[EntryName, Step], Field(min_length=1)]
    """The steps that are done in the stage; at least one must be required."""
    then: ReactionText | None = None
    """What follows the end of the stage, such as `end NAME`."""
    outlives_end: Annotated[EntryNames, BeforeValidator(_ends)] = ()
    """Ends of the case after which the stage goes on if it is open; `yes` means every end."""

    def outlives(self, end: str) -> bool:
        return "yes" in self.outlives_end or end in self.outlives_end


def periods_from(part: object) -> dict[str, tuple[Moment, ...]]:
    """The periods in a part of a definition that are counted from a named moment, keyed by that
    moment. Those in the `at` of a series are included; its `every` is not.
    """
    found: dict[str, tuple[Moment, ...]] = {}
    series = [node for _, node in walked(part) if isinstance(node, Series)]
    moments = [each for _, each in moments_of(part) if each.duration]
    moments += [Moment(period, each.after) for each in series for period in each.at]
    for each in moments:
        if each.anchor:
            found[each.anchor] = (*found.get(each.anchor, ()), each)
    return found

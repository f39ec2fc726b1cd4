"""How agencies ask for an act: in a command, a scenario, a form, or through the API. All of these
are generated from the declaration of each act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec.structs import fields, replace

from engine.words_beside import WordsBeside

if TYPE_CHECKING:
    from engine.acts.act import Act

Fill = Callable[[Any, Mapping[str, Any], tuple[str, ...]], "Act"]
"""Makes the act that holds a form's answers, from the act itself, the answers that are not
protected, by field, and the names of the protected fields that were answered.
"""


class WordKind(Enum):
    """What kind of value an `ActWord` takes."""

    TASK = "task"
    STOP = "stop"
    """An order to stop; the agency has to confirm that it has stopped."""
    REQUEST = "request"
    STEP = "step"
    CONSENT = "consent"
    INTERRUPT = "interrupt"
    PERIOD = "period"
    """A period, named by its step, task or request, or by its name under `clocks`."""
    AGENCY = "agency"
    STAFF = "staff"
    """The staff code of a colleague at the agency that does the act."""
    CASE = "case"
    CHOICE = "choice"
    """One from a fixed list."""
    OUTCOME = "outcome"
    """One of the possible outcomes of the task or interrupt."""
    LANGUAGE = "language"
    FIELDS = "fields"
    """Names of fields, with commas between them."""
    FLAG = "flag"
    """Present or absent."""


class ActWord(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an act that the user fills in. Optional if the field has a default."""

    field: str
    kind: WordKind
    help: str
    option: str = ""
    """The word's option on the command line, such as `--reason`; positional if empty."""
    shown: str = ""
    """The word's placeholder in a command's help."""
    choices: tuple[str, ...] = ()
    sets: str = ""
    """The value a flag sets, if not True."""
    joint: str = ""
    """The word before the value in a line of a scenario: `for` in `decline talk for unsafe`."""
    unsaid: str = ""
    """The value that a scenario means when it leaves the field out."""
    empty: str = ""
    """How a form words leaving the field out, if that is an answer of its own: `yourself` stands
    for the message `page.empty.yourself`.
    """
    else_oneself: bool = False
    """The value defaults to the person who asks for the act. A program has to name a person."""
    decides: bool = False
    """The field is a decision about one person, so it is never applied to several cases at once."""


class Protected(msgspec.Struct, frozen=True, kw_only=True):
    """Words that accompany an act and are stored under the person's key, never in the act
    itself.
    """

    prompt: str
    """How a terminal prompts for the words."""
    word: WordsBeside
    about: str = ""
    """The words' subject, which may use fields of the act: `{task}`."""
    announced: str = ""
    """The field that records whether such words were entered. If empty, the command has the option
    `--words` instead.
    """

    @property
    def kept_as(self) -> str:
        """The name under which the words are stored, before fields of the act are filled in:
        `declined {task}`.
        """
        return f"{self.word} {self.about}".rstrip()


class PairOf(Enum):
    """How an act about two cases comes about."""

    PROPOSED = "proposed"
    """The agency of the other case has to agree, unless one agency answers for both."""
    AGREED = "agreed"
    """The agency of the other case has proposed the connection."""
    PARTED = "parted"
    """The act ends the connection, which the agency of either case may do alone."""


class Pair(msgspec.Struct, frozen=True):
    """An act about two cases, done in both or in neither. Only a proposal, or its withdrawal, may
    stay unknown to the other case.
    """

    how: PairOf
    other: str
    """The field that holds the code of the other case."""
    there: Callable[[str, Any], Act]
    """Makes the act for the other case, from the code of this case and the act on this case. Not
    used for a proposal, which reaches the other case as `BeAsked`.
    """


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way to ask for an act."""

    command: tuple[str, ...]
    help: str
    verb: str = ""
    """The verb in scenarios and rehearsals, which deal with a single case. Empty if they do not
    offer the act.
    """
    fixed: Mapping[str, object] = {}
    """The preset values, by field."""

    @property
    def name(self) -> str:
        """The name of this way in addresses and catalogues: `consent.give`."""
        return ".".join(self.command)

    @property
    def summary(self) -> str:
        """The first paragraph of the help."""
        return self.help.partition("\n\n")[0]


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """How an act is asked for."""

    ways: tuple[Way, ...]
    words: tuple[ActWord, ...] = ()
    """The fields to fill in, in the order of the command line. The subject comes first, unless it is
    the case itself.
    """
    case_in: str = ""
    """The field that holds the code of the case itself; empty if no field does."""
    fill: Fill | None = None
    """Fills in the form, for an act that has one."""
    told_how: bool = False
    """In a scenario, the options of the act are written under `answers`."""
    protected: Protected | None = None
    late: bool = False
    """The command accepts the time at which the event happened."""
    with_person: bool = False
    """Done together with the person, who may see the screen, so nothing else is shown on it
    meanwhile.
    """
    read_out: bool = False
    """The person answers a question that is read out first; each way is one of the answers."""
    weighty: bool = False
    """Much may follow from the act at once, so the user is first shown what the act would do."""
    alone: bool = False
    """Concerns one person, so it is never done in several cases at once."""
    pair: Pair | None = None
    by_notice: bool = False
    """Whoever holds the notice about the act's subject may do the act without signing in, unless
    `engine.acts_by_notice` rules that out.
    """

    @property
    def takes_answers(self) -> bool:
        """Whether a scenario may give `answers` with the act."""
        return self.fill is not None or self.told_how

    @property
    def subject(self) -> ActWord | None:
        """The field that says what the act is about; None if it is about the case itself."""
        return next((word for word in self.words if not word.option), None)

    @property
    def asked_words(self) -> tuple[ActWord, ...]:
        """The fields to fill in, without `protected.announced`, which is set by entering protected
        words.
        """
        announced = self.protected.announced if self.protected else ""
        return tuple(word for word in self.words if word.field != announced)

    @property
    def joined(self) -> ActWord | None:
        """The word that may come last in a line of a scenario, after its `joint`: the outcome in
        `complete identify as confirmed`. None if there is none.
        """
        return next((word for word in self.words if word.joint), None)


TASK = ActWord(
    field="task", kind=WordKind.TASK, shown="TASK", help="The task, as `onward tasks` shows it."
)
REQUEST = ActWord(
    field="hand_over",
    kind=WordKind.REQUEST,
    shown="REQUEST",
    help="The request, as `onward requests` shows it.",
)


def reason_of(choices: tuple[str, ...], unsaid: str = "") -> ActWord:
    """The word for a reason, which is one from a fixed list.

    Args:
        unsaid: the value used when a scenario gives none.
    """
    return ActWord(
        field="reason",
        kind=WordKind.CHOICE,
        option="--reason",
        shown="WORD",
        help=f"One of: {', '.join(choices)}.",
        choices=choices,
        joint="for",
        unsaid=unsaid,
    )


@cache
def required(act: type[Act]) -> frozenset[str]:
    """The fields of an act that have no default."""
    return frozenset(each.name for each in fields(act) if each.required)


def filled(act: Any, answers: Mapping[str, Any], protected: tuple[str, ...]) -> Act:
    """The act with a form's answers put into its fields."""
    return cast("Act", replace(act, answers={**answers}, protected=protected))


def behind_the_reason(word: WordsBeside, about: str = "") -> Protected:
    return Protected(prompt="Details of the reason", word=word, about=about)

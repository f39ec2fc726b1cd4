"""How agencies ask for an act: in a command, in a scenario, in a form. Everything that offers acts to
anybody is made from this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec.structs import fields, replace

if TYPE_CHECKING:
    from engine.acts.act import Act

Fill = Callable[[Any, Mapping[str, Any], tuple[str, ...]], "Act"]
"""Puts the answers of its form, and the names of the protected ones, into an act."""


class WordKind(Enum):
    """What a word is."""

    TASK = "task"
    REQUEST = "request"
    STEP = "step"
    CONSENT = "consent"
    INTERRUPT = "interrupt"
    PERIOD = "period"
    """A step, a task, a request, or a named clock."""
    AGENCY = "agency"
    CASE = "case"
    CHOICE = "choice"
    """One of a fixed list."""
    OUTCOME = "outcome"
    """One of those that the pathway gives the task or the interrupt."""
    LANGUAGE = "language"
    FLAG = "flag"
    """Said or not said."""


class ActWord(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an act that somebody fills in. It may be left out where the field has a default."""

    field: str
    kind: WordKind
    help: str
    option: str = ""
    """In a command: `--reason`; without one it stands by itself."""
    shown: str = ""
    """What stands for it in the help of a command."""
    choices: tuple[str, ...] = ()
    sets: str = ""
    """Of a flag that does not say yes: what it says."""
    joint: str = ""
    """In a scenario: `for` in `decline talk for unsafe`."""
    unsaid: str = ""
    """What a scenario means that leaves it out."""
    decides: bool = False
    """It decides about one person: it is never said for several at once."""


class Protected(msgspec.Struct, frozen=True, kw_only=True):
    """Words that go with an act and are kept under the person's key, never in the act."""

    prompt: str
    """As a terminal asks for them."""
    kept_as: str
    """The name of the value; fields of the act stand in it: `declined {task}`."""
    announced: str = ""
    """The field that says that there are some; a command has `--words` where there is none."""


class Pair(msgspec.Struct, frozen=True):
    """An act about two cases: it is done in both, or in neither."""

    there: Callable[[str, Any], tuple[str, Act]]
    """Given the case and the act in it: the other case, and the act there."""
    parts: bool = False
    """It ends what two cases have to do with each other."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way to ask for an act."""

    command: tuple[str, ...]
    help: str
    verb: str = ""
    """In scenarios and rehearsals, which have no other case to speak of; empty: not there."""
    fixed: Mapping[str, object] = {}
    """Fields that it says by itself."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """How an act is asked for."""

    ways: tuple[Way, ...]
    words: tuple[ActWord, ...] = ()
    """In the order of a command. What it is about comes first, where it is not the case itself."""
    case_in: str = ""
    """The field that holds the code of the case itself."""
    fill: Fill | None = None
    """Of an act with a form."""
    told_how: bool = False
    """In a scenario its options stand among the answers."""
    protected: Protected | None = None
    late: bool = False
    """A command may say when it happened."""
    alone: bool = False
    """It is for one person alone, and never done in several cases at once."""
    pair: Pair | None = None
    offered: bool = True
    """`choices` lists it whenever it is possible; not what only changes who does a thing or by when, nor
    what is done against the pathway."""

    @property
    def takes_answers(self) -> bool:
        """Whether a scenario may have `answers` beside it."""
        return self.fill is not None or self.told_how

    @property
    def subject(self) -> ActWord | None:
        """What it is about; None if that is the case itself."""
        return next((word for word in self.words if not word.option), None)

    @property
    def joined(self) -> ActWord | None:
        """What may stand last in a scenario."""
        return next((word for word in self.words if word.joint), None)


TASK = ActWord(field="task", kind=WordKind.TASK, shown="TASK", help="As `onward tasks` shows it.")
REQUEST = ActWord(
    field="hand_over", kind=WordKind.REQUEST, shown="REQUEST", help="As `onward requests` shows it."
)


def reason_of(choices: tuple[str, ...], unsaid: str = "") -> ActWord:
    """A word of a fixed list.

    Args:
        unsaid: What a scenario means that gives none.
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
    """An act with the answers of its form, where it has fields for them."""
    return cast("Act", replace(act, answers={**answers}, protected=protected))


def behind_the_reason(kept_as: str) -> Protected:
    return Protected(prompt="Words behind the reason", kept_as=kept_as)

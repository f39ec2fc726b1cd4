"""Interrupts: raise and resolve."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from engine.acts.act import Act, Rule
from engine.acts.declared import (
    ActWord,
    Declared,
    Way,
    WordKind,
    behind_the_reason,
    reason_of,
)
from engine.acts.reason_lists import ALARM_REASONS
from engine.turns import reactions
from engine.withheld import OfPerson
from engine.words_beside import WordsBeside

__all__ = ["Raise", "Resolve"]

_INTERRUPT = ActWord(
    field="interrupt",
    kind=WordKind.INTERRUPT,
    shown="INTERRUPT",
    help="A name under `interrupts` in the pathway.",
)


_WHY = replace(
    reason_of(ALARM_REASONS),
    help=f"Needed where a life is in danger (vital interest). One of: {', '.join(ALARM_REASONS)}.",
)


class Raise(Act, frozen=True, tag="raise"):
    """Raise an interrupt. A `reason`, from a fixed list, is needed if a vital-interest basis
    depends on the interrupt.
    """

    interrupt: str
    reason: OfPerson[str] = ""

    rule: ClassVar = Rule(reactions.raise_interrupt, by_right=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("raise",),
                help="Say that something has happened that changes the case at once.",
                verb="raise",
            ),
        ),
        words=(_INTERRUPT, _WHY),
        protected=behind_the_reason(WordsBeside.RAISED, "{interrupt}"),
        late=True,
        weighty=True,
    )


class Resolve(Act, frozen=True, tag="resolve"):
    """Resolve an interrupt, with an outcome if the pathway defines any. The stages that it
    suspended resume, unless another interrupt suspends them too.
    """

    interrupt: str
    outcome: str = ""

    rule: ClassVar = Rule(reactions.resolve_interrupt, by_right=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("resolve",),
                help="Say that an interrupt is over; what it suspended goes on.",
                verb="resolve",
            ),
        ),
        words=(
            _INTERRUPT,
            ActWord(
                field="outcome",
                kind=WordKind.OUTCOME,
                option="--outcome",
                help="How it was resolved: one of the words under `resolved`, if it has any.",
                joint="as",
            ),
        ),
        late=True,
        weighty=True,
    )

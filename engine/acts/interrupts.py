"""Interrupts: raise and resolve."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind
from engine.turns import reactions

__all__ = ["Raise", "Resolve"]

_INTERRUPT = ActWord(
    field="interrupt",
    kind=WordKind.INTERRUPT,
    shown="INTERRUPT",
    help="A name under `interrupts` of the pathway.",
)


class Raise(Act, frozen=True, tag="raise"):
    """Raise an interrupt."""

    interrupt: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: reactions.raise_interrupt(turn, act.interrupt, agency),
        by_right=True,
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("raise",),
                help="Say that something has happened that changes the case at once.",
                verb="raise",
            ),
        ),
        words=(_INTERRUPT,),
        late=True,
    )


class Resolve(Act, frozen=True, tag="resolve"):
    """Resolve an interrupt, with an outcome if it has any; whatever it suspended resumes."""

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
                help="One of the words under `resolved`, if it has any.",
                joint="as",
            ),
        ),
        late=True,
    )

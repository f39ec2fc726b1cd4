"""Periods: extend and shorten."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind
from engine.turns import periods

__all__ = ["Extend", "Shorten"]

_PERIOD = ActWord(
    field="name",
    kind=WordKind.PERIOD,
    shown="NAME",
    help="A step, a task, a request, or a name under `clocks`.",
)


class Extend(Act, frozen=True, tag="extend"):
    """Extend the running period of a step or of a named clock."""

    name: str
    """The step, the task, the request, or the clock."""

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: periods.extend(turn, act.name, agency), by_right=True
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("extend",),
                help="Make a running period longer, where the pathway lets your role.",
                verb="extend",
            ),
        ),
        words=(_PERIOD,),
    )


class Shorten(Act, frozen=True, tag="shorten"):
    """End the running period of a step or of a named clock early."""

    name: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: periods.shorten(turn, act.name, agency), by_right=True
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("shorten",),
                help="End a running period early, where the pathway lets your role.",
                verb="shorten",
            ),
        ),
        words=(_PERIOD,),
    )

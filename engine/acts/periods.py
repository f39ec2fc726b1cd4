"""Periods: extend and shorten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind
from engine.definition import Time
from engine.turns import periods
from engine.turns.counting import time_of
from engine.turns.rights import holders
from engine.view import View

__all__ = ["Extend", "Shorten"]

_PERIOD = ActWord(
    field="name",
    kind=WordKind.PERIOD,
    shown="NAME",
    help="A step, a task, a request, or a name under `clocks`.",
)


def _of_each_period(
    make: Callable[[str], Act], roles: Callable[[Time], Iterable[str]]
) -> Callable[[View], Iterator[Aside]]:
    """Offer the act for each running period to every agency whose role may change that period."""

    def asides(view: View) -> Iterator[Aside]:
        times = {each.about: time_of(view, each) for each in view.state.clocks.values()}
        for about, time in times.items():
            step = about.partition(".")[0]
            for agency in sorted(holders(view, roles(time))) if time else ():
                yield Aside(agency, make(about), step, about)

    return asides


class Extend(Act, frozen=True, tag="extend"):
    """Extend the running period of a step, a task, a request or a named clock."""

    name: str
    """The step, the task, the request, or the clock."""

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: periods.extend(turn, act.name, agency), by_right=True
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("extend",),
                help="Extend a running period, if the pathway lets your role do so.",
                verb="extend",
            ),
        ),
        words=(_PERIOD,),
        by_notice=True,
    )
    asides: ClassVar = _of_each_period(
        lambda name: Extend(name=name), lambda time: time.extend.role if time.extend else ()
    )


class Shorten(Act, frozen=True, tag="shorten"):
    """End the running period of a step, a task, a request or a named clock at once, or cut it to
    the length that the pathway sets for this.
    """

    name: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: periods.shorten(turn, act.name, agency), by_right=True
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("shorten",),
                help="End a running period early, if the pathway lets your role do so.",
                verb="shorten",
            ),
        ),
        words=(_PERIOD,),
    )
    asides: ClassVar = _of_each_period(
        lambda name: Shorten(name=name), lambda time: time.shorten.role if time.shorten else ()
    )

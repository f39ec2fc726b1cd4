"""Steps: start by hand; skip or open against the pathway's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind, behind_the_reason, reason_of
from engine.acts.reason_lists import OVERRIDE_REASONS
from engine.turns import completing, lapsing, overriding
from engine.turns.rights import holders
from engine.view import View
from engine.words_beside import WordsBeside

__all__ = ["OpenStep", "Skip", "Start"]

_STEP = ActWord(field="step", kind=WordKind.STEP, shown="STEP", help="A step of the pathway.")


def _of_each_step(make: Callable[[str], Act]) -> Callable[[View], Iterator[Aside]]:
    """Offer the act for each step to every agency that may override the rules."""

    def asides(view: View) -> Iterator[Aside]:
        for agency in sorted(holders(view, view.pathway.definition.overrides)):
            for step, plan in view.pathway.steps.items():
                closed = lapsing.closed_at(view, plan)
                used = closed if closed and closed < view.now else None
                yield Aside(agency, make(step), step, step, used)

    return asides


class Start(Act, frozen=True, tag="start"):
    """Start a manual step. It opens at once, or waits until it may open. If its time has passed, it
    lapses.
    """

    step: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: completing.start_manual(turn, act.step, agency),
        by_right=True,
    )
    declared: ClassVar = Declared(
        ways=(Way(command=("start",), help="Open a manual step.", verb="start"),),
        words=(
            ActWord(
                field="step", kind=WordKind.STEP, shown="STEP", help="A manual step of the pathway."
            ),
        ),
    )


class Skip(Act, frozen=True, tag="skip"):
    """Skip a step against the rules; `reason` comes from a fixed list."""

    step: str
    reason: str

    rule: ClassVar = Rule(overriding.skip, by_right=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("skip",),
                help="Skip a step against the rules of the pathway; the case stays flagged for good.",
                verb="skip",
            ),
        ),
        words=(_STEP, reason_of(OVERRIDE_REASONS)),
        protected=behind_the_reason(WordsBeside.SKIPPED, "{step}"),
        weighty=True,
    )
    asides: ClassVar = _of_each_step(lambda step: Skip(step=step, reason=OVERRIDE_REASONS[0]))


class OpenStep(Act, frozen=True, tag="open_step"):
    """Open a step against the rules; `reason` comes from a fixed list."""

    step: str
    reason: str

    rule: ClassVar = Rule(overriding.open_step, by_right=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("open-step",),
                help="Open a step against the rules of the pathway; the case stays flagged for good.",
                verb="open",
            ),
        ),
        words=(_STEP, reason_of(OVERRIDE_REASONS)),
        protected=behind_the_reason(WordsBeside.OPENED, "{step}"),
        weighty=True,
        late=True,
    )
    asides: ClassVar = _of_each_step(lambda step: OpenStep(step=step, reason=OVERRIDE_REASONS[0]))

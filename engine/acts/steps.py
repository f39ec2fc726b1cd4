"""Steps: start by hand; skip or open against the pathway's rules."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind, behind_the_reason, reason_of
from engine.acts.reason_lists import OVERRIDE_REASONS
from engine.turns import completing, overriding

__all__ = ["OpenStep", "Skip", "Start"]

_STEP = ActWord(field="step", kind=WordKind.STEP, shown="STEP", help="A step of the pathway.")


class Start(Act, frozen=True, tag="start"):
    """Open a manual step."""

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
                help="Pass over a step against the rules of the pathway; the case is flagged for"
                " ever.",
                verb="skip",
            ),
        ),
        words=(_STEP, reason_of(OVERRIDE_REASONS)),
        protected=behind_the_reason("skipped {step}"),
    )


class OpenStep(Act, frozen=True, tag="open_step"):
    """Open a step against the rules; `reason` comes from a fixed list."""

    step: str
    reason: str

    rule: ClassVar = Rule(overriding.open_step, by_right=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("open-step",),
                help="Open a step against the rules of the pathway; the case is flagged for ever.",
                verb="open",
            ),
        ),
        words=(_STEP, reason_of(OVERRIDE_REASONS)),
        protected=behind_the_reason("opened {step}"),
    )

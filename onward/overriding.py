"""What an agency does against the rules of a pathway, where the pathway allows it."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import overriding
from casework.context import Actor, Onward
from casework.turn import Moved
from engine import commands as c
from engine.acts.reasons import OVERRIDE_REASONS
from onward.acting import BEHIND_THE_REASON
from onward.answers import Words
from onward.asking import Doing, with_words
from onward.installation import CaseCode
from onward.turns import turn

app = typer.Typer()

_REASONS = ", ".join(OVERRIDE_REASONS)
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", help=f"One of: {_REASONS}.")]
Step = Annotated[str, typer.Argument(metavar="STEP", help="A step of the pathway.")]


@turn(app)
def skip(
    onward: Onward, who: Actor, code: CaseCode, step: Step, reason: Reason, words: Words = False
) -> Moved:
    """Pass over a step against the rules of the pathway; the case is flagged for ever."""
    return with_words(
        Doing(onward, who, code, c.Skip(step=step, reason=reason)),
        words,
        BEHIND_THE_REASON,
        lambda said: overriding.skip(onward, code, step, who, reason, words=said),
    )


@turn(app, "open-step")
def open_step(
    onward: Onward, who: Actor, code: CaseCode, step: Step, reason: Reason, words: Words = False
) -> Moved:
    """Open a step against the rules of the pathway; the case is flagged for ever."""
    return with_words(
        Doing(onward, who, code, c.OpenStep(step=step, reason=reason)),
        words,
        BEHIND_THE_REASON,
        lambda said: overriding.open_step(onward, code, step, who, reason, words=said),
    )

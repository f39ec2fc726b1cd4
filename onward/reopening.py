"""What becomes of a case after its end."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import reopening
from casework.context import Actor, Onward
from casework.turn import Moved
from engine import commands as c
from engine.acts.reasons import REOPEN_REASONS
from onward.acting import BEHIND_THE_REASON
from onward.answers import Words
from onward.asking import Doing, with_words
from onward.installation import CaseCode
from onward.turns import turn

app = typer.Typer()

_REASONS = ", ".join(REOPEN_REASONS)
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", help=f"One of: {_REASONS}.")]


@turn(app)
def reopen(
    onward: Onward, who: Actor, code: CaseCode, reason: Reason, words: Words = False
) -> Moved:
    """Take up a case again that has ended, where its pathway lets your role do so."""
    return with_words(
        Doing(onward, who, code, c.Reopen(reason=reason)),
        words,
        BEHIND_THE_REASON,
        lambda said: reopening.reopen(onward, code, who, reason, words=said),
    )

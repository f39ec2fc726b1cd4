"""What an agency does against the rules of a pathway, where the pathway allows it."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import overriding
from engine.commands import OVERRIDE_REASONS
from onward.answers import Words, words_of
from onward.installation import Agency, CaseCode, Person, actor, installation
from onward.printing import show_turn

app = typer.Typer()

_REASONS = ", ".join(OVERRIDE_REASONS)
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", help=f"One of: {_REASONS}.")]
Step = Annotated[str, typer.Argument(metavar="STEP", help="A step of the pathway.")]


@app.command()
def skip(
    code: CaseCode,
    step: Step,
    reason: Reason,
    agency: Agency,
    person: Person = "",
    words: Words = False,
) -> None:
    """Pass over a step against the rules of the pathway; the case is flagged for ever."""
    who = actor(agency, person)
    with installation() as onward:
        said = words_of(words, "Words behind the reason")
        moved = overriding.skip(onward, code, step, who, reason, words=said)
        show_turn(onward, moved, who.agency)


@app.command("open-step")
def open_step(
    code: CaseCode,
    step: Step,
    reason: Reason,
    agency: Agency,
    person: Person = "",
    words: Words = False,
) -> None:
    """Open a step against the rules of the pathway; the case is flagged for ever."""
    who = actor(agency, person)
    with installation() as onward:
        said = words_of(words, "Words behind the reason")
        moved = overriding.open_step(onward, code, step, who, reason, words=said)
        show_turn(onward, moved, who.agency)

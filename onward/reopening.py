"""What becomes of a case after its end."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import reopening
from engine.commands import REOPEN_REASONS
from onward.answers import Words, words_of
from onward.installation import Agency, CaseCode, Person, actor, installation
from onward.printing import show_turn

app = typer.Typer()

_REASONS = ", ".join(REOPEN_REASONS)
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", help=f"One of: {_REASONS}.")]


@app.command()
def reopen(
    code: CaseCode, reason: Reason, agency: Agency, person: Person = "", words: Words = False
) -> None:
    """Take up a case again that has ended, where its pathway lets your role do so."""
    who = actor(agency, person)
    with installation() as onward:
        said = words_of(words, "Words behind the reason")
        moved = reopening.reopen(onward, code, who, reason, words=said)
        show_turn(onward, moved, who.agency)

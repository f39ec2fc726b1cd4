"""What may be typed in a rehearsal."""

from __future__ import annotations

from textwrap import wrap

import typer

from onward.spoken import say

_TYPED, _MEANT = 30, 68
"""Characters of the columns."""


def show_help() -> None:
    """Print each command with what it does; in its message a bar stands between the two."""
    for line in (
        say("rehearsal.help.as"),
        say("rehearsal.help.list"),
        say("rehearsal.help.what"),
        say("rehearsal.help.complete"),
        say("rehearsal.help.jump"),
        say("rehearsal.help.next"),
        say("rehearsal.help.why"),
        say("rehearsal.help.stuck"),
        say("rehearsal.help.undo"),
        say("rehearsal.help.save"),
        say("rehearsal.help.gaps"),
        say("rehearsal.help.quit"),
    ):
        typed, _, meant = line.partition(" | ")
        first, *others = wrap(meant, _MEANT)
        if len(typed) >= _TYPED:
            typer.echo(f"  {typed}")
            typed = ""
        typer.echo(f"  {typed:{_TYPED}}{first}")
        for other in others:
            typer.echo(f"  {'':{_TYPED}}{other}")

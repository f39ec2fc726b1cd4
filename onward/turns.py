"""The one opening of every command with which an agency acts: who, and in which installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from casework.agencies import last_day_of
from casework.context import Actor, Onward
from onward.installation import installation


@contextmanager
def acting(agency: str, person: str = "") -> Iterator[tuple[Onward, Actor]]:
    """This installation, and who acts in it.

    Whose last day is over is told so, and may go on: what it did until then may be reported later.

    Raises:
        Refusal: `unknown_agency`.
    """
    who = Actor(agency=agency.strip().upper(), person=person.strip())
    with installation() as onward:
        last = last_day_of(onward, who.agency)
        if last is not None:
            typer.echo(f"{who.agency} has left: its last day was {last}", err=True)
        yield onward, who

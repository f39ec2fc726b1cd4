"""The one opening of every command with which an agency acts: who, in which installation, and what
it has led to.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import Parameter
from typing import Any

import typer
from typer.core import TyperCommand

from casework.agencies import last_day_of
from casework.context import Actor, Onward
from casework.settling import come_into_force
from casework.turn import Moved
from onward.installation import Agency, Person, installation
from onward.printing import show_turn

_WHO = (
    Parameter("agency", Parameter.KEYWORD_ONLY, annotation=Agency),
    Parameter("person", Parameter.KEYWORD_ONLY, annotation=Person, default=""),
)
"""`--as` and `--person`, which every one of these commands has."""
_ASKS_FOR_WORDS = frozenset({"words", "conditions"})
"""Options that take nothing behind them."""


class _Turn(TyperCommand):
    """Does not repeat what somebody wrote behind an option that asks for words."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given, behind, _ = self.make_parser(ctx).parse_args(args=[*args])
        if behind and _ASKS_FOR_WORDS & given.keys():
            ctx.fail(
                "`--words` and `--conditions` take nothing behind them, since others on this machine"
                " can read a command: you are asked for the words, or they are read from standard"
                " input"
            )
        return super().parse_args(ctx, args)


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


def turn(
    app: typer.Typer, name: str | None = None
) -> Callable[[Callable[..., Moved]], Callable[..., None]]:
    """Make a command of a function that takes a turn: `(onward, who, ...) -> Moved`.

    What follows the first two parameters are the words of the command; `--as` and `--person` are
    added, and what the turn has led to is printed.
    """

    def register(work: Callable[..., Moved]) -> Callable[..., None]:
        signature = inspect.signature(work, eval_str=True)
        _, _, *words = signature.parameters.values()

        @functools.wraps(work)
        def command(agency: str, person: str, **given: object) -> None:
            with acting(agency, person) as (onward, who):
                if isinstance(code := given.get("code"), str):  # but for a case that is opened
                    come_into_force(onward, code)
                show_turn(onward, work(onward, who, **given), who.agency)

        shown = signature.replace(parameters=[*words, *_WHO], return_annotation=None)
        command.__signature__ = shown  # type: ignore[attr-defined] # what typer reads
        app.command(name, cls=_Turn)(command)
        return command

    return register

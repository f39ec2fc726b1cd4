"""`onward new`: a few questions, then a first working pathway with cases to try it on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from engine.errors import CodedError, EngineError
from engine.message import message
from onward.spoken import say, told
from onward.starts.files import files_of
from onward.starts.start import (
    PARTS,
    ROLES,
    StartAnswers,
    parts_for,
    read_effective,
    read_name,
    read_parts,
    read_roles,
    read_sides,
    read_title,
    read_zones,
)

app = typer.Typer()
T = TypeVar("T")


@app.command("new")
def new(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="The name of the pathway and of its folder, such as safe_return."
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="The title that people read; neutral.")
    ] = None,
    sides: Annotated[
        str | None,
        typer.Option(
            "--sides",
            metavar="SIDE=COUNTRY,...",
            help="Where cases open, then the other side if any: host=GH,origin=NG.",
        ),
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option("--parts", metavar="PART,...", help=f"Of {', '.join(PARTS)}."),
    ] = None,
    roles: Annotated[
        str | None,
        typer.Option("--roles", metavar="ROLE,...", help=f"Of {', '.join(ROLES)}; none with ''."),
    ] = None,
    zone: Annotated[
        list[str],
        typer.Option(
            "--zone",
            metavar="COUNTRY=ZONE",
            help="The time zone, for a country with several: US=America/New_York. May be repeated.",
        ),
    ] = [],  # noqa: B006 - typer reads it, nobody writes it
    effective: Annotated[
        str | None,
        typer.Option(
            "--effective",
            metavar="DAY",
            help="The first day on which cases may be opened. Default: 1 January of this year.",
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="FOLDER",
            help="The folder to write to. Default: a new folder NAME here.",
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: use the defaults for whatever is not given.")
    ] = False,
) -> None:
    """Ask a few questions, and write a first pathway that works, with cases to try it on."""
    asked = _Asked(yes)
    first = read_effective(effective) if effective else date(datetime.now(UTC).year, 1, 1)
    named = asked.of(name, say("start.asked.name"), "NAME", read_name)
    known = asked.of(sides, say("start.asked.sides"), "--sides", read_sides)
    zones = read_zones(zone, known)
    usual_parts, usual_title = ",".join(parts_for(known)), named.replace("_", " ").capitalize()
    asked.explain(parts, ((each, say(f"start.part.{each}")) for each in parts_for(known)))
    chosen = asked.of(
        parts,
        say("start.asked.parts"),
        "--parts",
        lambda text: read_parts(text, known),
        usual=usual_parts,
    )
    asked.explain(roles, ((each, say(f"start.role.{each}")) for each in ROLES))
    at_work = asked.of(
        roles, say("start.asked.roles"), "--roles", read_roles, usual=",".join(ROLES)
    )
    start = StartAnswers(
        name=named,
        title=asked.of(title, say("start.asked.title"), "--title", read_title, usual=usual_title),
        effective=first,
        sides=known,
        parts=chosen,
        roles=at_work,
        zones=zones,
    )
    _write(into or Path(named), start)


class _Asked:
    """Takes answers from the command line, a terminal, or the defaults."""

    def __init__(self, yes: bool) -> None:
        self._asks = sys.stdin.isatty() and not yes
        self._yes = yes

    def of(
        self,
        given: str | None,
        question: str,
        option: str,
        reads: Callable[[str], T],
        *,
        usual: str | None = None,
    ) -> T:
        """One answer, parsed by `reads`. At a terminal, the question is repeated until the
        answer is valid.

        Raises:
            EngineError: the answer on the command line is invalid; or there is none, nobody is
                asked, and no default may be used.
        """
        if given is not None:
            return reads(given)
        if self._asks:
            return _prompted(question, reads, usual)
        if self._yes and usual is not None:
            return reads(usual)
        if usual is None:
            raise CodedError(message("call.nobody_to_ask", option=option))
        raise CodedError(message("call.nobody_to_ask_or_usual", option=option))

    def explain(self, given: str | None, words: Iterable[tuple[str, str]]) -> None:
        """Print the possible answers to the next question, with their meanings, if it will be asked
        at a terminal.

        Args:
            given: the answer given on the command line; None if there is none.
        """
        if given is None and self._asks:
            for word, meaning in words:
                typer.echo(f"  {word:15} {meaning}", err=True)


def _prompted(question: str, reads: Callable[[str], T], usual: str | None) -> T:
    while True:
        text = str(typer.prompt(question, default=usual, err=True))
        try:
            return reads(text)
        except EngineError as wrong:
            typer.echo(told(wrong), err=True)


def _write(folder: Path, start: StartAnswers) -> None:
    """Write all files; raise EngineError before writing any if one of them exists already."""
    files = files_of(start)
    for each in files:
        if (folder / each).exists():
            raise CodedError(message("start.there_already", file=str(folder / each)))
    folder.mkdir(parents=True, exist_ok=True)
    for each, text in files.items():
        with (folder / each).open("x", encoding="utf-8") as file:
            file.write(text)
        typer.echo(say("start.wrote", file=str(folder / each)))
    pathway = folder / next(iter(files))
    typer.echo(say("start.next", file=str(pathway)))

"""`onward open`: one case, or with `--from` a case for each row of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from casework.context import Onward
from casework.opening import open_case
from casework.principal import Because, Principal
from engine.errors import CodedError
from engine.message import message
from onward.answers import read_answers
from onward.installation import acting, operating
from onward.intake.taking_in import IntakeOptions, take_in_file
from onward.options import Entered, OccurredAt, Person, case_code
from onward.printing import show_turn
from onward.spoken import say

app = typer.Typer()
Pathway = Annotated[
    str,
    typer.Argument(
        metavar="PATHWAY", help="The name of a published pathway; --from may name others."
    ),
]
Country = Annotated[
    str, typer.Option("--country", metavar="XX", help="The country of the first side: two letters.")
]
OpeningAgency = Annotated[
    str,
    typer.Option("--as", envvar="ONWARD_AGENCY", metavar="AGENCY", help="The agency that acts."),
]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE=AGENCY",
        help="Choose an agency for a role; may be repeated. Default: the registry's first.",
    ),
]
Version = Annotated[
    int | None, typer.Option("--version", help="The version of the pathway. Default: the newest.")
]
Identity = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        metavar="FILE",
        help="What is known about the person, one NAME=VALUE per line; - reads standard input.",
    ),
]
After = Annotated[
    str | None,
    typer.Option(
        "--after",
        metavar="CODE",
        parser=case_code,
        help="An earlier case of the same person. If your agency answers for it, what is known of"
        " the person there is known here too; otherwise whoever does is asked, as `onward link`"
        " asks.",
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Open a case for each row of a CSV, XLSX, ODS or JSON; none is opened twice.",
    ),
]
Renamed = Annotated[
    list[str],
    typer.Option(
        "--column",
        metavar="COLUMN=NAME",
        help="With --from: what a column of the file means. May be repeated.",
    ),
]
Ignored = Annotated[
    list[str],
    typer.Option(
        "--ignore",
        metavar="COLUMN,...",
        help="With --from: ignore columns of the file. May be repeated.",
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="With --from: only say what would happen; nothing is kept.")
]


@app.command("open")
def open_cases(
    pathway: Pathway = "",
    country: Country = "",
    role: Roles = [],  # noqa: B006 - typer reads it, nobody writes it
    version: Version = None,
    identity: Identity = None,
    after: After = None,
    at: OccurredAt = None,
    source: From = None,
    column: Renamed = [],  # noqa: B006
    ignore: Ignored = [],  # noqa: B006
    check: Check = False,
    agency: OpeningAgency = "",
    person: Person = "",
    because: Entered = None,
) -> None:
    """Open a case, or one for each row of a file; your agency is responsible for it until another
    one takes over.
    """
    if source is not None:
        _require_none(role=role, version=version, identity=identity, after=after, at=at)
        wanted = IntakeOptions(
            pathway=pathway,
            country=country,
            agency=agency.strip(),
            person=person.strip(),
            because=because,
            renamed=dict(_pair(each, "--column", "COLUMN=NAME") for each in column),
            ignored=[name.strip() for each in ignore for name in each.split(",")],
            only_look=check,
        )
        with _installation(agency, person, because) as (onward, who):
            rejected = take_in_file(onward, who, source, wanted)
        raise typer.Exit(1 if rejected else 0)
    _require_none(column=column, ignore=ignore, check=check)
    for option, given in (("PATHWAY", pathway), ("--country", country), ("--as", agency)):
        if not given:
            raise typer.BadParameter(say("typed.lacking", which=option))
    with acting(agency, person, because) as (onward, who):
        moved = open_case(
            onward,
            pathway,
            country.strip().upper(),
            who,
            roles=dict(_chosen(each) for each in role),
            identity=read_answers(identity),
            version=version,
            occurred_at=at,
            after=after or "",
        )
        show_turn(onward, moved, who)


@contextmanager
def _installation(
    agency: str, person: str, because: Because | None
) -> Iterator[tuple[Onward, Principal]]:
    """A context with the installation and who acts: the agency if one is given; otherwise the
    operator, since each row of the file names its agency.
    """
    if agency:
        with acting(agency, person, because) as found:
            yield found
    else:
        with operating() as found:
            yield found


def _require_none(**given: object) -> None:
    """Refuse options that belong to the other way of opening."""
    for name, value in given.items():
        if value:
            raise typer.BadParameter(say("typed.not_with", option=f"--{name}"))


def _chosen(text: str) -> tuple[str, str]:
    role, agency = _pair(text, "--role", "ROLE=AGENCY")
    return role, agency.upper()


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    before, sign, after = (each.strip() for each in text.partition("="))
    if not sign:
        raise CodedError(message("typed.reads", option=option, form=form, text=text))
    return before, after

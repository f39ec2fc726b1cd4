"""Cases of people who belong together: link, unlink, and look at what is linked."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import links, merging
from casework.codes import as_typed
from engine.turns.links import WORDS
from onward.installation import Agency, AsJson, CaseCode, Person, actor, installation
from onward.printing import show_list, show_turn

app = typer.Typer()

Other = Annotated[
    str, typer.Argument(metavar="OTHER", parser=as_typed, help="Another case, by its code.")
]
Word = Annotated[
    str, typer.Option("--is", metavar="WORD", help=f"Who the other person is: {', '.join(WORDS)}.")
]


@app.command()
def link(code: CaseCode, other: Other, word: Word, agency: Agency, person: Person = "") -> None:
    """Say that the person of OTHER is a sibling, a parent, a witness ... of this one's."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, links.link(onward, code, other, word, who), who.agency)


@app.command()
def unlink(code: CaseCode, other: Other, agency: Agency, person: Person = "") -> None:
    """Say that two cases have nothing to do with each other."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, links.unlink(onward, code, other, who), who.agency)


@app.command()
def merge(
    code: CaseCode,
    into: Annotated[
        str, typer.Argument(metavar="INTO", parser=as_typed, help="The case that stays.")
    ],
    agency: Agency,
    person: Person = "",
) -> None:
    """Close a case that is a duplicate of another; neither record is lost."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, merging.merge(onward, code, into, who), who.agency)


@app.command()
def unmerge(
    code: CaseCode,
    into: Annotated[
        str, typer.Argument(metavar="INTO", parser=as_typed, help="The case it was merged into.")
    ],
    agency: Agency,
    person: Person = "",
) -> None:
    """Open a merged case again: it is no duplicate after all."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, merging.unmerge(onward, code, into, who), who.agency)


@app.command("links")
def linked_cases(
    code: CaseCode, agency: Agency, person: Person = "", as_json: AsJson = False
) -> None:
    """List the cases that are linked with one, for an agency that has a part in it."""
    with installation() as onward:
        lines = links.links(onward, code, actor(agency, person))
    columns = {
        "case": [line.code for line in lines],
        "is": [line.word for line in lines],
        "responsible": [line.responsible for line in lines],
        "status": [line.status for line in lines],
    }
    show_list(lines, columns, as_json, f"{code} is linked with no case")

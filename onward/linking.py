"""Cases of people who belong together: link, unlink, and look at what is linked."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import links, merging
from casework.context import Actor, Onward
from casework.turn import Moved
from engine.turns.links import WORDS
from onward.installation import Agency, AsJson, CaseCode, Person, case_code
from onward.printing import show_list
from onward.turns import acting, turn

app = typer.Typer()

Other = Annotated[
    str, typer.Argument(metavar="OTHER", parser=case_code, help="Another case, by its code.")
]
Word = Annotated[
    str, typer.Option("--is", metavar="WORD", help=f"Who the other person is: {', '.join(WORDS)}.")
]


@turn(app)
def link(onward: Onward, who: Actor, code: CaseCode, other: Other, word: Word) -> Moved:
    """Say that the person of OTHER is a sibling, a parent, a witness ... of this one's."""
    return links.link(onward, code, other, word, who)


@turn(app)
def unlink(onward: Onward, who: Actor, code: CaseCode, other: Other) -> Moved:
    """Say that two cases have nothing to do with each other."""
    return links.unlink(onward, code, other, who)


@turn(app)
def merge(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    into: Annotated[
        str, typer.Argument(metavar="INTO", parser=case_code, help="The case that stays.")
    ],
) -> Moved:
    """Close a case that is a duplicate of another; neither record is lost."""
    return merging.merge(onward, code, into, who)


@turn(app)
def unmerge(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    into: Annotated[
        str, typer.Argument(metavar="INTO", parser=case_code, help="The case it was merged into.")
    ],
) -> Moved:
    """Open a merged case again: it is no duplicate after all."""
    return merging.unmerge(onward, code, into, who)


@app.command("links")
def linked_cases(
    code: CaseCode, agency: Agency, person: Person = "", as_json: AsJson = False
) -> None:
    """List the cases that are linked with one, for an agency that has a part in it."""
    with acting(agency, person) as (onward, who):
        lines = links.links(onward, code, who)
    columns = {
        "case": [line.code for line in lines],
        "is": [line.word for line in lines],
        "responsible": [line.responsible for line in lines],
        "status": [line.status for line in lines],
    }
    show_list(lines, columns, as_json, f"{code} is linked with no case")

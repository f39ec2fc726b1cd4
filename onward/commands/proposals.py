"""`onward proposals`: the links and merges that await an agency's answer."""

from __future__ import annotations

import typer

from casework import links_shown
from onward.installation import acting
from onward.options import Agency, AsJson, Entered, Person
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()


@app.command()
def proposals(
    agency: Agency,
    person: Person = "",
    because: Entered = None,
    as_json: AsJson = False,
) -> None:
    """List the links and merges that other agencies have proposed and that await your agency's
    answer.
    """
    with acting(agency, person, because) as (onward, who):
        lines = links_shown.proposals(onward, who)
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "other": [line.case for line in lines],
        "is": [say(f"related.{line.word}") for line in lines],
        "from": [line.agency for line in lines],
        "brings": [", ".join(line.brings) for line in lines],
        "answer_by": [moments.show(line.answer_by, who.agency) for line in lines],
    }
    show_list(lines, columns, as_json, say("told.no_proposals"))

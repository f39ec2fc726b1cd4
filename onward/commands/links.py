"""`onward links`: the cases linked with a case, and the links proposed."""

from __future__ import annotations

import typer

from casework import links_shown
from onward.installation import acting
from onward.options import Agency, AsJson, CaseCode, Entered, Person
from onward.printing import show_list
from onward.spoken import say

app = typer.Typer()


@app.command("links")
def linked_cases(
    code: CaseCode,
    agency: Agency,
    person: Person = "",
    because: Entered = None,
    as_json: AsJson = False,
) -> None:
    """List the cases linked with a case, as far as your agency may know of both, and the links
    proposed.

    Proposed links are listed for the responsible agency only.
    """
    with acting(agency, person, because) as (onward, who):
        lines = links_shown.links(onward, code, who)
    columns = {
        "case": [line.code for line in lines],
        "is": [say(f"related.{line.word}") for line in lines],
        "responsible": [line.responsible for line in lines],
        "status": [_status(line) for line in lines],
    }
    show_list(lines, columns, as_json, say("told.not_linked", case=code))


def _status(line: links_shown.LinkLine) -> str:
    if line.proposal:
        return say(f"status.proposed.{line.proposal}")
    return say(f"status.case.{line.status}") if line.status else ""

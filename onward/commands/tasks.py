"""`onward tasks`: what an agency has to do."""

from __future__ import annotations

import typer

from casework import worklists
from onward.installation import acting
from onward.options import AsJson, Entered, InLanguage, Limit, Worklist
from onward.printing import Moments, show_worklist, status_words
from onward.spoken import language, say

app = typer.Typer()


@app.command()
def tasks(
    agency: Worklist,
    because: Entered = None,
    limit: Limit = 50,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """List what an agency has to do, the newest first, with times in its own zone.

    Tasks that the agency may take although another agency owes them are listed as well.
    """
    with acting(agency, because=because) as (onward, who):
        lines = worklists.tasks(onward, who, language=language(), limit=limit)
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "task": [line.task for line in lines],
        "what": [line.label for line in lines],
        "kind": [say(f"why.task.{line.kind}") for line in lines],
        "status": [
            status_words(
                say(f"status.task.{line.status}"),
                line.overdue,
                line.claimed_by,
                line.owed_instead_of(who.agency),
            )
            for line in lines
        ],
        "due": [moments.show(line.due_at, who.agency) for line in lines],
    }
    if any(line.contact for line in lines):
        columns["contact"] = [
            say(f"told.reach_{each.contact}") if each.contact else "" for each in lines
        ]
    show_worklist(lines, columns, as_json, say("told.nothing_to_do", agency=who.agency))

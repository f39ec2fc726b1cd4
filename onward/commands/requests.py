"""`onward requests`: the requests that await an agency's answer, or that it has sent."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import request_lists
from onward.installation import acting
from onward.options import AsJson, Entered, InLanguage, Limit, Worklist
from onward.printing import Moments, show_worklist, status_words
from onward.spoken import language, say

app = typer.Typer()


@app.command()
def requests(
    agency: Worklist,
    because: Entered = None,
    sent: Annotated[
        bool, typer.Option("--sent", help="List the requests it has sent that are not over yet.")
    ] = False,
    limit: Limit = 50,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """List the requests that await an agency's answer, the newest first.

    Notifications that the agency has not seen yet are listed as well.
    """
    with acting(agency, because=because) as (onward, who):
        found = request_lists.sent_requests if sent else request_lists.requests
        lines = found(onward, who, language=language(), limit=limit)
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "request": [line.hand_over for line in lines],
        "what": [line.label for line in lines],
        "from": [line.sender for line in lines],
        "to": [line.receiver for line in lines],
        "status": [
            status_words(say(f"status.hand_over.{line.status}"), line.overdue) for line in lines
        ],
        "answer_by": [moments.show(line.answer_by, line.receiver) for line in lines],
    }
    empty = say("told.no_request_waits", agency=who.agency)
    if sent:
        empty = say("told.no_request_open", agency=who.agency)
    show_worklist(lines, columns, as_json, empty)

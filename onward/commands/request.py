"""`onward request`: one request, as one of its two agencies may see it now."""

from __future__ import annotations

import typer

from casework import queries
from casework.request_view import request as see_request
from onward.installation import acting
from onward.options import Agency, AsJson, CaseCode, Entered, InLanguage, Person, RequestId
from onward.printing import Moments, show_json, show_known, show_lines
from onward.spoken import language, say

app = typer.Typer()


@app.command()
def request(
    code: CaseCode,
    hand_over: RequestId,
    agency: Agency,
    staff: Person = "",
    because: Entered = None,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Show a request as one of its two agencies may see it now."""
    with acting(agency, staff, because) as (onward, who):
        view = see_request(onward, code, hand_over, who)
        words = queries.spoken(onward, code, who, language())
        moments = Moments(onward)
    if as_json:
        show_json(view)
        return
    status = say(f"status.hand_over.{view.status}")
    status = say("told.on_conditions", status=status) if view.conditions else status
    status = say("why.because", status=status, reason=view.reason) if view.reason else status
    kind = say(f"why.kind_of_request.{view.kind}")
    lines = {
        "what": f"{words.label(view.step, view.label)} ({kind})",
        "from": view.sender,
        "to": view.receiver,
        "status": status,
        "answer_by": moments.show(view.answer_by, view.receiver),
    }
    show_lines(lines)
    show_known(view.known, words)

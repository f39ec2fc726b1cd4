"""`onward request`: one request, as one of its two agencies may see it now."""

from __future__ import annotations

import typer

from casework import queries
from casework.request_view import request as see_request
from onward.installation import acting
from onward.options import Agency, AsJson, CaseCode, InLanguage, Person, RequestId
from onward.printing import Moments, show_json, show_known
from onward.spoken import language

app = typer.Typer()


@app.command()
def request(
    code: CaseCode,
    hand_over: RequestId,
    agency: Agency,
    staff: Person = "",
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Show a request to one of its two agencies, with what that may know of it now."""
    with acting(agency, staff) as (onward, who):
        view = see_request(onward, code, hand_over, who)
        words = queries.spoken(onward, code, language())
        moments = Moments(onward)
    if as_json:
        show_json(view)
        return
    status = f"{view.status}, on conditions" if view.conditions else view.status
    lines = {
        "what": f"{words.label(view.step, view.label)} ({view.kind})",
        "from": view.sender,
        "to": view.receiver,
        "status": f"{status}: {view.reason}" if view.reason else status,
        "answer by": moments.show(view.answer_by, view.receiver),
    }
    for name, text in lines.items():
        if text:
            typer.echo(f"{name}: {text}")
    show_known(view.known, words)

"""`onward undelivered`: the notices that no channel accepted."""

from __future__ import annotations

import typer

from casework import queries
from onward.installation import operating
from onward.options import AsJson, Limit
from onward.printing import show_list
from onward.spoken import say, spoken

app = typer.Typer()


@app.command()
def undelivered(limit: Limit = 100, as_json: AsJson = False) -> None:
    """List notices that no channel accepted, each with the agency that must deal with it."""
    with operating() as (onward, by):
        lines = queries.undeliverable(onward, by, limit=limit)
    columns = {
        "notice": [line.reference for line in lines],
        "to": [line.agency for line in lines],
        "kind": [line.kind for line in lines],
        "what": [line.label for line in lines],
        "attempts": [str(line.attempts) for line in lines],
        "why": [spoken(line.said) for line in lines],
        "owner": [line.owner for line in lines],
    }
    show_list(lines, columns, as_json, say("told.all_delivered"))

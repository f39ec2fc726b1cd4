"""`onward undelivered`: the notices that no channel accepted."""

from __future__ import annotations

from collections import Counter

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
        found = queries.undeliverable(onward, by, limit=None)
    reasons = Counter(line.why for line in found)
    # Those with the same reason stand together, since one remedy mends them all.
    lines = sorted(found, key=lambda line: (-reasons[line.why], line.why))[:limit]
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
    if not as_json:
        for said, count in Counter(spoken(line.said) for line in found).most_common():
            typer.echo(say("told.undelivered", count=count, why=said))
        if len(lines) < len(found):
            typer.echo(say("told.undelivered_more", shown=len(lines), count=len(found)))

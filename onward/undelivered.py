"""Notices that no channel took, and how one is sent again."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import queries
from onward.installation import AsJson, installation
from onward.printing import show_list

app = typer.Typer()

Limit = Annotated[int, typer.Option("--limit", min=1, help="How many at most.")]


@app.command()
def undelivered(limit: Limit = 100, as_json: AsJson = False) -> None:
    """List notices that no channel took, each with the agency that must see to it."""
    with installation() as onward:
        lines = queries.undeliverable(onward, limit=limit)
    columns = {
        "notice": [line.reference for line in lines],
        "to": [line.agency for line in lines],
        "kind": [line.kind for line in lines],
        "what": [line.label for line in lines],
        "attempts": [str(line.attempts) for line in lines],
        "owner": [line.owner for line in lines],
    }
    show_list(lines, columns, as_json, "every notice was delivered or is under way")

"""`onward exports`: the record of exports."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from casework import export_log
from onward.installation import operating
from onward.options import AsJson
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()


@app.command()
def exports(as_json: AsJson = False) -> None:
    """List the exports that were made: by whom, when, of what, and how much."""
    with operating() as (onward, by):
        lines = export_log.exports(onward, by)
        moments = Moments(onward)
    columns: dict[str, Sequence[str]] = {
        "export": [str(line.number) for line in lines],
        "made": [moments.show(line.made_at, line.agency) for line in lines],
        "by": [f"{line.agency} {line.person}".strip() for line in lines],
        "codes": [line.codes for line in lines],
        "pathways": [", ".join(line.pathways) or say("done.all_pathways") for line in lines],
        "opened": [_period(line) for line in lines],
        "at_least": [str(line.at_least) for line in lines],
        "lines": [say("done.lines_of", lines=line.lines, cases=line.cases) for line in lines],
    }
    show_list(lines, columns, as_json, say("told.nothing_exported"))


def _period(line: export_log.ExportLine) -> str:
    since = f"{line.since:%Y-%m}" if line.since else ""
    until = f"{line.until:%Y-%m}" if line.until else ""
    if since and until:
        return say("done.months", since=since, until=until)
    if since:
        return say("done.months_since", since=since)
    return say("done.months_until", until=until) if until else say("done.any_time")

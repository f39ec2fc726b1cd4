"""`onward looks`: who looked at cases, how often, and how often at cases that were not theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import looks as counted
from onward.installation import operating
from onward.options import AsJson
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()


@app.command()
def looks(
    outside: Annotated[
        bool,
        typer.Option("--outside", help="Only hours with looks at cases outside the caseload."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List how often each person looked at cases, hour by hour, and how often at cases that were
    not theirs.
    """
    with operating() as (onward, by):
        found = counted.looks(onward, by, outside=outside)
        moments = Moments(onward)
    columns = {
        "hour": [moments.show(each.hour) for each in found],
        "agency": [each.agency for each in found],
        "by": [each.person for each in found],
        "looks": [str(each.looks) for each in found],
        "outside": [str(each.outside) for each in found],
        "refused": [str(each.refused) for each in found],
    }
    show_list(found, columns, as_json, say("told.nobody_looked"))

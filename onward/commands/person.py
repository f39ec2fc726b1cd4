"""`onward person`: what is known about the person, for the agency that needs it now."""

from __future__ import annotations

import typer

from casework import queries
from onward.installation import acting
from onward.options import Agency, AsJson, CaseCode, Entered, InLanguage, Person
from onward.printing import show_json, show_known
from onward.spoken import language, say

app = typer.Typer()


@app.command()
def person(
    code: CaseCode,
    agency: Agency,
    staff: Person = "",
    because: Entered = None,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known about the person, to the agency that needs it now."""
    with acting(agency, staff, because) as (onward, who):
        known = queries.protected_values(onward, code, who)
        words = queries.spoken(onward, code, who, language())
    if as_json:
        show_json(known)
    elif known:
        show_known(known, words)
    else:
        typer.echo(say("told.nothing_known", agency=who.agency))

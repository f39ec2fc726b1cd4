"""`onward verify`: proves that the records of cases are unchanged."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import export_log, verifying
from engine.plural import counted
from onward.installation import installation
from onward.options import AsJson, case_code
from onward.printing import show_json

app = typer.Typer()


@app.command()
def verify(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", parser=case_code, help="All cases otherwise.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the records of a case, or of all, are what was recorded."""
    with installation() as onward:
        found = [verifying.verify(onward, code)] if code else [*verifying.verify_all(onward)]
        changed = [] if code else export_log.faults(onward)
    bad = [each for each in found if each.faults]
    if as_json:
        show_json(found)
    else:
        for each in bad:
            for fault in each.faults:
                typer.echo(f"{each.code}: {fault}")
        entries = counted(sum(each.entries for each in found), "entry", "entries")
        typer.echo(f"{counted(len(found), 'case')}, {entries}: {len(bad)} with faults")
    for fault in changed:
        typer.echo(fault, err=True)
    if bad or changed:
        raise typer.Exit(1)

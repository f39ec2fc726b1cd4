"""`onward verify`: proves that the records of cases are unchanged."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import certificates, export_log, operators, verifying
from casework.context import Onward
from casework.principal import Principal
from engine.message import Message
from engine.plural import counted
from onward.installation import operating
from onward.options import AsJson, case_code
from onward.printing import show_json
from onward.spoken import spoken

app = typer.Typer()


@app.command()
def verify(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", parser=case_code, help="All cases otherwise.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the records of a case, or of all, are what was recorded."""
    with operating() as (onward, by):
        found = (
            [verifying.verify(onward, code, by)] if code else [*verifying.verify_all(onward, by)]
        )
        changed = [] if code else _changed(onward, by)
    bad = [each for each in found if each.faults]
    if as_json:
        show_json(found)
    else:
        for each in bad:
            for fault in each.faults:
                said = spoken(fault) if isinstance(fault, Message) else fault
                typer.echo(f"{each.code}: {said}")
        entries = counted(sum(each.entries for each in found), "entry", "entries")
        typer.echo(f"{counted(len(found), 'case')}, {entries}: {len(bad)} with faults")
    for fault in changed:
        typer.echo(fault, err=True)
    if bad or changed:
        raise typer.Exit(1)


def _changed(onward: Onward, by: Principal) -> list[str]:
    """Of the records that are no case's."""
    return [
        *export_log.faults(onward, by),
        *operators.faults(onward, by),
        *certificates.faults(onward, by),
    ]

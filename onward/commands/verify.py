"""`onward verify`: proves that the records of a case, or all records and the sealed log, are
unchanged.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework import verifying
from casework.sealing import against as sealed
from casework.sealing.notes import VerifierKey
from engine.message import message
from onward.authoring.pathway_files import read
from onward.installation import operating
from onward.options import AsJson, case_code, verifier_key
from onward.printing import Moments, show_json
from onward.spoken import say, spoken

app = typer.Typer()

Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="CHECKPOINT",
        help="A checkpoint held elsewhere: a file, or a printed line. The log may only have "
        "grown since.",
    ),
]
Keys = Annotated[
    list[VerifierKey],
    typer.Option(
        "--key",
        metavar="KEY",
        parser=verifier_key,
        help="The key of a witness who must have signed it, or an earlier key of ours. May "
        "be repeated.",
    ),
]


@app.command()
def verify(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", parser=case_code, help="The case. Default: all cases."),
    ] = None,
    against: Against = None,
    keys: Keys = [],  # noqa: B006 - typer reads it, nobody writes it
    as_json: AsJson = False,
) -> None:
    """Prove that the records of a case, or of all cases, are what was recorded."""
    if code and against:
        raise typer.BadParameter(say("call.checkpoint_of_all"))
    held = _held(against) if against else None
    if keys and not (held and held.note):
        raise typer.BadParameter(say("call.keys_without_a_note"))
    with operating() as (onward, by):
        found = (
            [verifying.verify(onward, code, by)] if code else [*verifying.verify_all(onward, by)]
        )
        log = None if code else sealed.verify_log(onward, by, held, keys)
        beside = [] if code else verifying.verify_installation(onward, by)
        changed = [*map(spoken, (*beside, *log.faults))] if log else []
        moments = Moments(onward)
    bad = [each for each in found if each.faults]
    if as_json:
        show_json(found)
    else:
        for each in bad:
            for fault in each.faults:
                typer.echo(say("told.line", name=each.code, value=fault))
        entries = message("amount.log_entries", n=sum(each.entries for each in found))
        typer.echo(say("done.verified", n=len(found), entries=entries, bad=len(bad)))
        if log and log.sealed_at:
            lost = message("done.lost", number=log.lost) if log.lost else ""
            at = moments.show(log.sealed_at)
            typer.echo(say("done.log_sealed", n=log.size, lost=lost, at=at))
    for line in changed:
        typer.echo(line, err=True)
    if bad or changed:
        raise typer.Exit(1)


def _held(against: str) -> sealed.HeldCheckpoint:
    """A checkpoint held elsewhere, read from a file or as it was typed."""
    file = Path(against)
    is_line = " " in against.strip()  # typed: origin, size and root
    return sealed.read_held(against if is_line else read(file))

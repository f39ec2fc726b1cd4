"""`onward erase`: destroys the key of a person or of an ended case, for good. A certificate
stays.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from casework import certificates, erasing
from casework.certificates import ErasureGround
from casework.erasing import KeyOf
from engine.message import message
from onward.forgetting import forget_runs
from onward.installation import operating
from onward.options import AsJson, CaseCode
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()
erase = typer.Typer(
    help="Destroy the key of a person or of an ended case, for good; list the certificates."
)
app.add_typer(erase, name="erase")

Why = Annotated[
    ErasureGround,
    typer.Option(
        "--ground",
        metavar="GROUND",
        help="Why: the person's request, the end of retention, an order, or a mistake.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")]


@erase.command("person")
def erase_the_person(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy what is known about a case's person; all their cases must have ended."""
    _destroy(code, {KeyOf.PERSON}, ground, yes)


@erase.command("case")
def erase_the_case(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy the key of an ended case; its log stays provable and can never be read again."""
    _destroy(code, {KeyOf.CASE}, ground, yes)


@erase.command("both")
def erase_both(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy the key of an ended case, together with what is known about its person."""
    _destroy(code, {KeyOf.CASE, KeyOf.PERSON}, ground, yes)


@erase.command("list")
def list_certificates(as_json: AsJson = False) -> None:
    """List the certificates of erasure: whose key was destroyed, when, by whom and why."""
    with operating() as (onward, by):
        found = certificates.certificates(onward, by)
        moments = Moments(onward)
    columns = {
        "entry": [str(each.number) for each in found],
        "at": [moments.show(each.made_at) for each in found],
        "operator": [each.operator for each in found],
        "key_of": [each.owner for each in found],
        "case": [", ".join(each.cases) for each in found],
        "why": [each.ground for each in found],
    }
    show_list(found, columns, as_json, say("told.nothing_erased"))


def _destroy(code: str, keys: Collection[KeyOf], ground: ErasureGround, yes: bool) -> None:
    with operating() as (onward, by):
        found = erasing.preview(onward, code, keys, ground, by)
        if not found.is_held:
            _show(found)
        # Refused if on hold, but the request is recorded.
        if found.owners and not (yes or found.is_held):
            typer.confirm(say("done.gone_for_good"), abort=True, err=True)
        made = erasing.erase(onward, code, keys, ground, by)
    for each in made:
        typer.echo(say("done.erased", owner=each.owner, number=each.number))
    if made:
        typer.echo(say("done.backups_keep", n=len(made)))
    if KeyOf.CASE in keys:
        forget_runs([code])


def _show(found: erasing.Preview) -> None:
    if not found.owners:
        typer.echo(say("done.erased_before"))
        return
    goes = say(
        "done.goes",
        entries=message("amount.entries", n=found.entries),
        answers=message("amount.answers", n=found.answers),
        notices=message("amount.notices_not_left", n=found.notices),
        cases=tuple(found.cases),
    )
    typer.echo(goes)
    typer.echo(say("done.remains"))
    if found.exports:
        typer.echo(say("done.exported_since", n=found.exports))

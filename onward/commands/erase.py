"""`onward erase`: destroys the key of a person or of an ended case, for good; a certificate stays."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from casework import certificates
from casework.certificates import Ground
from casework.erasing import KeyOf
from casework.erasing import erase as destroy
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
    Ground,
    typer.Option(
        "--ground",
        metavar="GROUND",
        help="Why: the person's request, the end of retention, an order, or a mistake.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")]


@erase.command("person")
def erase_the_person(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy what is known of the person whose case it is; all their cases must have ended."""
    _confirm(f"What is known of the person of {code} will be gone for good. Go on?", yes)
    _destroy(code, {KeyOf.PERSON}, ground)


@erase.command("case")
def erase_the_case(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy the key of an ended case; its log stays provable and can never be read again."""
    _confirm(f"The log of {code} can never be read again. Go on?", yes)
    _destroy(code, {KeyOf.CASE}, ground)


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


def _destroy(code: str, keys: Collection[KeyOf], ground: Ground) -> None:
    with operating() as (onward, by):
        made = destroy(onward, code, keys, ground, by)
    for each in made:
        typer.echo(f"erased: the key of {each.owner}, certificate {each.number}")
    typer.echo("Backups keep it until they are destroyed too" if made else "it was erased before")


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True, err=True)

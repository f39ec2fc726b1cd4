"""`onward erase`: destroys the key of a person or of an ended case, for good."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.erasing import erase_case, erase_person, person_of
from onward.installation import operating
from onward.options import CaseCode

app = typer.Typer()
erase = typer.Typer(help="Destroy the key of a person or of an ended case, for good.")
app.add_typer(erase, name="erase")


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")]


@erase.command("person")
def erase_the_person(code: CaseCode, yes: Yes = False) -> None:
    """Destroy what is known of the person whose case it is; all their cases must have ended."""
    _confirm(f"What is known of the person of {code} will be gone for good. Go on?", yes)
    with operating() as (onward, by):
        erase_person(onward, person_of(onward, code, by), by)
    typer.echo(f"erased: the person of {code}. Backups keep it until they are destroyed too")


@erase.command("case")
def erase_the_case(code: CaseCode, yes: Yes = False) -> None:
    """Destroy the key of an ended case; its log stays provable and can never be read again."""
    _confirm(f"The log of {code} can never be read again. Go on?", yes)
    with operating() as (onward, by):
        erase_case(onward, code, by)
    typer.echo(f"erased: {code}. Backups keep it until they are destroyed too")


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True, err=True)

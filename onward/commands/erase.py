"""`onward erase`: destroys the key of a person or of an ended case, for good; a certificate stays."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from casework import certificates, erasing
from casework.certificates import Ground
from casework.erasing import KeyOf
from casework.settings import Settings
from engine.plural import counted
from onward.installation import operating
from onward.options import AsJson, CaseCode
from onward.printing import Moments, show_list
from onward.spoken import say
from onward.stack.prefect_api import known_api

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
    _destroy(code, {KeyOf.PERSON}, ground, yes)


@erase.command("case")
def erase_the_case(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy the key of an ended case; its log stays provable and can never be read again."""
    _destroy(code, {KeyOf.CASE}, ground, yes)


@erase.command("both")
def erase_both(code: CaseCode, ground: Why, yes: Yes = False) -> None:
    """Destroy the key of an ended case and what is known of its person, together."""
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


def _destroy(code: str, keys: Collection[KeyOf], ground: Ground, yes: bool) -> None:
    with operating() as (onward, by):
        _show(erasing.preview(onward, code, keys, by))
        if not yes:
            typer.confirm("It will be gone for good. Go on?", abort=True, err=True)
        made = erasing.erase(onward, code, keys, ground, by)
    for each in made:
        typer.echo(f"erased: the key of {each.owner}, certificate {each.number}")
    if made:
        typer.echo("Backups keep it until they are destroyed too")
    if KeyOf.CASE in keys:
        _forget(code)


def _show(found: erasing.Preview) -> None:
    if not found.owners:
        typer.echo("it was erased before")
        return
    goes = (
        counted(found.entries, "log entry", "log entries"),
        counted(found.answers, "answer about the person", "answers about the person"),
        counted(found.notices, "notice that has not left", "notices that have not left"),
    )
    typer.echo(f"goes: {', '.join(goes)}, of {', '.join(found.cases)}")
    typer.echo(
        "stays: codes, pathway, end, agencies, dates and kinds of entries, which prove the log"
    )
    if found.exports:
        exports = counted(found.exports, "export")
        typer.echo(f"elsewhere: {exports} made since it was opened; see onward exports")


def _forget(code: str) -> None:
    """What Prefect shows of the case."""
    api = known_api(Settings.read().home)
    if api is None:
        typer.echo(
            "Prefect is not known here: erase it again where it is, to delete its runs there"
        )
        return
    import httpx  # a tenth of a second

    from onward.stack.forgetting import forget

    try:
        runs = forget(api, code)
    except httpx.HTTPError as error:
        typer.echo(
            f"Prefect's runs of {code} are still there ({type(error).__name__}): erase it again"
            " once Prefect answers",
            err=True,
        )
        raise typer.Exit(1) from None
    typer.echo(f"Prefect: {counted(runs, 'run')} deleted")

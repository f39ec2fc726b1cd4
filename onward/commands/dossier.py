"""`onward dossier`: writes a page with what is held about a person, to be given to them or to
somebody who acts for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from casework.dossier import DossierOrder
from casework.dossier import dossier as write_dossier
from engine.errors import CodedError
from engine.message import message
from onward.installation import acting
from onward.options import Agency, CaseCode, Entered, Person, language_code
from onward.saving import save_of_cases
from onward.spoken import language, say
from wording.catalogues import LANGUAGES

app = typer.Typer()


@app.command()
def dossier(
    code: CaseCode,
    agency: Agency,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write the page; it must be new.")
    ],
    staff: Person = "",
    because: Entered = None,
    to: Annotated[
        Literal["person", "guardian", "representative"],
        typer.Option("--to", help="Who receives it; never a child."),
    ] = "person",
    reason: Annotated[
        Literal["asked", "ending", "moving", "other"],
        typer.Option(
            "--reason",
            help="Why: somebody asked, the case ends, the person moves on, or another reason.",
        ),
    ] = "asked",
    read_in: Annotated[
        str | None,
        typer.Option(
            "--in",
            metavar="LANGUAGE",
            parser=language_code,
            help="The reader's language, such as fr. Default: the one in which the person was "
            "last asked.",
        ),
    ] = None,
    unnamed: Annotated[
        bool,
        typer.Option(
            "--unnamed", help="Name no agency: say only what kind it is, and in which country."
        ),
    ] = False,
) -> None:
    """Write a page on what is held about a person, for them or somebody who acts for them, and
    record that it was given.
    """
    with acting(agency, staff, because) as (onward, who):
        _require_new(out)
        order = DossierOrder(to=to, reason=reason, languages=(read_in or "", language()))
        found = write_dossier(onward, code, order, who)
    from onward.dossier.page import page_of  # loaded only once the page may be made

    spoken = next((each for each in (found.wanted, language()) if each in LANGUAGES), LANGUAGES[0])
    save_of_cases(out, page_of(found, spoken, unnamed=unnamed))
    typer.echo(say("told.dossier", file=str(out), language=spoken))
    typer.echo(say("told.dossier_safe"))


def _require_new(file: Path) -> None:
    """Raises EngineError for a file that exists already (perhaps a page about another person), or
    whose folder does not exist. This is checked before anything is recorded.
    """
    if file.exists():
        raise CodedError(message("file.there_already", file=str(file)))
    if not file.parent.is_dir():
        why = message("file.no_folder", folder=str(file.parent))
        raise CodedError(message("file.unwritten", file=str(file), why=why))

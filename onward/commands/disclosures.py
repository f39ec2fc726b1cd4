"""`onward disclosures`: what was disclosed from a case, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from casework import disclosures as told
from casework import queries
from casework.context import Onward
from casework.principal import Principal
from engine.grounds import ShownGround, said_of
from engine.translation import Translation
from onward.installation import acting, operating
from onward.options import AsJson, CaseCode, Entered, InLanguage
from onward.printing import Moments, show_list
from onward.spoken import language, say, spoken

app = typer.Typer()


@app.command()
def disclosures(
    code: CaseCode,
    agency: Annotated[
        str | None,
        typer.Option(
            "--as",
            envvar="ONWARD_AGENCY",
            metavar="AGENCY",
            help="The agency that is responsible for it.",
        ),
    ] = None,
    because: Entered = None,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """List what was disclosed from a case: to whom, when, how and on which ground."""
    if agency:
        with acting(agency, because=because) as (onward, who):
            _of_case(onward, code, who, as_json)
    else:
        with operating() as (onward, by):
            _of_case(onward, code, by, as_json)


def _of_case(onward: Onward, code: str, by: Principal, as_json: bool) -> None:
    found, moments = told.disclosures(onward, code, by), Moments(onward)
    words = queries.spoken(onward, code, by, language())
    columns: dict[str, Sequence[str]] = {
        "at": [moments.show(each.at, each.to) for each in found],
        "to": [f"{each.to} {each.person}".strip() for each in found],
        "from": [", ".join(each.of) for each in found],
        "what": [", ".join(each.fields) or say("disclosed.case") for each in found],
        "way": [say(f"way.{each.way}") for each in found],
        "ground": [grounds_of(each.by, words) for each in found],
        "border": [" > ".join(each.crosses) if each.crosses else "" for each in found],
    }
    show_list(found, columns, as_json, say("told.nothing_disclosed"))


def grounds_of(grounds: Iterable[ShownGround], words: Translation | None = None) -> str:
    """The grounds of a disclosure, one per line, or a line that says that none were kept."""
    return "\n".join(spoken(said_of(each), words) for each in grounds) or say("ground.not_kept")

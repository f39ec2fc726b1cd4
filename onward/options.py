"""Arguments and options shared by several commands, and how they are parsed. The parsers raise
`typer.BadParameter` for a text that they do not accept.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.case_codes import as_typed, is_code
from casework.principal import Because
from engine.phrases.moments import NoMoment, read_day, read_moment
from onward.spoken import read_in, say, told

if TYPE_CHECKING:
    from casework.sealing.notes import VerifierKey

_LANGUAGE = re.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
LONGEST_STAFF_CODE = 80
"""The longest staff code that the store holds, in characters."""


def moment(text: str) -> datetime:
    """A moment with its zone, as typed in a command."""
    try:
        at = read_moment(text)
    except NoMoment as error:
        wrong = say("moment.none_with_zone", remedy=error.remedy)
        raise typer.BadParameter(wrong) from None
    if at.tzinfo is None:
        raise typer.BadParameter(say("moment.without_zone"))
    return at


def staff_code(text: str) -> str:
    """A staff code short enough to be stored."""
    code = text.strip()
    if len(code) > LONGEST_STAFF_CODE:
        too_long = say("typed.staff_code", most=LONGEST_STAFF_CODE, number=len(code))
        raise typer.BadParameter(too_long)
    return code


def case_code(text: str) -> str:
    """The case code that somebody typed, in its usual form."""
    code = as_typed(text)
    if not is_code(code):
        raise typer.BadParameter(say("typed.case_code"))
    return code


def day(text: str) -> date:
    """A day, as typed in a command."""
    try:
        return read_day(text)
    except ValueError:
        raise typer.BadParameter(say("call.day")) from None


def first_day(text: str) -> date:
    """The first day of a month that is typed as `2026-01`."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter(say("call.month"))
    return date.fromisoformat(f"{text}-01")


def last_day(text: str) -> date:
    """The last day of a month that is typed as `2026-01`."""
    first = first_day(text)
    return first.replace(day=monthrange(first.year, first.month)[1])


def verifier_key(text: str) -> VerifierKey:
    """The public key of a log or a witness, as `onward checkpoint --keys` prints it."""
    from casework.sealing.notes import NoteError, read_key  # few commands take a key

    try:
        return read_key(text)
    except NoteError as error:
        raise typer.BadParameter(told(error)) from None


def _read_in(text: str) -> str:
    """Set the reader's language, which also applies to refusals."""
    code = language_code(text)
    read_in(code)
    return code


def language_code(text: str) -> str:
    """A text that has the form of a language code, such as `fr` or `pt-BR`. Any other text is
    refused, since it could end up in the log.
    """
    code = text.strip()
    if not _LANGUAGE.fullmatch(code):
        raise typer.BadParameter(say("typed.language"))
    return code


CaseCode = Annotated[
    str, typer.Argument(metavar="CODE", parser=case_code, help="The case, such as 7K2F-9QXM.")
]
TaskId = Annotated[
    str, typer.Argument(metavar="TASK", help="The task, as `onward tasks` shows it.")
]
RequestId = Annotated[
    str, typer.Argument(metavar="REQUEST", help="The request, as `onward requests` shows it.")
]
Agency = Annotated[
    str,
    typer.Option("--as", envvar="ONWARD_AGENCY", metavar="AGENCY", help="The agency that acts."),
]
Worklist = Annotated[
    str,
    typer.Option(
        "--agency",
        "--as",
        envvar="ONWARD_AGENCY",
        metavar="AGENCY",
        help="The agency whose list it is.",
    ),
]
Person = Annotated[
    str,
    typer.Option(
        "--person",
        envvar="ONWARD_PERSON",
        metavar="CODE",
        parser=staff_code,
        help="Your staff code, never a name.",
    ),
]
Entered = Annotated[
    Because | None,
    typer.Option(
        "--because",
        envvar="ONWARD_BECAUSE",
        metavar="WHY",
        help="Why the agency does not enter it itself: telephone, paper or outage.",
    ),
]
Training = Annotated[
    bool,
    typer.Option(
        "--training",
        envvar="ONWARD_TRAINING",
        help="Set the installation up for training, for good: nobody in it is real.",
    ),
]
InLanguage = Annotated[
    str | None,
    typer.Option(
        "--language",
        envvar="ONWARD_LANGUAGE",
        metavar="CODE",
        parser=_read_in,
        help="Read it in this language, such as fr. Default: the agency's; English where the "
        "pathway has no translation.",
    ),
]
OccurredAt = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        metavar="MOMENT",
        parser=moment,
        help="When it happened, if that is not now: 2026-01-31T10:00+00:00.",
    ),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="How many at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Paths = Annotated[list[Path], typer.Argument(help="Pathway files, or folders of them.")]
RegistryFile = Annotated[
    Path | None,
    typer.Option("--registry", help="The registry. Default: agencies.yaml beside the pathway."),
]

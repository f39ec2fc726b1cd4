"""This installation, as a command of a few seconds holds it, and who uses the command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from casework.agencies import last_day_of
from casework.bootstrap import connect
from casework.codes import as_typed, is_code
from casework.context import Actor, Onward
from casework.driving import CaseDriving
from casework.settings import Settings
from casework.translations import language_of
from engine.phrases.moments import NoMoment, read_moment
from flows.waking import PrefectWaker
from onward.spoken import read_by_agency, read_in
from onward.stack.prefect_api import PrefectApi, known_api

_LANGUAGE = re.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
LONGEST_STAFF_CODE = 80
"""As many characters as the columns of the store take."""


def moment(text: str) -> datetime:
    """A moment with its zone, as it stands in a command."""
    try:
        at = read_moment(text)
    except NoMoment as error:
        raise typer.BadParameter(f"{error}: {error.remedy}, with its zone (+00:00)") from None
    if at.tzinfo is None:
        raise typer.BadParameter("write a moment with its zone, as 2026-01-31T10:00+00:00")
    return at


def staff_code(text: str) -> str:
    """A staff code that finds room wherever one is kept."""
    code = text.strip()
    if len(code) > LONGEST_STAFF_CODE:
        raise typer.BadParameter(
            f"a staff code has {LONGEST_STAFF_CODE} characters at most, and this has {len(code)}"
        )
    return code


def case_code(text: str) -> str:
    """The code of a case, as people type it."""
    code = as_typed(text)
    if not is_code(code):
        raise typer.BadParameter("write a case code, as 7K2F-9QXM")
    return code


def _read_in(text: str) -> str:
    """The language of who reads it, in which a refusal is told too."""
    code = language_code(text)
    read_in(code)
    return code


def language_code(text: str) -> str:
    """A code of ISO 639, perhaps with a country: what people say in its place is kept in the log."""
    code = text.strip()
    if not _LANGUAGE.fullmatch(code):
        raise typer.BadParameter("write the code of a language, as fr or pt-BR")
    return code


CaseCode = Annotated[
    str, typer.Argument(metavar="CODE", parser=case_code, help="The case, as 7K2F-9QXM.")
]
TaskId = Annotated[str, typer.Argument(metavar="TASK", help="As `onward tasks` shows it.")]
RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="As `onward requests` shows it.")]
Agency = Annotated[
    str,
    typer.Option("--as", envvar="ONWARD_AGENCY", metavar="AGENCY", help="The agency that acts."),
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
InLanguage = Annotated[
    str | None,
    typer.Option(
        "--language",
        envvar="ONWARD_LANGUAGE",
        metavar="CODE",
        parser=_read_in,
        help="Read it in this language, as fr; that of the agency otherwise. English where the"
        " pathway has no other words.",
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


class Afterwards:
    """Wakes the runs of cases once the answer is on the screen: Prefect keeps nobody waiting.

    Where no Prefect answers, nothing is lost: whoever looks after the cases finds them.
    """

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def wake(self, code: str) -> None:
        self._codes[code] = None

    def wake_all(self, onward: Onward, api: PrefectApi | None) -> None:
        """Tell Prefect of the cases that were changed."""
        if api is None:
            return
        waker = PrefectWaker(CaseDriving(onward), api.client)
        for code in self._codes:
            waker.wake(code)


@contextmanager
def installation(*, set_up: bool = False) -> Iterator[Onward]:
    """The installation that the environment names; closed at the end.

    Args:
        set_up: make it if there is none yet. Only what brings the first pathway or the agencies
            does: of an empty place all else is a mistake, and leaves it empty.

    Raises:
        NotSetUp: there is none.
    """
    settings, waker = Settings.read(), Afterwards()
    onward = connect(settings, waker=waker, set_up=set_up)
    try:
        yield onward
        print(
            end="", flush=True
        )  # where nobody reads on, that is heard here; no output at all is none
        waker.wake_all(onward, known_api(settings.home))
    finally:
        onward.close()


@contextmanager
def acting(agency: str, person: str = "") -> Iterator[tuple[Onward, Actor]]:
    """This installation, and who acts in it: from here on, what is told is told in their language.

    Whose last day is over is told so, and may go on: what it did until then may be reported later.

    Raises:
        Refusal: `unknown_agency`.
    """
    who = Actor(agency=agency.strip().upper(), person=person.strip())
    with installation() as onward:
        with onward.store.read() as connection:
            read_by_agency(language_of(connection, who.agency))
        last = last_day_of(onward, who.agency)
        if last is not None:
            typer.echo(f"{who.agency} has left: its last day was {last}", err=True)
        yield onward, who

"""This installation, as a command of a few seconds holds it, and who uses the command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from casework.agencies import last_day_of
from casework.bootstrap import connect
from casework.context import Actor, Onward
from casework.driving import CaseDriving
from casework.languages import language_of
from casework.settings import Settings
from flows.waking import PrefectWaker
from onward.spoken import read_by_agency
from onward.stack.prefect_api import PrefectApi, known_api


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

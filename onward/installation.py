"""The installation as seen by a short command, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from casework.agencies import last_day_of
from casework.bootstrap import connect
from casework.context import Actor, Onward
from casework.languages import language_of
from casework.settings import Settings
from onward.spoken import read_by_agency, say
from onward.stack.prefect_api import PrefectApi, known_api


class Afterwards:
    """Wakes the runs of cases after the output is printed, so that Prefect keeps nobody waiting.

    If Prefect does not answer nothing is lost: the ticker finds the cases.
    """

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def wake(self, code: str) -> None:
        self._codes[code] = None

    def wake_all(self, onward: Onward, api: PrefectApi | None) -> None:
        """Tell Prefect about the changed cases."""
        if api is None or not self._codes:
            return
        from casework.driving import CaseDriving  # both bring what a mere look does not take
        from flows.waking import PrefectWaker

        waker = PrefectWaker(CaseDriving(onward), api.client)
        for code in self._codes:
            waker.wake(code)


@contextmanager
def installation(*, set_up: bool = False) -> Iterator[Onward]:
    """Open the installation that the environment names, and close it at the end.

    Args:
        set_up: create it if there is none. Only commands that bring the first pathway or the
            agencies do; for any other, a missing installation is a mistake.

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
    """This installation, and who acts in it. From here on, output is in the agency's language.

    An agency whose last day is over is told so and may continue, because it may still report earlier work.

    Raises:
        Refusal: `unknown_agency`.
    """
    who = Actor(agency=agency.strip().upper(), person=person.strip())
    with installation() as onward:
        with onward.store.read() as connection:
            read_by_agency(language_of(connection, who.agency))
        last = last_day_of(onward, who.agency)
        if last is not None:
            typer.echo(say("told.left", agency=who.agency, day=last), err=True)
        yield onward, who

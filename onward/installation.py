"""Opens the installation for a command: as its operator, or on behalf of an agency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from casework.agencies import agency_here
from casework.authenticating import entering_for, is_for_training, operator
from casework.bootstrap import connect
from casework.context import Onward
from casework.principal import Because, Principal
from casework.settings import Settings
from onward.spoken import is_new, read_by_agency, say
from onward.stack.prefect_api import PrefectApi, known_api


class Afterwards:
    """Wakes the runs of cases after the output is printed, so that nobody who reads it has to
    wait for Prefect.

    If Prefect does not answer, nothing is lost: the ticker finds the cases.
    """

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def wake(self, code: str) -> None:
        self._codes[code] = None

    def wake_all(self, onward: Onward, api: PrefectApi | None) -> None:
        """Tell Prefect about the changed cases; do nothing if its API is not known."""
        if api is None or not self._codes:
            return
        from casework.driving import CaseDriving  # not loaded for commands that only look
        from flows.waking import PrefectWaker

        waker = PrefectWaker(CaseDriving(onward), api.client)
        for code in self._codes:
            waker.wake(code)


@contextmanager
def operating(
    *, set_up: bool = False, training: bool = False
) -> Iterator[tuple[Onward, Principal]]:
    """Open the installation that the environment names, as its operator, and close it at the end.

    Args:
        set_up: create it if there is none. Only commands that bring in the first pathway or the
            agencies do so; for any other, a missing installation is a mistake.
        training: create it for training; an existing one must already be for training.

    Raises:
        NotSetUp: there is none, and `set_up` is False.
        Refusal: `not_an_operator`, or `not_for_training`.
    """
    with _opened(set_up=set_up, training=training) as (onward, by):
        with onward.store.read() as connection:
            is_training = is_for_training(connection)
        _say_if(is_training)
        yield onward, by
        if not onward.store.is_journal_clear:
            typer.echo(say("told.journal_kept"), err=True)


@contextmanager
def _opened(*, set_up: bool = False, training: bool = False) -> Iterator[tuple[Onward, Principal]]:
    settings, waker = Settings.read(), Afterwards()
    onward = connect(settings, waker=waker, set_up=set_up, training=training)
    try:
        yield onward, operator(onward)
        print(
            end="", flush=True
        )  # a closed pipe fails here, before the wake, even if nothing was printed
        waker.wake_all(onward, known_api(settings.home))
    finally:
        onward.close()


@contextmanager
def acting(
    agency: str, person: str = "", because: Because | None = None
) -> Iterator[tuple[Onward, Principal]]:
    """A context with the installation and a principal: the operator, entering something for an
    agency. From here on, output is in the agency's language, unless the command or the environment
    names another.

    If the agency's last day is over, a note says so. The command continues, because earlier work
    may still be reported.

    Args:
        person: the staff code of whoever acts at the agency; empty if nobody is named.
        because: why the agency does not enter it itself.

    Raises:
        NotSetUp: there is no installation.
        Refusal: `not_an_operator`; `unknown_agency`, `no_because`, `suspended_agency`,
            `unknown_staff` or `no_staff`.
    """
    code = agency.strip().upper()
    with _opened() as (onward, by):
        with onward.store.read() as connection:
            here = agency_here(connection, code)
        read_by_agency(here.language)
        _say_if(here.is_training)
        who = entering_for(onward, by, here, person.strip(), because)
        if here.valid_until and here.valid_until < onward.clock.now().date():
            typer.echo(say("told.left", agency=code, day=here.valid_until), err=True)
        yield onward, who


def _say_if(is_training: bool) -> None:
    """Print the banner of a training installation, unless this command has printed it already.
    Print nothing for any other installation.
    """
    if is_training and is_new(banner := say("told.training")):
        typer.echo(banner, err=True)

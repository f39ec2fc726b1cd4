"""`onward demo`: the whole system on this machine, with synthetic cases and simulated agencies.

Every part is real: a Prefect server and a worker, a database, the use cases, notices over SMTP to a
mailbox that receives them. Only the people are simulated, and the clock is a row in the database.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from ruamel.yaml import YAML

from casework.authenticating import operator
from casework.bootstrap import connect
from casework.context import Onward
from casework.driving import CaseDriving
from casework.installation_clock import StoredClock
from casework.publishing import publish_pathway
from casework.reference import Reference
from casework.registering import put_in_place
from casework.settings import Settings
from engine.agencies.file import load_registry
from engine.loader import checked
from engine.pathway import Pathway
from engine.templates import read_pathway
from flows.waking import PrefectWaker
from models.private_files import make_folder
from onward import STOPPED
from onward.authoring.pathway_files import beside_of, files_of_library
from onward.demonstration.made_up_staff import with_staff
from onward.demonstration.mailbox import Mailbox
from onward.demonstration.playing import HORIZON, CasesStuck, Demonstration, PlayedCase
from onward.demonstration.screen import Screen, show_summary
from onward.demonstration.shown_ends import until_shown
from onward.demonstration.simulated_agencies import Agencies, at_office_hour
from onward.demonstration.summary import Summary, summarise
from onward.demonstration.synthetic_intakes import SyntheticIntake, read_intakes
from onward.demonstration.to_try import open_to_try
from onward.spoken import say
from onward.stack.prefect_api import LOCALHOST, password_file
from onward.stack.stack import PORTAL_PORT, Stack, kept_port

app = typer.Typer()

LIBRARY = Path(__file__).parents[2] / "pathways" / "west_africa"
PATHWAY, REGISTRY, INTAKES = (
    LIBRARY / name for name in ("adult_return.yaml", "agencies.yaml", "cases.csv")
)


@app.command("demo")
def demo(
    cases: Annotated[int, typer.Option(min=1, max=50, help="How many cases to open.")] = 5,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it running at the end, until Ctrl-C.")
    ] = False,
    seed: Annotated[
        int, typer.Option(help="The seed: another one gives another course of events.")
    ] = 74,
) -> None:
    """Drive synthetic cases to their ends on this machine; nothing leaves it."""
    console = Console()
    started = time.monotonic()
    intakes = read_intakes(_text(INTAKES), INTAKES.name)[:cases]
    with _folder() as home, Mailbox() as mailbox:
        settings = _settings(home)
        pathway = _prepare(settings, mailbox, intakes)
        environment = {"ONWARD_CLOCK": settings.clock}
        with (
            kept_port() as port,
            kept_port(usual=PORTAL_PORT) as portal_port,
            Stack(
                home,
                port=port,
                portal_port=portal_port,
                environment=environment,
                progress=console.print,
            ) as stack,
        ):
            onward = connect(settings)
            try:
                summary = _play(console, onward, stack, mailbox, pathway, intakes, seed)
            finally:
                onward.close()
            if stack.asked_to_stop:
                console.print(say("demonstration.stopped"))
                raise typer.Exit(STOPPED)
            show_summary(console, summary, time.monotonic() - started)
            if keep:
                _leave_running(console, settings, stack, mailbox, intakes[0])
    raise typer.Exit(1 if summary.faults else 0)


@contextmanager
def _folder() -> Iterator[Path]:
    """A context with a new folder for this run. If ONWARD_HOME is set, the folder is below it, and
    stays; otherwise it is temporary.
    """
    if named := os.environ.get("ONWARD_HOME"):
        below = Path(named).expanduser().resolve() / "demo"
        make_folder(below)
        yield Path(tempfile.mkdtemp(prefix="run-", dir=below))
        return
    with tempfile.TemporaryDirectory(prefix="onward-demo-", ignore_cleanup_errors=True) as made:
        yield Path(made).resolve()


def _settings(home: Path) -> Settings:
    """Settings of a separate installation. Variables beginning with `ONWARD_` are removed from the
    environment, so that the demonstration touches no other database, key or address.
    """
    for name in [name for name in os.environ if name.startswith("ONWARD_")]:
        del os.environ[name]
    # Its new key protects nobody, so there is no warning to keep it safe.
    logging.getLogger("onward.keys").setLevel(logging.ERROR)
    return Settings(home=home, clock="stored")


def _prepare(settings: Settings, mailbox: Mailbox, intakes: list[SyntheticIntake]) -> Pathway:
    """Set up tables, clock, addresses, registry and pathway. Returns the pathway."""
    starts = at_office_hour(min(intake.opened_at for intake in intakes))
    settings = settings.model_copy(update={"clock_starts": starts})
    registry, text, beside = _text(REGISTRY), _text(PATHWAY), files_of_library(PATHWAY)
    _write_addresses(settings.home / "addresses.yaml", registry, mailbox)
    onward = connect(settings, training=True)
    try:
        by = operator(onward)
        loaded = with_staff(load_registry(registry, REGISTRY.name), intakes[0].agency)
        put_in_place(onward, loaded, by)
        publish_pathway(onward, text, by, str(PATHWAY), beside, beside_of)
    finally:
        onward.close()
    return checked(read_pathway(text, str(PATHWAY), beside))


def _reference(intakes: list[SyntheticIntake]) -> Reference:
    known = with_staff(load_registry(_text(REGISTRY), REGISTRY.name), intakes[0].agency)
    first = intakes[0].opened_at.year
    return Reference(known.registry, known.calendars(first, first + HORIZON.days // 365 + 1))


def _write_addresses(path: Path, registry: str, mailbox: Mailbox) -> None:
    """Point every channel of every agency at the mailbox."""
    book = {
        agency.code: {channel: mailbox.address(agency.code, channel) for channel in agency.channels}
        for agency in load_registry(registry, REGISTRY.name).registry.agencies
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        YAML().dump(book, file)


def _play(
    console: Console,
    onward: Onward,
    stack: Stack,
    mailbox: Mailbox,
    pathway: Pathway,
    intakes: list[SyntheticIntake],
    seed: int,
) -> Summary:
    driving = CaseDriving(onward)
    players = [
        PlayedCase(intake, Agencies(pathway, intake, seed=seed, number=number))
        for number, intake in enumerate(intakes, 1)
    ]
    with Screen(console, pathway, players, mailbox) as screen:
        play = Demonstration(
            onward,
            StoredClock(onward.store, onward.proof),
            pathway,
            players,
            _reference(intakes),
            wake=PrefectWaker(driving, stack.api.client).wake,
            goes_on=lambda: not stack.asked_to_stop,
            progress=lambda: screen.show(play.now),
        )
        stuck: list[str] = []
        try:
            play.run()
        except CasesStuck as fault:
            stuck.append(str(fault))
    states = {player.code or f"{number}": player.state for number, player in enumerate(players, 1)}
    summary = summarise(onward, pathway, states, mailbox.by_reference(), stuck)
    ended = [player.code for player in players if player.is_over]
    runs = {code: run for code in ended if (run := driving.run_of(code))}
    for code in until_shown(stack.api, runs, goes_on=lambda: not stack.asked_to_stop):
        console.print(say("demonstration.broken_off", case=code), highlight=False)
    return summary


def _leave_running(
    console: Console, settings: Settings, stack: Stack, mailbox: Mailbox, intake: SyntheticIntake
) -> None:
    with closing(connect(settings)) as onward:
        to_try = open_to_try(onward, PATHWAY.stem, intake.agency, intake.host)
    for line in (
        say("demonstration.try_it", case=to_try.code, agency=intake.agency),
        *(f"  {agency:20} {stack.portal_url}/in/{token}" for agency, token in to_try.links.items()),
        say("demonstration.links"),
        say("demonstration.prefect", url=stack.ui_url),
        say("demonstration.password", file=str(password_file(settings.home))),
        say("demonstration.cases_now", url=stack.cases_url),
        say("demonstration.mailbox", host=LOCALHOST, port=str(mailbox.port)),
        say("demonstration.records", folder=str(settings.home)),
        say("demonstration.commands", folder=str(settings.home)),
        say("demonstration.ctrl_c"),
    ):
        console.print(line, soft_wrap=True)  # so that addresses and paths can be copied
    stack.wait()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")

"""What an operator or a manager does: load a registry, open cases, verify, erase."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from casework import export_log, registering, verifying
from casework.advancing import Advanced, advance_clock
from casework.clock import StoredClock
from casework.context import Onward
from casework.erasing import erase_case, erase_person, person_of
from casework.refreshing import refresh_cases
from casework.rotating import rotate_keys
from engine.agencies import file as registry_file
from engine.errors import EngineError
from engine.plural import counted
from onward.authoring.pathway_files import read
from onward.installation import AsJson, CaseCode, case_code, installation, moment
from onward.printing import show_json, show_on_their_way
from onward.spoken import spoken

app = typer.Typer()
registry = typer.Typer(help="The agencies: load, refresh.")
erase = typer.Typer(help="Destroy the key of a person or of an ended case, for good.")
app.add_typer(registry, name="registry")
app.add_typer(erase, name="erase")

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")]
YamlFile = Annotated[Path, typer.Argument(metavar="FILE")]


@registry.command("load")
def load_registry(file: YamlFile) -> None:
    """Load a registry in place of the one before; every open case follows it."""
    loaded = registry_file.load_registry(read(file), str(file))
    with installation(set_up=True) as onward:
        made = registering.put_in_place(onward, loaded)
        typer.echo(
            f"{made.name}: {counted(made.agencies, 'agency', 'agencies')} in"
            f" {counted(made.countries, 'country', 'countries')},"
            f" {counted(len(made.editions), 'new calendar')}"
        )
        for note in loaded.ends_early(onward.clock.now().year + 1):
            typer.echo(f"{note} [note]", err=True)
        _refresh(onward)


@registry.command("refresh")
def refresh_registry() -> None:
    """Let every open case follow the registry, where loading it was interrupted."""
    with installation() as onward:
        _refresh(onward)


def _refresh(onward: Onward) -> None:
    done = refresh_cases(onward)
    typer.echo(f"{counted(done.cases, 'open case')}: {counted(done.deadlines, 'deadline')} moved")
    if done.passed_on:
        typer.echo(f"passed on from agencies that have left: {done.passed_on}")
    show_on_their_way(done.on_their_way)
    for code, calendar in done.uncounted.items():
        typer.echo(f"{code}: no period can be counted: calendar {calendar}", err=True)
    for code, why in done.stuck.items():
        typer.echo(f"{code}: {spoken(why)}", err=True)
    if done.uncounted or done.stuck:
        raise typer.Exit(1)


@app.command()
def clock(
    to: Annotated[
        datetime | None,
        typer.Argument(metavar="MOMENT", parser=moment, help="Move a stored clock on to it."),
    ] = None,
) -> None:
    """Say what time it is for the installation, or move its clock on; only a stored one moves.

    What becomes due on the way happens at its own moment, with or without `onward up`; notices of it
    leave where that runs.
    """
    with installation() as onward:
        advanced = _move_on(onward, to) if to is not None else None
        typer.echo(f"{onward.clock.now():%Y-%m-%d %H:%M:%S} UTC")
    if advanced is None:
        return
    if advanced.cases:
        typer.echo(f"what was due has happened in {counted(advanced.cases, 'case')}")
    show_on_their_way(advanced.on_their_way)
    for code, why in advanced.stuck.items():
        typer.echo(f"{code}: {spoken(why)}", err=True)
    if advanced.stuck:
        raise typer.Exit(1)


def _move_on(onward: Onward, to: datetime) -> Advanced:
    """Raises EngineError if the clock cannot be moved to that moment."""
    if not isinstance(onward.clock, StoredClock):
        raise EngineError("this clock is the machine's: only `ONWARD_CLOCK=stored` is moved")
    if to < (now := onward.clock.now()):
        raise EngineError(f"time does not run backwards: it is {now:%Y-%m-%d %H:%M} UTC")
    return advance_clock(onward, onward.clock, to)


@app.command()
def verify(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", parser=case_code, help="All cases otherwise.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the records of a case, or of all, are what was recorded."""
    with installation() as onward:
        found = [verifying.verify(onward, code)] if code else [*verifying.verify_all(onward)]
        changed = [] if code else export_log.faults(onward)
    bad = [each for each in found if each.faults]
    if as_json:
        show_json(found)
    else:
        for each in bad:
            for fault in each.faults:
                typer.echo(f"{each.code}: {fault}")
        entries = counted(sum(each.entries for each in found), "entry", "entries")
        typer.echo(f"{counted(len(found), 'case')}, {entries}: {len(bad)} with faults")
    for fault in changed:
        typer.echo(fault, err=True)
    if bad or changed:
        raise typer.Exit(1)


@app.command("rotate-keys")
def rotate_the_keys() -> None:
    """Wrap every key under the first master key; the others may be destroyed afterwards."""
    with installation() as onward:
        count = rotate_keys(onward)
    typer.echo(f"{counted(count, 'key was', 'keys were')} wrapped anew")


@erase.command("person")
def erase_the_person(code: CaseCode, yes: Yes = False) -> None:
    """Destroy what is known of the person whose case it is; all their cases must have ended."""
    _confirm(f"What is known of the person of {code} will be gone for good. Go on?", yes)
    with installation() as onward:
        erase_person(onward, person_of(onward, code))
    typer.echo(f"erased: the person of {code}. Backups keep it until they are destroyed too")


@erase.command("case")
def erase_the_case(code: CaseCode, yes: Yes = False) -> None:
    """Destroy the key of an ended case; its log stays provable and can never be read again."""
    _confirm(f"The log of {code} can never be read again. Go on?", yes)
    with installation() as onward:
        erase_case(onward, code)
    typer.echo(f"erased: {code}. Backups keep it until they are destroyed too")


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True, err=True)

"""`onward registry`: loads the agencies, and updates every open case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework import registering
from casework.context import Onward
from casework.principal import Principal
from casework.refreshing import refresh_cases
from engine.agencies import file as registry_file
from engine.plural import counted
from onward.authoring.pathway_files import read
from onward.installation import operating
from onward.options import Training
from onward.printing import show_on_their_way
from onward.spoken import placed, say, spoken

app = typer.Typer()
registry = typer.Typer(help="The agencies: load, refresh.")
app.add_typer(registry, name="registry")


YamlFile = Annotated[Path, typer.Argument(metavar="FILE")]
All = Annotated[
    bool, typer.Option("--all", help="Name every agency without staff, not only the first few.")
]
FEW = 5
"""How many agencies without staff are named unless all are asked for."""


@registry.command("load")
def load_registry(file: YamlFile, name_all: All = False, training: Training = False) -> None:
    """Load a registry in place of the one before; every open case follows it."""
    loaded = registry_file.load_registry(read(file), str(file))
    with operating(set_up=True, training=training) as (onward, by):
        made = registering.put_in_place(onward, loaded, by)
        typer.echo(
            f"{made.name}: {counted(made.agencies, 'agency', 'agencies')} in"
            f" {counted(made.countries, 'country', 'countries')},"
            f" {counted(len(made.editions), 'new calendar')}"
        )
        for note in loaded.ends_early(onward.clock.now().year + 1):
            typer.echo(f"{placed(note)} [note]", err=True)
        all_follow = _refresh(onward, by)
        _say_without_staff(made, None if name_all else FEW)
    if not all_follow:
        raise typer.Exit(1)


@registry.command("refresh")
def refresh_registry() -> None:
    """Let every open case follow the registry, where loading it was interrupted."""
    with operating() as (onward, by):
        all_follow = _refresh(onward, by)
    if not all_follow:
        raise typer.Exit(1)


def _say_without_staff(made: registering.Registered, most: int | None) -> None:
    """Which agencies can only be entered for: staff are checked from now on."""
    codes = made.without_staff
    if not codes:
        return
    named = codes if most is None or len(codes) <= most + 1 else (*codes[:most], "...")
    typer.echo(say("told.without_staff", n=len(codes), of=made.agencies, agencies=named))


def _refresh(onward: Onward, by: Principal) -> bool:
    """Says what moved, and whether every open case follows the registry."""
    done = refresh_cases(onward, by)
    typer.echo(f"{counted(done.cases, 'open case')}: {counted(done.deadlines, 'deadline')} moved")
    if done.passed_on:
        typer.echo(f"passed on from agencies that have left: {done.passed_on}")
    show_on_their_way(done.on_their_way)
    for code, calendar in done.uncounted.items():
        typer.echo(f"{code}: no period can be counted: calendar {calendar}", err=True)
    for code, why in done.stuck.items():
        typer.echo(f"{code}: {spoken(why)}", err=True)
    return not (done.uncounted or done.stuck)

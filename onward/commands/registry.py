"""`onward registry`: loads the agencies, or declares a holiday late; every open case follows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from casework import declared_holidays, registering
from casework.context import Onward
from casework.foreseen_holidays import ForeseenHoliday, foresee_holiday
from casework.principal import Principal
from casework.refreshing import refresh_cases
from engine.agencies import file as registry_file
from engine.message import message
from onward.authoring.pathway_files import read
from onward.installation import operating
from onward.options import Training, day
from onward.printing import show_on_their_way
from onward.spoken import as_line, placed, say, spoken

app = typer.Typer()
registry = typer.Typer(help="The agencies: load, refresh; a holiday declared late.")
app.add_typer(registry, name="registry")


Place = Annotated[
    str,
    typer.Argument(
        metavar="COUNTRY",
        parser=lambda text: text.strip().upper(),
        help="Two letters, such as GH, or a part of a country, such as GB-SCT.",
    ),
]
Day = Annotated[
    date, typer.Argument(metavar="DAY", parser=day, help="The day, such as 2026-03-05.")
]
YamlFile = Annotated[Path, typer.Argument(metavar="FILE")]
All = Annotated[
    bool, typer.Option("--all", help="Name every agency without staff, not only the first few.")
]
FEW = 5
"""How many agencies without staff are named, unless the user asks for all. If there is just one
more, it is named too.
"""


@registry.command("load")
def load_registry(file: YamlFile, name_all: All = False, training: Training = False) -> None:
    """Load a registry in place of the previous one; every open case follows it."""
    loaded = registry_file.load_registry(read(file), str(file))
    with operating(set_up=True, training=training) as (onward, by):
        made = registering.put_in_place(onward, loaded, by)
        counts = say(
            "done.registry",
            registry=made.name,
            agencies=message("amount.agencies", n=made.agencies),
            countries=message("amount.countries", n=made.countries),
            calendars=message("amount.new_calendars", n=len(made.editions)),
        )
        typer.echo(counts)
        for note in loaded.ends_early(onward.clock.now().year + 1):
            typer.echo(say("done.note", note=placed(note)), err=True)
        for each in loaded.assumptions:
            said = say("done.assumed", place=str(each.place), what=each.what, number=each.number)
            typer.echo(said, err=True)
        for late, fate in made.late_holidays.items():
            said = say(f"done.late_holiday.{fate}", day=late.day, place=late.place, name=late.name)
            typer.echo(said, err=True)
        all_follow = _refresh(onward, by)
        _say_without_staff(made, None if name_all else FEW)
    if not all_follow:
        raise typer.Exit(1)


@registry.command("refresh")
def refresh_registry() -> None:
    """Let every open case follow the registry, if loading it was interrupted."""
    with operating() as (onward, by):
        all_follow = _refresh(onward, by)
    if not all_follow:
        raise typer.Exit(1)


@registry.command("holiday")
def declare_holiday(
    place: Place,
    on: Day,
    name: Annotated[str, typer.Argument(help="What it is called, such as Day of mourning.")] = "",
    take_back: Annotated[
        bool,
        typer.Option(
            "--take-back", help="Take it back: it was declared by mistake, and is worked."
        ),
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say which deadlines would move.")
    ] = False,
) -> None:
    """Make a day a holiday that the registry does not know yet; every open case follows it."""
    if preview and take_back:
        raise typer.BadParameter(say("call.preview_of_taking_back"))
    with operating() as (onward, by):
        if preview:
            _show_foreseen(foresee_holiday(onward, place, on, name, by))
            return
        if take_back:
            made = declared_holidays.take_back(onward, place, on, by)
            typer.echo(say("done.holiday_back", day=on, place=place, editions=made))
        else:
            _, made = declared_holidays.declare(onward, place, on, name, by)
            typer.echo(say("done.holiday", day=on, place=place, editions=made))
        all_follow = _refresh(onward, by)
    if not all_follow:
        raise typer.Exit(1)


def _show_foreseen(found: ForeseenHoliday) -> None:
    periods = message("amount.deadlines", n=found.periods)
    typer.echo(say("done.holiday_would", n=found.moved, of=found.cases, deadlines=periods))
    for case in found.named:
        for each in case.said:
            typer.echo(say("told.line", name=case.code, value=as_line(each)))
    if (more := found.moved - len(found.named)) > 0:
        typer.echo(say("done.holiday_more", n=more))
    if found.unknown:
        typer.echo(say("done.holiday_unknown", n=found.unknown), err=True)


def _say_without_staff(made: registering.Registered, most: int | None) -> None:
    """Print how many agencies list no staff, so that nobody there can sign in.

    Args:
        most: how many agencies to name; None for all. If there is just one more, it is named too.
    """
    codes = made.without_staff
    if not codes:
        return
    named = codes if most is None or len(codes) <= most + 1 else (*codes[:most], "...")
    typer.echo(say("told.without_staff", n=len(codes), of=made.agencies, agencies=named))


def _refresh(onward: Onward, by: Principal) -> bool:
    """Let every open case follow the registry, and print what moved. Returns whether every case now
    follows it.
    """
    done = refresh_cases(onward, by)
    deadlines = message("amount.deadlines", n=done.deadlines)
    typer.echo(say("done.followed", n=done.cases, deadlines=deadlines))
    if done.passed_on:
        typer.echo(say("done.passed_on", number=done.passed_on))
    show_on_their_way(done.on_their_way)
    for code, calendar in done.uncounted.items():
        typer.echo(say("done.uncounted", case=code, calendar=calendar), err=True)
    for code, why in done.stuck.items():
        typer.echo(say("told.line", name=code, value=spoken(why)), err=True)
    return not (done.uncounted or done.stuck)

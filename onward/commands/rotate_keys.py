"""`onward rotate-keys`: wraps every data key under the first master key. With `--new` it makes
that key beforehand. With `--retire` it only removes the other master keys. With `--data`, after a
theft, it replaces the data keys.
"""

from __future__ import annotations

from typing import Annotated

import typer

from casework import data_keys, resealing, rotating
from casework.context import Onward
from casework.data_keys import RotationPlan
from casework.principal import Principal
from casework.settings import Settings
from engine.message import message
from onward.installation import operating
from onward.printing import Moments
from onward.spoken import say

app = typer.Typer()

_EACH = 100
"""Progress is printed each time this many more keys have been replaced."""


@app.command("rotate-keys")
def rotate_the_keys(
    new: Annotated[
        bool, typer.Option("--new", help="Make a new master key, and put it first in the file.")
    ] = False,
    retire: Annotated[
        bool,
        typer.Option(
            "--retire", help="Remove the old master keys from the file, and do nothing else."
        ),
    ] = False,
    data: Annotated[
        bool,
        typer.Option(
            "--data", help="After a theft: replace every data key, and seal all data again."
        ),
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="With --data: only say what remains to be done.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")] = False,
) -> None:
    """Wrap every key under the first master key, while work goes on; afterwards --retire removes
    the others.
    """
    if retire and (new or data):
        raise typer.BadParameter(say("call.two_steps"))
    if preview and (new or not data):
        raise typer.BadParameter(say("call.preview_of_data"))
    with operating() as (onward, by):
        if retire:
            count = rotating.retire_master_keys(onward, Settings.read(), by)
            typer.echo(say("done.retired", n=count))
            return
        if data:
            _show(onward, data_keys.standing(onward, by, with_new_master=new))
        if preview:
            return
        if data and not yes:
            typer.confirm(say("done.go_on"), abort=True, err=True)
        if new:
            rotating.bring_in_master_key(onward, Settings.read(), by)
        is_whole = _replace(onward, by) if data else _wrap(onward, by)
    if new:
        typer.echo(say("done.copy_master_key"))
    if not is_whole:
        raise typer.Exit(1)


def _wrap(onward: Onward, by: Principal) -> bool:
    count = rotating.rotate_keys(onward, by)
    typer.echo(say("done.wrapped", n=count))
    return True


def _show(onward: Onward, found: RotationPlan) -> None:
    """Print what a rotation of data keys has to do, or what is left of one that was begun."""
    behind = (say(f"amount.keys_of.{table}", n=count) for table, count in found.behind.items())
    keys = ", ".join(behind) or say("amount.none")
    going_on = found.going_on
    if going_on is not None:
        at = Moments(onward).show(going_on.made_at)
        typer.echo(say("done.rotation_begun", at=at, act=going_on.act, keys=keys))
        return
    to_do = say(
        "done.to_replace",
        keys=keys,
        entries=message("amount.entries", n=found.entries),
        answers=message("amount.answers_about_people", n=found.answers),
    )
    typer.echo(to_do)
    typer.echo(say("done.staff_signed_out"))


def _replace(onward: Onward, by: Principal) -> bool:
    """Replace the data keys. Returns False if damage kept one from being replaced."""

    def tell(count: int) -> None:
        if count % _EACH == 0:
            typer.echo(say("done.replaced_so_far", n=count), err=True)

    done = resealing.replace_data_keys(onward, by, tell)
    typer.echo(say("done.replaced", n=done.replaced))
    for each in done.left:
        for fault in each.faults:
            typer.echo(say("done.not_replaced", owner=each.owner, fault=fault), err=True)
    if done.left:
        typer.echo(say("done.mend_first"), err=True)
    return not done.left

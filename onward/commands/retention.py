"""`onward retention`: lists ended cases whose retention period is over, and erases them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from casework import due_for_erasure as schedules
from casework import placing_holds
from casework.due_for_erasure import CarriedOut, DueLine, Schedule
from casework.erasing import KeyOf
from engine.retention import ErasureDue, RetentionPeriod
from onward.commands.hold import asked_for
from onward.forgetting import forget_runs
from onward.installation import operating
from onward.options import AsJson
from onward.printing import Moments, headed, show_json, show_table
from onward.spoken import say, spoken

app = typer.Typer()
retention = typer.Typer(
    help="Ended cases that were kept long enough: list what is due, and erase it."
)
app.add_typer(retention, name="retention")

AT_MOST = 20
"""The most cases that a run erases by default."""

Until = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        metavar="DAY",
        formats=["%Y-%m-%d"],
        help="List what will be due before this day, such as 2027-01-01, instead of now.",
    ),
]


@retention.command("due")
def list_due(until: Until = None, as_json: AsJson = False) -> None:
    """List which ended cases are due to be erased, since when, by which period, and what would be
    lost.
    """
    with operating() as (onward, by):
        found = schedules.schedule(onward, by, until.replace(tzinfo=UTC) if until else None)
        asked = placing_holds.still_asked(onward, by)
        moments = Moments(onward)
    if as_json:
        show_json(found)
        return
    _show(found, found.lines, moments)
    for each in asked:
        typer.echo(asked_for(each, moments))


@retention.command("erase")
def erase_due(
    at_most: Annotated[
        int, typer.Option("--at-most", min=1, max=1000, help="How many cases to erase in this run.")
    ] = AT_MOST,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")] = False,
) -> None:
    """Erase the cases that are due and not held up by anything, the longest due first. Each
    destroyed key leaves a certificate.
    """
    with operating() as (onward, by):
        found = schedules.schedule(onward, by)
        some = found.free[:at_most]
        _show(found, some, Moments(onward))
        if not some:
            return
        if not yes:
            typer.confirm(say("done.gone_for_good"), abort=True, err=True)
        done = schedules.carry_out(onward, some, by)
    _say(done, len(found.free) - len(some))
    forget_runs(
        each.code for each in some if KeyOf.CASE in each.takes and each.code not in done.stuck
    )
    if done.stuck:
        raise typer.Exit(1)


def _say(done: CarriedOut, left: int) -> None:
    for each in done.certificates:
        typer.echo(say("done.erased", owner=each.owner, number=each.number))
    for code, why in done.stuck.items():
        typer.echo(say("told.line", name=code, value=spoken(why)), err=True)
    if done.certificates:
        typer.echo(say("done.backups_keep", n=len(done.certificates)))
    if left:
        typer.echo(say("done.more_due", n=left))


def _show(found: Schedule, lines: tuple[DueLine, ...], moments: Moments) -> None:
    """Print which cases are due, how many ended cases are not due yet (or cannot be dated yet), and
    how many have no retention period, by pathway.
    """
    if lines:
        columns = {
            "case": [each.code for each in lines],
            "pathway": [each.pathway for each in lines],
            "ended": [moments.show(each.ended_at) for each in lines],
            "due": [moments.show(each.due.at if each.due else None) for each in lines],
            "period": [_period(each.due, each.pathway) for each in lines],
            "erases": [_erases(each) for each in lines],
            "waits": [spoken(each.waits) if each.waits else "" for each in lines],
        }
        show_table(headed(columns))
    elif found.lines:
        typer.echo(say("done.all_due_wait"))
    else:
        typer.echo(say("told.nothing_due"))
    if found.later:
        typer.echo(say("done.due_later", n=found.later))
    for pathway, number in found.without.items():
        typer.echo(say("done.no_period", pathway=pathway, n=number))


def _period(due: ErasureDue | None, pathway: str) -> str:
    """The period that applies: `5 years, says adult_return (assumed)`, `at least 7 years, says GH,
    which overrides at most 3 years, says NG`. Empty if there is none.
    """
    if due is None:
        return ""
    said = _said(due.kept, pathway)
    return say("retention.over", said=said, over=_said(due.over, pathway)) if due.over else said


def _said(kept: RetentionPeriod, pathway: str) -> str:
    bound = kept.bound.replace("_", " ") if kept.country else ""
    said, whose = f"{bound} {kept.period}".lstrip(), kept.country or pathway
    if kept.source:
        return say("retention.says", said=said, whose=whose)
    return say("retention.says_assumed", said=said, whose=whose)


def _erases(line: DueLine) -> str:
    goes = []
    if KeyOf.CASE in line.takes:
        goes.append(say("amount.entries", n=line.entries))
    if KeyOf.PERSON in line.takes:
        goes.append(say("amount.answers", n=line.answers))
    return ", ".join(goes)

"""What a rehearsal shows: each agency's open work, what just happened, and what may be typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from textwrap import wrap

import typer

from engine import facts as f
from engine.pathway import Pathway
from engine.rehearsal.session import Rehearsal, RehearsalMoment
from engine.scenarios.expectations import shown
from engine.state import State
from engine.statuses import CasePhase
from onward.printing import show_table
from onward.spoken import say

_TYPED, _MEANT = 30, 68
"""The widths of the columns of help, in characters."""


def at(moment: datetime | None) -> str:
    """A moment as `Mon 2026-03-02 09:00`, in UTC as in scenarios; empty if there is none."""
    return f"{moment:%a} {shown(moment)[:-3]}" if moment else ""


def show_board(rehearsal: Rehearsal) -> None:
    """Print all open work with its agencies, in the order in which it is due, and the responsible
    agency. If the case is over, print only its end.
    """
    state, now = rehearsal.state, rehearsal.now
    if state.status != CasePhase.OPEN:
        typer.echo(say("rehearsal.ended", case_end=state.end))
        return
    rows = sorted(_owed(rehearsal.pathway, state), key=lambda row: (row[3] is None, row[3], row[0]))
    show_table(
        {
            say("rehearsal.agency"): [row[0] for row in rows],
            say("rehearsal.has"): [row[1] for row in rows],
            say("rehearsal.which_is"): [row[2] for row in rows],
            say("rehearsal.due"): [at(row[3]) for row in rows],
            "": [say("rehearsal.late") if row[3] and row[3] < now else "" for row in rows],
        }
    )
    typer.echo(say("rehearsal.responsible", agency=state.responsible))


def _owed(pathway: Pathway, state: State) -> Iterable[tuple[str, str, str, datetime | None]]:
    for task in state.open_tasks():
        what = f"{pathway.label(task.step)} ({task.kind})"
        yield one_of(task.agencies), task.id, what, task.due_at
    for asked in state.open_hand_overs():
        what = say("rehearsal.request", label=pathway.label(asked.step), status=asked.status)
        yield asked.agency, asked.id, what, asked.answer_by


def one_of(agencies: Iterable[str]) -> str:
    return reduce(lambda one, other: say("rehearsal.either", one=one, other=other), agencies)


def show_moments(moments: Sequence[RehearsalMoment], pathway: Pathway) -> None:
    """Print what each moment led to. If there are several moments, print their times too. If no
    moment led to anything, print a line that says so.
    """
    shown_any = False
    for moment in moments:
        lines = [*_lines(moment, pathway)]
        if lines and len(moments) > 1:
            typer.echo(f"  {at(moment.at)}")
        for line in lines:
            typer.echo(f"  {line}")
        shown_any = shown_any or bool(lines)
    if not shown_any:
        typer.echo(f"  {say('rehearsal.nothing_follows')}")


def _lines(moment: RehearsalMoment, pathway: Pathway) -> Iterable[str]:
    """What a moment led to, and who was notified."""
    yield from _led_to(moment, pathway)
    for notice in moment.notices:
        kind = notice.owed.kind.replace("_", " ")
        what = say("told.line", name=kind, value=notice.labels) if notice.labels else kind
        yield say("rehearsal.told", agency=notice.owed.agency, what=what)


def _led_to(moment: RehearsalMoment, pathway: Pathway) -> Iterable[str]:
    for fact in moment.facts:
        line = _of_work(fact, moment.state, pathway) or _of_the_case(fact)
        if line:
            yield line


def _of_work(fact: f.Fact, state: State, pathway: Pathway) -> str:
    """The line for a fact about a task or a request; empty for other facts."""
    match fact:
        case f.TaskOpened(task=task):
            due, label = state.tasks[task.id].due_at, pathway.label(task.step)
            said = say(
                "rehearsal.task_opened", agency=one_of(task.agencies), task=task.id, label=label
            )
            return say("rehearsal.with_due", said=said, at=at(due)) if due else said
        case f.TaskAssigned(task=ident, agency=agency, because=because):
            return say("rehearsal.passed_on", task=ident, agency=agency, because=because)
        case f.TaskDeclined(task=ident, agency=agency, reason=reason):
            return say("rehearsal.declined", task=ident, agency=agency, because=reason)
        case f.TaskOverdue(task=ident):
            return say("rehearsal.overdue", agency=state.tasks[ident].agency, task=ident)
        case f.HandOverOffered(hand_over=asked):
            day = at(state.hand_overs[asked.id].answer_by) or say("rehearsal.no_day")
            label = pathway.label(asked.step)
            return say("rehearsal.asked", agency=asked.agency, label=label, at=day)
        case f.HandOverMoved(hand_over=ident, message=message):
            became = message.replace("_", " ")
            return say("rehearsal.request_moved", request=ident, became=became)
        case _:
            return ""


def _of_the_case(fact: f.Fact) -> str:
    match fact:
        case f.StageMoved(stage=stage, status=status):
            return say("rehearsal.stage_moved", section=stage, status=status)
        case f.InterruptRaised(name=name):
            return say("rehearsal.interrupted", what=name)
        case f.InterruptResolved(name=name):
            return say("rehearsal.resolved", what=name)
        case f.ResponsibilityMoved(agency=agency):
            return say("rehearsal.responsible_now", agency=agency)
        case f.EndKnown(end=end) | f.CaseEnded(end=end):
            return say("rehearsal.end", case_end=end)
        case _:
            return ""


def show_help() -> None:
    """Print each command with what it does. In the messages, a bar separates command and text."""
    for line in (
        say("rehearsal.help.as"),
        say("rehearsal.help.list"),
        say("rehearsal.help.what"),
        say("rehearsal.help.complete"),
        say("rehearsal.help.jump"),
        say("rehearsal.help.next"),
        say("rehearsal.help.why"),
        say("rehearsal.help.stuck"),
        say("rehearsal.help.undo"),
        say("rehearsal.help.save"),
        say("rehearsal.help.gaps"),
        say("rehearsal.help.quit"),
    ):
        typed, _, meant = line.partition(" | ")
        first, *others = wrap(meant, _MEANT)
        if len(typed) >= _TYPED:
            typer.echo(f"  {typed}")
            typed = ""
        typer.echo(f"  {typed:{_TYPED}}{first}")
        for other in others:
            typer.echo(f"  {'':{_TYPED}}{other}")

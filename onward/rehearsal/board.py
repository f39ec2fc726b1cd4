"""What a rehearsal shows: each agency's open work, and what just happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import typer

from engine import facts as f
from engine.pathway import Pathway
from engine.rehearsal.session import Rehearsal, RehearsalMoment
from engine.scenarios.expectations import shown
from engine.state import State
from engine.statuses import CasePhase
from onward.printing import show_table


def at(moment: datetime | None) -> str:
    """`Mon 2026-03-02 09:00`, in UTC as in scenarios; empty where there is none."""
    return f"{moment:%a} {shown(moment)[:-3]}" if moment else ""


def show_board(rehearsal: Rehearsal) -> None:
    """Print each agency's open work, the soonest first."""
    state, now = rehearsal.state, rehearsal.now
    if state.status != CasePhase.OPEN:
        typer.echo(f"The case has ended: {state.end}")
        return
    rows = sorted(_owed(rehearsal.pathway, state), key=lambda row: (row[3] is None, row[3], row[0]))
    show_table(
        {
            "agency": [row[0] for row in rows],
            "has": [row[1] for row in rows],
            "which is": [row[2] for row in rows],
            "due (UTC)": [at(row[3]) for row in rows],
            "": ["late" if row[3] and row[3] < now else "" for row in rows],
        }
    )
    typer.echo(f"{state.responsible} answers for the case.")


def _owed(pathway: Pathway, state: State) -> Iterable[tuple[str, str, str, datetime | None]]:
    for task in state.open_tasks():
        agencies, what = " or ".join(task.agencies), f"{pathway.label(task.step)} ({task.kind})"
        yield agencies, task.id, what, task.due_at
    for asked in state.open_hand_overs():
        what = f"{pathway.label(asked.step)} (request, {asked.status})"
        yield asked.agency, asked.id, what, asked.answer_by


def show_moments(moments: Sequence[RehearsalMoment], pathway: Pathway) -> None:
    """Print what each moment led to; if there are several, with their times."""
    shown_any = False
    for moment in moments:
        lines = [*_lines(moment, pathway)]
        if lines and len(moments) > 1:
            typer.echo(f"  {at(moment.at)}")
        for line in lines:
            typer.echo(f"  {line}")
        shown_any = shown_any or bool(lines)
    if not shown_any:
        typer.echo("  nothing else follows from it")


def _lines(moment: RehearsalMoment, pathway: Pathway) -> Iterable[str]:
    """What a moment led to, and who was notified."""
    yield from _led_to(moment, pathway)
    for notice in moment.notices:
        about = f": {notice.labels}" if notice.labels else ""
        yield f"told: {notice.owed.agency}, {notice.owed.kind.replace('_', ' ')}{about}"


def _led_to(moment: RehearsalMoment, pathway: Pathway) -> Iterable[str]:
    for fact in moment.facts:
        line = _of_work(fact, moment.state, pathway) or _of_the_case(fact)
        if line:
            yield line


def _of_work(fact: f.Fact, state: State, pathway: Pathway) -> str:
    """What somebody has to do now, or had to."""
    match fact:
        case f.TaskOpened(task=task):
            due = state.tasks[task.id].due_at
            by = f", due {at(due)}" if due else ""
            agencies = " or ".join(task.agencies)
            return f"open: {agencies} has {task.id} ({pathway.label(task.step)}){by}"
        case f.TaskAssigned(task=ident, agency=agency, because=because):
            return f"passed on: {ident} to {agency} ({because})"
        case f.TaskDeclined(task=ident, agency=agency, reason=reason):
            return f"declined: {ident} by {agency} ({reason}), which still owes it"
        case f.TaskOverdue(task=ident):
            return f"late: {state.tasks[ident].agency} has not done {ident}"
        case f.HandOverOffered(hand_over=asked):
            by = at(state.hand_overs[asked.id].answer_by) or "no day"
            return f"asked: {asked.agency}, {pathway.label(asked.step)}, answer by {by}"
        case f.HandOverMoved(hand_over=ident, message=message):
            return f"request {ident}: {message.replace('_', ' ')}"
        case _:
            return ""


def _of_the_case(fact: f.Fact) -> str:
    match fact:
        case f.StageMoved(stage=stage, status=status):
            return f"stage {stage}: {status}"
        case f.InterruptRaised(name=name):
            return f"interrupt: {name}"
        case f.InterruptResolved(name=name):
            return f"interrupt resolved: {name}"
        case f.ResponsibilityMoved(agency=agency):
            return f"{agency} answers for the case now"
        case f.EndKnown(end=end) | f.CaseEnded(end=end):
            return f"end: {end}"
        case _:
            return ""

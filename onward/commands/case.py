"""`onward case`: where a case is. Shows nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from casework import queries
from casework.queries import CaseView
from engine.state import HandOver, Override, State, Task
from engine.statuses import CasePhase, StageStatus
from engine.translation import Translation
from engine.translation import words as named
from onward.installation import installation
from onward.options import AsJson, CaseCode, InLanguage
from onward.printing import Moments, cannot_move_words, show_json, show_table, status_words
from onward.spoken import language

app = typer.Typer()


@app.command()
def case(code: CaseCode, in_language: InLanguage = None, as_json: AsJson = False) -> None:
    """Show where a case is: what is open, with whom, until when."""
    with installation() as onward:
        view = queries.case(onward, code, language())
        moments = Moments(onward)
    if as_json:
        show_json(_shown(view))
    else:
        _print_case(view, moments)


def _shown(view: CaseView) -> dict[str, Any]:
    """What may be seen of a case, without answers."""
    state, clock = view.state, view.state.next_clock()
    return {
        "code": view.code,
        "pathway": view.pathway,
        "version": view.number,
        "title": view.spoken.title,
        "cannot_move_to": view.cannot_move_to,
        "entries": view.version,
        "status": state.status,
        "end": state.end,
        "responsible": state.responsible,
        "sides": state.sides,
        "barred": (*state.barred, *state.barred_roles),
        "prohibited": state.prohibited,
        "links": state.links,
        "stages": state.stages,
        "interrupts": state.interrupts,
        "overrides": [_override(each) for each in state.overrides],
        "consents": {name: each.status for name, each in state.consents.items()},
        "clocks": {name: _clock(state, name) for name in view.clocks},
        "next_moment": clock.at if clock else None,
        "tasks": [_task(each) for each in state.open_tasks()],
        "requests": [_request(each) for each in state.open_hand_overs()],
    }


def _clock(state: State, name: str) -> dict[str, Any]:
    """When it ends or ended, and its status or why it is over."""
    running = state.clocks.get(f"clock.{name}")
    at = running.at if running else state.moments.get(f"clock.{name}")
    return {"at": at, "is": state.clock_is(name)}


def _override(override: Override) -> dict[str, Any]:
    names = ("step", "how", "agency", "reason", "at")
    return {name: getattr(override, name) for name in names}


def _task(task: Task) -> dict[str, Any]:
    names = ("id", "step", "kind", "agency", "status", "overdue", "claimed_by", "due_at")
    return {name: getattr(task, name) for name in names}


def _request(asked: HandOver) -> dict[str, Any]:
    names = ("id", "step", "agency", "sender", "status", "overdue", "offered_at", "answer_by")
    return {name: getattr(asked, name) for name in names}


def _print_case(view: CaseView, moments: Moments) -> None:
    state, clock, words = view.state, view.state.next_clock(), view.spoken
    typer.echo(f"{view.code}  {view.spoken.title} ({view.pathway} version {view.number})")
    lines = {
        "status": _status_of(state),
        "version": cannot_move_words(view.cannot_move_to) if view.cannot_move_to else "",
        "responsible": state.responsible,
        "sides": ", ".join(f"{side} {country}" for side, country in state.sides.items()),
        "stages": ", ".join(
            f"{words.stage(name)}: {_stage(state, status)}" for name, status in state.stages.items()
        ),
        "interrupts": ", ".join(state.interrupts),
        "overridden": ", ".join(f"{e.step} {e.how} ({e.reason})" for e in state.overrides),
        "agreements": ", ".join(f"{name} {each.status}" for name, each in state.consents.items()),
        "periods": ", ".join(filter(None, (_period(state, name, moments) for name in view.clocks))),
        "nothing to": ", ".join((*state.barred, *state.barred_roles, *state.prohibited)),
        "linked with": ", ".join(f"{code} ({word})" for code, word in state.links.items()),
        "merged with": ", ".join(state.taken_in),
        "next moment": moments.show(clock.at if clock else None, state.responsible),
        "entries": str(view.version),
    }
    for name, text in lines.items():
        if text:
            typer.echo(f"{name:12} {text}")
    _print_open(state, moments, words)


def _period(state: State, name: str, moments: Moments) -> str:
    """`reflection running until 2026-04-01 23:59`, `reflection over 2026-03-20 09:00: shortened`.

    Empty for a period that was not over when the case ended, since nothing runs in an ended case.
    """
    clock, zone = _clock(state, name), state.responsible
    match clock["is"]:
        case "not_begun":
            return "" if state.status == CasePhase.ENDED else f"{name} not begun"
        case "running":
            return f"{name} until {moments.show(clock['at'], zone)}"
        case "still":
            return f"{name} stands still"
        case why:
            return f"{name} over {moments.show(clock['at'], zone)} ({why})"


def _status_of(state: State) -> str:
    if state.merged_into:
        return f"merged into {state.merged_into}"
    if state.status == CasePhase.OPEN and state.end:
        return f"open; its end is known: {state.end}"
    if state.status == CasePhase.OPEN and state.closing:
        return f"open; being closed: {state.closing}"
    return f"ended: {state.end}" if state.end else state.status


def _stage(state: State, status: str) -> str:
    """The status of a stage; in an ended case nothing is open."""
    return (
        "not finished" if (state.status, status) == (CasePhase.ENDED, StageStatus.OPEN) else status
    )


def _print_open(state: State, moments: Moments, words: Translation) -> None:
    owed = [
        (
            t.id,
            _what(t.step, words),
            t.kind.value,
            t.agency,
            status_words(t.status, t.overdue),
            t.due_at,
        )
        for t in state.open_tasks()
    ]
    owed += [
        (
            h.id,
            _what(h.step, words),
            "request",
            h.agency,
            status_words(h.status, h.overdue),
            h.answer_by,
        )
        for h in state.open_hand_overs()
    ]
    if owed:
        ids, labels, kinds, agencies, statuses, dues = zip(*owed, strict=True)
        shown = [moments.show(due, agency) for due, agency in zip(dues, agencies, strict=True)]
        columns: dict[str, Sequence[str]] = {
            "open": ids,
            "what": labels,
            "kind": kinds,
            "agency": agencies,
            "status": statuses,
            "due": shown,
        }
        show_table(columns)


def _what(step: str, words: Translation) -> str:
    return words.label(step, named(step))

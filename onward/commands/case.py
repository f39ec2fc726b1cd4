"""`onward case`: where a case is. Shows nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from casework import queries
from casework.queries import CaseView
from engine.clock import CLOCK_WORDS
from engine.message import Message, message
from engine.numbering import Work, shown, whose
from engine.state import HandOver, Override, State, StopTask, Task
from engine.statuses import CasePhase, StageStatus
from engine.translation import Translation
from engine.translation import words as named
from onward.installation import operating
from onward.options import AsJson, CaseCode, InLanguage
from onward.printing import Moments, cannot_move_words, headed, show_json, show_table, status_words
from onward.spoken import language, say, spoken

app = typer.Typer()
_NARROW = 12
"""The minimum width of the column of names, in characters."""


@app.command()
def case(code: CaseCode, in_language: InLanguage = None, as_json: AsJson = False) -> None:
    """Show where a case is: what is open, with whom, until when."""
    with operating() as (onward, by):
        view = queries.case(onward, code, by, language())
        moments = Moments(onward)
    if as_json:
        show_json(_shown(view))
    else:
        _print_case(view, moments)


def _shown(view: CaseView) -> dict[str, Any]:
    """What an operator may see of a case, for JSON. It contains no answers."""
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
        "links": [*state.links],
        "stages": state.stages,
        "interrupts": state.interrupts,
        "overrides": [_override(each) for each in state.overrides],
        "consents": {name: each.status for name, each in state.consents.items()},
        "clocks": {name: _clock(state, name) for name in view.clocks},
        "next_moment": clock.at if clock else None,
        "tasks": [_task(each) | _known_as(state, each) for each in state.open_tasks()],
        "requests": [_request(each) | _known_as(state, each) for each in state.open_hand_overs()],
        "stops": [_stop(each) | _known_as(state, each) for each in state.open_stops()],
    }


def _known_as(state: State, work: Work) -> dict[str, Any]:
    """The entry `known_as`: for each agency concerned, its own number for the task, stop or
    request.
    """
    return {"known_as": {each: shown(state, each, work.id) for each in whose(work)}}


def _clock(state: State, name: str) -> dict[str, Any]:
    """The end of a named clock (`at`), and its status or why it is over (`is`). `at` is None before
    the clock begins, and provisional while it is paused.
    """
    running = state.clocks.get(f"clock.{name}")
    at = running.at if running else state.moments.get(f"clock.{name}")
    return {"at": at, "is": state.clock_is(name)}


def _override(override: Override) -> dict[str, Any]:
    names = ("step", "how", "agency", "reason", "at")
    return {name: getattr(override, name) for name in names}


def _task(task: Task) -> dict[str, Any]:
    names = ("id", "step", "kind", "agency", "status", "overdue", "claimed_by", "due_at")
    return {name: getattr(task, name) for name in names}


def _stop(stop: StopTask) -> dict[str, Any]:
    return {**_task(stop), "of": stop.of, "consent": stop.consent, "asked": stop.asked}


def _request(asked: HandOver) -> dict[str, Any]:
    names = ("id", "step", "agency", "sender", "status", "overdue", "offered_at", "answer_by")
    return {name: getattr(asked, name) for name in names}


def _print_case(view: CaseView, moments: Moments) -> None:
    state, clock, words = view.state, view.state.next_clock(), view.spoken
    of = say("told.version_of", pathway=view.pathway, version=view.number)
    typer.echo(f"{view.code}  {view.spoken.title} ({of})")
    lines = {
        "status": spoken(view.seen.standing, words),
        "version": cannot_move_words(view.cannot_move_to) if view.cannot_move_to else "",
        "responsible": state.responsible,
        "sides": ", ".join(
            f"{words.named(side, 'sides')} {country}" for side, country in state.sides.items()
        ),
        "stages": ", ".join(
            say("told.line", name=words.stage(name), value=_stage(state, status))
            for name, status in state.stages.items()
        ),
        "interrupts": ", ".join(_what(each, words) for each in state.interrupts),
        "overridden": ", ".join(spoken(_against_rules(each), words) for each in state.overrides),
        "agreements": ", ".join(
            f"{words.named(name, 'consent_titles')} {say(f'status.consent.{each.status}')}"
            for name, each in state.consents.items()
        ),
        "periods": ", ".join(filter(None, (_period(view, name, moments) for name in view.clocks))),
        "nothing_to": ", ".join((*state.barred, *state.barred_roles, *state.prohibited)),
        "linked_with": ", ".join(state.links),
        "merged_with": ", ".join(state.taken_in),
        "next_moment": moments.show(clock.at if clock else None, state.responsible),
        "entries": str(view.version),
    }
    shown = {say(f"list.{name}"): text for name, text in lines.items() if text}
    width = max(_NARROW, *map(len, shown))
    for name, text in shown.items():
        typer.echo(f"{name:{width}} {text}")
    _print_open(state, moments, words)


def _against_rules(override: Override) -> Message:
    how = message(f"told.overridden.{override.how}")
    return message("told.against_rules", step=override.step, how=how, reason=override.reason)


def _period(view: CaseView, name: str, moments: Moments) -> str:
    """A named period in words: `reflection until 2026-04-01 23:59 GMT`, `reflection ended
    2026-03-20 09:00 GMT (shortened)`. Empty if the case ended before the period was over.
    """
    state, called = view.state, view.spoken.named(name, "clocks")
    clock, zone = _clock(state, name), state.responsible
    match clock["is"]:
        case "not_begun":
            not_begun = say("status.clock.not_begun")
            return "" if state.status == CasePhase.ENDED else f"{called} {not_begun}"
        case "running":
            return say("told.runs_until", name=called, at=moments.show(clock["at"], zone))
        case "still":
            return f"{called} {say('status.clock.still')}"
        case why:
            at = moments.show(clock["at"], zone)
            over = message(f"status.clock.{why}") if why in CLOCK_WORDS else why
            return spoken(message("told.is_over", clock=name, at=at, why=over), view.spoken)


def _stage(state: State, status: str) -> str:
    """The status of a stage in words; in an ended case, an open stage is called not finished."""
    was_open = (state.status, status) == (CasePhase.ENDED, StageStatus.OPEN)
    return say("told.not_finished") if was_open else say(f"status.part.{status}")


def _print_open(state: State, moments: Moments, words: Translation) -> None:
    owed = [
        (
            t.id,
            _what(t.step, words),
            say(f"why.task.{t.kind}"),
            t.agency,
            status_words(say(f"status.task.{t.status}"), t.overdue),
            t.due_at,
        )
        for t in (*state.open_tasks(), *state.open_stops())
    ]
    owed += [
        (
            h.id,
            _what(h.step, words),
            say("list.request"),
            h.agency,
            status_words(say(f"status.hand_over.{h.status}"), h.overdue),
            h.answer_by,
        )
        for h in state.open_hand_overs()
    ]
    if owed:
        ids, labels, kinds, agencies, statuses, dues = zip(*owed, strict=True)
        moments_due = [
            moments.show(due, agency) for due, agency in zip(dues, agencies, strict=True)
        ]
        known = [shown(state, agency, ident) for ident, agency in zip(ids, agencies, strict=True)]
        columns: dict[str, Sequence[str]] = {
            "open": ids,
            **({"known_as": known} if known != [*ids] else {}),
            "what": labels,
            "kind": kinds,
            "agency": agencies,
            "status": statuses,
            "due": moments_due,
        }
        show_table(headed(columns))


def _what(step: str, words: Translation) -> str:
    return words.label(step, named(step))

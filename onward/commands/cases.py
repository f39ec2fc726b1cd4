"""What can be looked up. Nothing personal shows, but to the agency that may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from casework import queries, worklists
from casework.queries import CaseLine, CaseView
from casework.requests import request as see_request
from engine.plural import counted
from engine.state import HandOver, Override, State, Task
from engine.statuses import CasePhase
from engine.translation import Translation
from engine.translation import words as named
from onward.installation import (
    Agency,
    AsJson,
    CaseCode,
    InLanguage,
    Limit,
    Person,
    RequestId,
    acting,
    case_code,
    installation,
)
from onward.printing import Moments, show_json, show_list, show_table
from onward.spoken import language

app = typer.Typer()

CaseStatus = Literal["open", "ended", "merged"]
Worklist = Annotated[
    str,
    typer.Option("--agency", "--as", envvar="ONWARD_AGENCY", metavar="AGENCY", help="Whose list."),
]


def _code(text: str) -> str:
    return case_code(text) if text else ""


@app.command()
def cases(
    status: Annotated[
        CaseStatus | None, typer.Option("--status", help="Only these: open, ended or merged.")
    ] = None,
    cannot_move: Annotated[
        bool,
        typer.Option("--cannot-move", help="Those that cannot move to a version in force."),
    ] = False,
    after: Annotated[
        str,
        typer.Option("--after", metavar="CODE", parser=_code, help="Go on after this code."),
    ] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List cases in the order of their codes."""
    with installation() as onward:
        lines = queries.cases(
            onward, status=status, cannot_move=cannot_move, after=after, limit=limit
        )
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "pathway": [line.pathway for line in lines],
        "where": [_where(line) for line in lines],
        "responsible": [line.responsible for line in lines],
        "opened": [moments.show(line.opened_at, line.responsible) for line in lines],
        "next moment": [moments.show(line.due_at, line.responsible) for line in lines],
    }
    show_list(lines, columns, as_json, "no cases")


def _where(line: CaseLine) -> str:
    """Its end, its stages, or both where a stage outlives the end; and whether the law has left it behind."""
    stages = ", ".join(line.stages)
    if line.status == "merged":
        return line.status
    if line.status != "open":
        return line.end or stages or line.status
    where = stages or line.status
    if line.end:
        where = f"{line.end}, and goes on: {stages}" if stages else f"{line.end}, and goes on"
    return f"{where}; {_stranded(line.cannot_move_to)}" if line.cannot_move_to else where


def _stranded(number: int) -> str:
    return f"cannot move to version {number}, which is in force"


@app.command()
def tasks(
    agency: Worklist, limit: Limit = 50, in_language: InLanguage = None, as_json: AsJson = False
) -> None:
    """List what an agency has to do, the newest first; its moments are in its own zone."""
    with acting(agency) as (onward, who):
        lines = worklists.tasks(onward, who.agency, language=language(), limit=limit)
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "task": [line.task for line in lines],
        "what": [line.label for line in lines],
        "kind": [line.kind for line in lines],
        "status": [
            _status(line.status, line.overdue, line.claimed_by, line.owed_instead_of(who.agency))
            for line in lines
        ],
        "due": [moments.show(line.due_at, who.agency) for line in lines],
    }
    _show_worklist(lines, columns, as_json, f"{who.agency} has nothing to do")


@app.command()
def requests(
    agency: Worklist,
    sent: Annotated[
        bool, typer.Option("--sent", help="Those that it has sent, and that are not over.")
    ] = False,
    limit: Limit = 50,
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """List the requests that wait for an agency's answer, the newest first."""
    with acting(agency) as (onward, who):
        found = worklists.sent_requests if sent else worklists.requests
        lines = found(onward, who.agency, language=language(), limit=limit)
        moments = Moments(onward)
    columns = {
        "case": [line.code for line in lines],
        "request": [line.hand_over for line in lines],
        "what": [line.label for line in lines],
        "from": [line.sender for line in lines],
        "to": [line.receiver for line in lines],
        "status": [_status(line.status, line.overdue) for line in lines],
        "answer by": [moments.show(line.answer_by, line.receiver) for line in lines],
    }
    empty = f"no request of {who.agency} is open" if sent else f"no request waits for {who.agency}"
    _show_worklist(lines, columns, as_json, empty)


def _show_worklist(
    lines: worklists.Worklist[worklists.Line],
    columns: Mapping[str, Sequence[str]],
    as_json: bool,
    empty: str,
) -> None:
    """What can be read; beside it that there is more, and nothing by which its cases are known."""
    if lines or as_json or not lines.unreadable:
        show_list(lines, columns, as_json, empty)
    if lines.unreadable:
        cases = counted(lines.unreadable, "case")
        typer.echo(f"not shown: {cases} that cannot be read (`onward verify` names them)", err=True)


@app.command()
def request(
    code: CaseCode,
    hand_over: RequestId,
    agency: Agency,
    staff: Person = "",
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Show a request to one of its two agencies, with what that may know of it now."""
    with acting(agency, staff) as (onward, who):
        view = see_request(onward, code, hand_over, who)
        words = queries.spoken(onward, code, language())
        moments = Moments(onward)
    if as_json:
        show_json(view)
        return
    status = f"{view.status}, on conditions" if view.conditions else view.status
    lines = {
        "what": f"{words.label(view.step, view.label)} ({view.kind})",
        "from": view.sender,
        "to": view.receiver,
        "status": f"{status}: {view.reason}" if view.reason else status,
        "answer by": moments.show(view.answer_by, view.receiver),
    }
    for name, text in lines.items():
        if text:
            typer.echo(f"{name}: {text}")
    _print_known(view.known, words)


def _print_known(known: Mapping[str, object], words: Translation) -> None:
    """Answers by what the forms ask; the words that belong to a request by their own names."""
    for name, value in known.items():
        if value not in (None, ""):
            typer.echo(f"{words.question(name)}: {words.value(value)}")


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
    """What may be seen of a case: none of the answers."""
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
    """When it ends or has ended, and how it stands or why it is over."""
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
        "version": _stranded(view.cannot_move_to) if view.cannot_move_to else "",
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

    Empty for what was not over as the case ended: nothing runs in it.
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
    """Nothing of an ended case is open."""
    return "not finished" if (state.status, status) == (CasePhase.ENDED, "open") else status


def _print_open(state: State, moments: Moments, words: Translation) -> None:
    owed = [
        (t.id, _what(t.step, words), t.kind.value, t.agency, _status(t.status, t.overdue), t.due_at)
        for t in state.open_tasks()
    ]
    owed += [
        (h.id, _what(h.step, words), "request", h.agency, _status(h.status, h.overdue), h.answer_by)
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


@app.command()
def person(
    code: CaseCode,
    agency: Agency,
    staff: Person = "",
    in_language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known of the person, to the agency that needs it now."""
    with acting(agency, staff) as (onward, who):
        known = queries.protected_values(onward, code, who)
        words = queries.spoken(onward, code, language())
    if as_json:
        show_json(known)
    elif known:
        _print_known(known, words)
    else:
        typer.echo(
            f"nothing to show: nothing is known of the person that {who.agency} may read now"
        )


def _status(status: str, overdue: bool, claimed_by: str = "", owed_by: str = "") -> str:
    words = [status, f"by {claimed_by}" if claimed_by else "", "overdue" if overdue else ""]
    said = " ".join(filter(None, words))
    return f"{said}, {owed_by} unless you take it" if owed_by else said

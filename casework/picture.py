"""Shows where a case is: in the drawing of its pathway, and on its page in Prefect."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime

from casework import authority
from casework.authority import Right
from casework.bystanders import CLOSED
from casework.context import Onward
from casework.held_case import hold, hold_for, shown_to
from casework.impersonal import CaseStatus, EndKind, OpenTask
from casework.looks import looking
from casework.principal import Principal
from engine.drawing.overview import overview, pages_of
from engine.drawing.pages import Page, for_bystanders
from engine.drawing.placing import unfolded
from engine.drawing.stages import page_of
from engine.drawing.standing import word_of
from engine.errors import Refusal
from engine.message import Say, message
from engine.pathway import Pathway
from engine.projection import Seen
from engine.quiet import is_quiet
from engine.state import State, Task
from engine.statuses import STAGE_UNDER_WAY, CasePhase, StageStatus, StepStatus
from engine.task_kinds import TaskKind
from engine.translation import OWN, words


def pages_of_case(onward: Onward, code: str, by: Principal, spoken: Say) -> list[Page]:
    """All pages of the drawing of the case's version, showing where the case is, without answers.

    Raises:
        Refusal: `unknown_case`.
        Erased: the case was erased.
    """
    authority.require(by, Right.WATCH)
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
    drawn = pages_of(held.pathway, spoken, shown_to(held, by).state)
    return [for_bystanders(page) for page in drawn]


def pages_for(
    onward: Onward, code: str, by: Principal, spoken: Say, language: str = OWN
) -> list[Page]:
    """Pages that show where the case is, for an agency that sees all of it: the overview, and one
    for each stage under way.

    Args:
        language: the language for the names of the pathway's parts.

    Raises:
        Refusal: `unknown_case`, `suspended_agency`, `too_many_looks`; `not_found` if the
            agency sees only its own part of the case, because no picture shows only a part.
        Erased: the case was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
    state = shown_to(held, by).state
    if not state.stages:
        raise Refusal("not_found.page", name=code)
    return [for_bystanders(page) for page in _under_way(held.pathway, state, spoken, language)]


def status_of(
    pathway: Pathway,
    seen: Seen,
    now: datetime,
    spoken: Say,
    undelivered: int = 0,
    cannot_move_to: int | None = None,
    named: Callable[[str], str] = str,
) -> CaseStatus:
    """What bystanders may see of a case. It does not hide a quiet end yet: that is left to
    `bystanders.without_quiet_end`.

    Args:
        spoken: puts messages into words for bystanders.
        named: how an agency's code is shown to bystanders.
    """
    state = seen.state
    tasks, asked, stops = state.open_tasks(), state.open_hand_overs(), state.open_stops()
    clock = state.next_clock()
    end = pathway.ends.get(state.end)
    late = any(task.overdue for task in (*tasks, *stops)) or any(each.overdue for each in asked)
    roles = {role for task in tasks for role in (task.role, *task.also)} | {
        each.role for each in asked
    }
    return CaseStatus(
        code=state.code,
        pathway=pathway.name,
        title=words(pathway.name),
        version=pathway.version,
        stages=tuple(name for name, status in state.stages.items() if status == StageStatus.OPEN),
        waiting_for=_waiting_for(state, spoken),
        waiting_roles=tuple(sorted(roles - {""})),
        overdue=late or any(task.due_at is not None and task.due_at < now for task in tasks),
        countries=tuple(sorted(set(state.sides.values()))),
        next_moment=clock.at if clock else None,
        end=_end_of(state, spoken),
        known_end=words(state.end) if state.end else None,
        end_kind=EndKind(end.kind) if end else None,
        undelivered=undelivered,
        cannot_move_to=cannot_move_to,
        picture=f"{_drawings(pathway, state, spoken)}\n\n{_table(pathway, state, spoken)}",
        tasks=tuple(_open_task(pathway, task, spoken, named) for task in (*tasks, *stops)),
        unconfirmed=len(stops),
    )


def _open_task(pathway: Pathway, task: Task, spoken: Say, named: Callable[[str], str]) -> OpenTask:
    label = spoken(CLOSED) if is_quiet(pathway, task.step) else pathway.label(task.step)
    if task.kind is TaskKind.STOP:
        label = spoken(message("drawn.stop", what=label))
    agencies = spoken(message("drawn.agencies", names=tuple(map(named, task.agencies))))
    return OpenTask(label=label, agency=agencies, due=task.due_at)


def _end_of(state: State, spoken: Say) -> str | None:
    """The end that the case's run in Prefect shows; None while the case is open. A merge is shown
    as an end, because a case that is unmerged gets another run.
    """
    if state.status == CasePhase.MERGED:
        return spoken(message("drawn.merged"))
    return words(state.end) if state.status == CasePhase.ENDED else None


def _waiting_for(state: State, spoken: Say) -> str:
    """What the case waits for, such as `Awaiting home answer`; empty if for nothing. This is the
    open request that was sent first or, without open requests, the open task that is due first. A
    task without a due time is ordered by the time when it was opened.
    """
    asked = sorted(state.open_hand_overs(), key=lambda each: (each.offered_at, each.id))
    if asked:
        return spoken(message("drawn.awaits_answer", who=words(asked[0].role).lower()))
    tasks = sorted(state.open_tasks(), key=lambda each: (each.due_at or each.opened_at, each.id))
    if not tasks:
        return ""
    roles = (tasks[0].role, *tasks[0].also)
    return spoken(message("drawn.awaits", who=tuple(_named(role, spoken) for role in roles)))


def _named(role: str, spoken: Say) -> str:
    return words(role).lower() if role else spoken(message("picture.responsible"))


def _drawings(pathway: Pathway, state: State, spoken: Say) -> str:
    """The overview and a page for each stage under way, for bystanders, as images embedded in the
    text: nothing is fetched, and both of Prefect's interfaces can show them.
    """
    return "\n\n".join(
        f"![{words(page.name)}](data:image/svg+xml;base64,{_encoded(for_bystanders(page))})"
        for page in _under_way(pathway, state, spoken)
    )


def _under_way(pathway: Pathway, state: State, spoken: Say, language: str = OWN) -> list[Page]:
    """The overview, and a page for each stage under way."""
    under_way = [name for name, status in state.stages.items() if status in STAGE_UNDER_WAY]
    stages = (page_of(pathway, name, spoken, state, language=language) for name in under_way)
    return [overview(pathway, spoken, state, language=language), *stages]


def _encoded(page: Page) -> str:
    from engine.drawing.svg import (
        svg,
    )  # only flows draw, while every command loads this module

    return b64encode(svg(unfolded(page)).encode()).decode("ascii")


def _table(pathway: Pathway, state: State, spoken: Say) -> str:
    """Stages and steps as text, by their neutral labels, for search and screen readers."""
    lines = [spoken(message("drawn.table")), "| --- | --- | --- |"]
    for name, stage in pathway.stages.items():
        lines.append(f"| {_cell(stage.label)} | | {_where(state.stages.get(name, ''), spoken)} |")
        for step in stage.steps:
            where = _where(state.steps.get(step, ""), spoken)
            lines.append(f"| | {_cell(pathway.label(step))} | {where} |")
    return "\n".join(lines)


def _where(status: str, spoken: Say) -> str:
    """A status in the words of the drawings, emphasised if it is `open`."""
    word = word_of(status, spoken)
    return f"**{word}**" if status == StepStatus.OPEN else word


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

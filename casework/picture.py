"""Where a case is, for its page in Prefect."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from casework.shown import CaseStatus, EndKind, OpenTask
from engine.drawing.mermaid import mermaid
from engine.drawing.overview import overview
from engine.drawing.stages import page_of
from engine.pathway import Pathway
from engine.state import State
from engine.translation import words


def status_of(pathway: Pathway, state: State, now: datetime, undelivered: int) -> CaseStatus:
    """Everything that may be shown of a case."""
    tasks, asked = state.open_tasks(), state.open_hand_overs()
    clock = state.next_clock()
    end = pathway.ends.get(state.end)
    late = any(task.overdue for task in tasks) or any(each.overdue for each in asked)
    roles = {task.role for task in tasks} | {each.role for each in asked}
    return CaseStatus(
        code=state.code,
        pathway=pathway.name,
        title=words(pathway.name),
        version=pathway.version,
        stages=tuple(name for name, status in state.stages.items() if status == "open"),
        waiting_for=_waiting_for(state),
        waiting_roles=tuple(sorted(roles - {""})),
        overdue=late or any(task.due_at is not None and task.due_at < now for task in tasks),
        countries=tuple(sorted(set(state.sides.values()))),
        next_moment=clock.at if clock else None,
        end=_end_of(state),
        known_end=words(state.end) if state.end else None,
        end_kind=EndKind(end.kind) if end else None,
        undelivered=undelivered,
        picture=_picture(pathway, state),
        tasks=tuple(
            OpenTask(label=pathway.label(task.step), agency=task.agency, due=task.due_at)
            for task in tasks
        ),
    )


def _end_of(state: State) -> str | None:
    """What its run ends with; a case that was merged and taken out again gets another run."""
    if state.status == "merged":
        return "Merged"
    return words(state.end) if state.status == "ended" else None


def _waiting_for(state: State) -> str:
    """`Awaiting home answer`: the request first, else the task that is due first."""
    asked = sorted(state.open_hand_overs(), key=lambda each: (each.offered_at, each.id))
    if asked:
        return f"Awaiting {words(asked[0].role).lower()} answer"
    tasks = sorted(state.open_tasks(), key=lambda each: (each.due_at or each.opened_at, each.id))
    if not tasks:
        return ""
    return f"Awaiting {words(tasks[0].role).lower() if tasks[0].role else 'responsible agency'}"


def _picture(pathway: Pathway, state: State) -> str:
    """The stages, then the steps of those that are under way: the drawing of `onward draw`, by
    neutral labels, without what the pathway says of them.
    """
    whole = overview(pathway, state)
    stages = replace(
        whole, lanes=whole.lanes[:1], boxes=tuple(box for box in whole.boxes if box.lane == 0)
    )
    under_way = [name for name, status in state.stages.items() if status in ("open", "suspended")]
    pages = [stages, *(page_of(pathway, name, state) for name in under_way)]
    return "\n\n".join(f"```mermaid\n{mermaid(page, bare=True)}\n```" for page in pages)

"""How a case appears in Prefect: its run's name, tags, state name and progress page.

Managers filter runs in Prefect by tags, so whatever they may want to filter by is a tag. The only
exceptions are faults, which Prefect's own states show.
"""

from __future__ import annotations

from datetime import datetime

from flows.driving import CaseStatus, EndKind
from flows.saying import say

OPEN_TAG = "open"
REPLACED_TAG = "replaced"
"""The only tag of a replaced run, so that each case is counted once."""
CANNOT_MOVE_TAG = "cannot-move"
"""Marks a case that cannot move to a version in force, because that version has no place for
something in the case.
"""
UNCONFIRMED_TAG = "unconfirmed"
"""Marks a case, even an ended one, in which an agency has yet to confirm that it has stopped."""
TRAINING_TAG = "training"
"""Marks cases of a training installation, in which nobody is real."""


def run_name(status: CaseStatus) -> str:
    """The name of a case's run, such as `7K2F-9QXM Return of an adult`."""
    return f"{status.code} {status.title}"


def state_name(status: CaseStatus) -> str:
    """What the waiting run waits for; an ended case waits only for its last notices."""
    if status.end is not None:
        return say("prefect.awaiting_delivery")
    return status.waiting_for or say("prefect.awaiting_moment")


def tags(status: CaseStatus) -> list[str]:
    """All tags of the case's run, in a fixed order."""
    marks = [OPEN_TAG if status.end is None else f"ended:{status.end_kind or EndKind.NEUTRAL}"]
    if status.end is None and status.known_end is not None:
        marks.append(f"ending:{status.end_kind or EndKind.NEUTRAL}")
    if status.overdue:
        marks.append("overdue")
    if status.unconfirmed:
        marks.append(UNCONFIRMED_TAG)
    if status.end is None and status.cannot_move_to is not None:
        marks.append(CANNOT_MOVE_TAG)
    if status.is_training:
        marks.append(TRAINING_TAG)
    return [
        *marks,
        f"pathway:{status.pathway}",
        *(f"stage:{stage}" for stage in status.stages),
        *(f"waiting:{role}" for role in status.waiting_roles),
        *(f"country:{country}" for country in status.countries),
    ]


def artifact_key(code: str) -> str:
    """The key of a case's progress page; Prefect allows only lower-case letters, digits and
    dashes.
    """
    return f"case-{code.lower()}"


def progress(status: CaseStatus) -> str:
    """The case's progress page in Markdown."""
    parts = [f"# {status.code}", _version(status), _where(status)]
    if status.is_training:
        parts.insert(1, f"**{say('prefect.training')}**")
    if status.tasks:
        heads = (say("list.task"), say("list.agency"), say("list.due"))
        rows = ((each.label, each.agency, _moment(each.due)) for each in status.tasks)
        lines = [f"| {' | '.join(cells)} |" for cells in (heads, ("---",) * 3, *rows)]
        parts.append("\n".join(lines))
    if status.page:
        parts.append(f"[{say('prefect.page_of_case', case=status.code)}]({status.page})")
    if status.picture:
        parts.append(status.picture)
    return "\n\n".join(parts)


def _version(status: CaseStatus) -> str:
    return say("prefect.version", title=status.title, version=status.version)


def _moment(at: datetime | None) -> str:
    return say("prefect.at", at=at) if at else ""


def _where(status: CaseStatus) -> str:
    if status.end is not None:
        lines = [f"**{status.end}**"]
    else:
        state = state_name(status)
        lines = [f"**{say('prefect.overdue', state=state) if status.overdue else state}**"]
        if status.known_end is not None:
            lines.append(say("prefect.end_known", end=status.known_end))
    if status.stages:
        lines.append(say("prefect.stages", stages=status.stages))
    if status.next_moment is not None:
        lines.append(say("prefect.next_moment", at=status.next_moment))
    if status.end is None and status.cannot_move_to is not None:
        target = f"{status.pathway}@{status.cannot_move_to}"
        lines.append(say("prefect.cannot_move", version=status.cannot_move_to, target=target))
    if status.unconfirmed:
        lines.append(say("prefect.unconfirmed", number=status.unconfirmed))
    if status.undelivered:
        lines.append(say("prefect.undelivered", number=status.undelivered))
    return "\n\n".join(lines)

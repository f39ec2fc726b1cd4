"""How a case appears in Prefect: its run's name, tags, state name and progress page.

Prefect filters by tags, so everything a manager filters by is a tag.
"""

from __future__ import annotations

from flows.driving import CaseStatus, EndKind

OPEN_TAG = "open"
REPLACED_TAG = "replaced"
"""The only tag of a replaced run, so that each case is counted once."""
CANNOT_MOVE_TAG = "cannot-move"
"""A version of its pathway has come into force that has no place for something in the case."""
UNCONFIRMED_TAG = "unconfirmed"
"""An agency has not confirmed yet that it has stopped; also of a case that has ended."""
TRAINING_TAG = "training"
"""Nobody in the installation is real."""
CLOCK_ONLY = "Awaiting the next moment"
DELIVERY_ONLY = "Awaiting delivery"


def run_name(status: CaseStatus) -> str:
    """`7K2F-9QXM Return of an adult`."""
    return f"{status.code} {status.title}"


def state_name(status: CaseStatus) -> str:
    """What the waiting run waits for; an ended case waits only for its last notices."""
    if status.end is not None:
        return DELIVERY_ONLY
    return status.waiting_for or CLOCK_ONLY


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
    """Prefect allows only lower-case letters, digits and dashes."""
    return f"case-{code.lower()}"


def progress(status: CaseStatus) -> str:
    """The case's progress page in Markdown."""
    parts = [f"# {status.code}", f"{status.title}, version {status.version}", _where(status)]
    if status.is_training:
        parts.insert(1, "**Training: nobody in this is real.**")
    if status.tasks:
        rows = (
            f"| {task.label} | {task.agency} | {f'{task.due:%Y-%m-%d %H:%M} UTC' if task.due else ''} |"
            for task in status.tasks
        )
        parts.append("\n".join(["| Task | Agency | Due |", "| --- | --- | --- |", *rows]))
    if status.picture:
        parts.append(status.picture)
    return "\n\n".join(parts)


def _where(status: CaseStatus) -> str:
    if status.end is not None:
        lines = [f"**{status.end}**"]
    else:
        lines = [f"**{state_name(status)}**" + (", overdue" if status.overdue else "")]
        if status.known_end is not None:
            lines.append(f"End known: {status.known_end}")
    if status.stages:
        lines.append(f"Stage: {', '.join(status.stages)}")
    if status.next_moment is not None:
        lines.append(f"Next moment: {status.next_moment:%Y-%m-%d %H:%M} UTC")
    if status.end is None and status.cannot_move_to is not None:
        target = f"{status.pathway}@{status.cannot_move_to}"
        lines.append(
            f"Cannot move to version {status.cannot_move_to}, which is in force;"
            f" `onward impact {target}` says why"
        )
    if status.unconfirmed:
        lines.append(f"Agencies that have not confirmed that they stopped: {status.unconfirmed}")
    if status.undelivered:
        lines.append(f"Notices not yet delivered: {status.undelivered}")
    return "\n\n".join(lines)

"""How commands report what a new version means for running cases, or did to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from casework import publishing
from casework.case_moves import ALREADY, MoveOutcome, by_reason
from casework.context import Onward
from casework.impact import CaseImpact
from casework.principal import Principal
from engine.loader import checked
from engine.message import message
from engine.migrating import MovedDeadline, MoveWord
from engine.pathway import Pathway
from onward import STOPPED
from onward.authoring.pathway_files import published, whole
from onward.printing import Moments, show_table
from onward.spoken import say, spoken

_IN_HOURS = 48
"""If a deadline moved by fewer hours than this, the change is given in hours, otherwise in days."""

New = Annotated[
    str, typer.Argument(metavar="NEW", help="A published version, NAME@VERSION, or its file.")
]


def given_version(onward: Onward, given: str, by: Principal) -> Pathway:
    """A published version, or a file treated as if it were published.

    Raises:
        Refusal: `unknown_pathway`; `published` or `renamed`: the file could not be published, see
            `publishing.publish`.
        EngineError, OSError: the file cannot be read or has faults, or the published version uses
            words that Onward no longer reads.
    """
    named = published(given)
    if named is not None:
        return publishing.published_version(onward, *named, by)
    document = whole(Path(given))
    pathway = checked(document)
    publishing.require_fit(onward, pathway, document.text)
    return pathway


def reasons(found: list[CaseImpact] | list[MoveOutcome]) -> Iterator[str]:
    """A line for each reason why cases stay or cannot move, with the codes of those cases."""
    for (word, reason), those in by_reason(found, spoken).items():
        yield f"{word}: {reason}: {', '.join(those)}"


def show_deadlines(moved: list[tuple[str, MovedDeadline]], moments: Moments) -> None:
    if not moved:
        return
    deadlines = [each for _, each in moved]
    columns = {
        "case": [code for code, _ in moved],
        "of": [each.about for each in deadlines],
        "kind": [each.kind for each in deadlines],
        "agency": [each.agency for each in deadlines],
        "before": [
            moments.show(each.before, each.agency) or say("amount.none") for each in deadlines
        ],
        "after": [
            moments.show(each.after, each.agency) or say("amount.none") for each in deadlines
        ],
        "by": [_by_how_much(each) for each in deadlines],
    }
    show_table(columns)


def _by_how_much(moved: MovedDeadline) -> str:
    if moved.before is None or moved.after is None:
        return say("done.deadline_lifted") if moved.before else say("done.deadline_new")
    hours = round((moved.after - moved.before).total_seconds() / 3600)
    length = (
        message("length.hours", n=abs(hours))
        if abs(hours) < _IN_HOURS
        else message("length.days", n=abs(hours) // 24)
    )
    return (
        say("done.later_by", length=length) if hours > 0 else say("done.earlier_by", length=length)
    )


def gathered(outcomes: Iterator[MoveOutcome]) -> tuple[list[MoveOutcome], bool]:
    """The results for the cases, and whether Ctrl-C stopped the work before the last case."""
    done = []
    try:
        for each in outcomes:
            done.append(each)  # noqa: PERF402 - what came before Ctrl-C is kept
    except KeyboardInterrupt:
        return done, True
    return done, False


def goes_on() -> int:
    """Say that an interrupted command can be continued. Returns the exit code."""
    typer.echo(say("done.interrupted"), err=True)
    return STOPPED


def summary(done: list[MoveOutcome], *, back: bool = False, preview: bool = False) -> str:
    """A summary in one line: `12 cases moved, 3 there already, 1 stays, 2 cannot`."""
    moved, counts = sum(each.moved for each in done), Counter(each.word for each in done)
    if preview:
        parts = [say("done.would_move_back" if back else "done.would_move", n=moved)]
    else:
        parts = [say("done.moved_back" if back else "done.moved", n=moved)]
    others = (ALREADY, MoveWord.STAYS, MoveWord.CANNOT)
    parts += [f"{counts[word]} {word}" for word in others if counts[word]]
    return ", ".join(parts)

"""A new version of a pathway and the cases that run: what it means for them, and the move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from casework import commencements, migrating, movable, publishing, reverting
from casework.context import Actor, Onward
from casework.impact import CaseImpact, by_agency, impact, preview_cases
from casework.moves import ALREADY, Outcome
from engine.errors import EngineError
from engine.loader import checked
from engine.migrating import MovedDeadline, Word
from engine.pathway import Pathway
from engine.plural import counted
from onward.authoring.pathway_files import published, whole
from onward.installation import AsJson, Person, case_code, installation
from onward.printing import Moments, show_json, show_on_their_way, show_table
from onward.spoken import spoken

app = typer.Typer()

New = Annotated[
    str, typer.Argument(metavar="NEW", help="A published version, NAME@VERSION, or its file.")
]
Cases = Annotated[
    list[str],
    typer.Option(
        "--case",
        metavar="CODE",
        parser=case_code,
        help="This one; may be given again. All otherwise.",
    ),
]
Responsible = Annotated[
    str,
    typer.Option(
        "--responsible", metavar="AGENCY", help="Only cases for which this agency answers."
    ),
]


@app.command("impact")
def show_impact(
    new: New,
    on_its_day: Annotated[
        bool,
        typer.Option(
            "--on-its-day",
            help="As it would be on the day from which it is in effect, if nobody did anything until then.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say for each running case what a new version would mean for it. Needs the master key."""
    with installation() as onward:
        pathway = _pathway(onward, new)
        found = list(impact(onward, pathway, on_its_day=on_its_day))
        changes = commencements.changes(onward, *named) if (named := published(new)) else ()
        moments, today = Moments(onward), onward.clock.now().date()
    if as_json:
        show_json({"cases": found, "agencies": by_agency(found), "changes": changes})
    else:
        _show_impact(pathway, found, moments)
        if pathway.definition.effective > today:
            _say_of_which_day(pathway, on_its_day=on_its_day)
        for each in changes:
            by = f" by {each.person}" if each.person else ""
            typer.echo(f"{each.word} {moments.show(each.at)}{by}")
    if not all(case.is_weighed for case in found):
        raise typer.Exit(1)


def _say_of_which_day(pathway: Pathway, *, on_its_day: bool) -> None:
    effective = pathway.definition.effective
    if on_its_day:
        typer.echo(f"counted as if nobody did anything until {effective}, and the cases moved then")
    else:
        typer.echo(
            f"counted as if the cases moved today; the version is in effect from {effective} on"
            " (--on-its-day counts as if they moved then)"
        )


def _show_impact(pathway: Pathway, found: list[CaseImpact], moments: Moments) -> None:
    lines = by_agency(found)
    counts = Counter(case.word for case in found)
    said = ", ".join(f"{counts[word]} {word}" for word in Word)
    number = counted(len(found), "running case")
    typer.echo(f"{pathway.name} version {pathway.version}: {number}: {said}")
    if lines:
        columns = {
            "side": [line.side for line in lines],
            "agency": [line.agency for line in lines],
            **{str(word): [str(line.counts[word]) for line in lines] for word in Word},
        }
        show_table(columns)
    for text in reasons(found):
        typer.echo(text)
    _print_deadlines([(case.code, each) for case in found for each in case.deadlines], moments)


def reasons(found: list[CaseImpact] | list[Outcome]) -> Iterator[str]:
    """Why cases stay or cannot move: each reason once, with its cases."""
    codes: dict[tuple[str, str], list[str]] = {}
    for case in found:
        for reason in map(spoken, case.reasons):
            codes.setdefault((case.word, reason), []).append(case.code)
    for (word, reason), those in codes.items():
        yield f"{word}: {reason}: {', '.join(those)}"


def _print_deadlines(moved: list[tuple[str, MovedDeadline]], moments: Moments) -> None:
    if not moved:
        return
    deadlines = [each for _, each in moved]
    columns = {
        "case": [code for code, _ in moved],
        "of": [each.about for each in deadlines],
        "kind": [each.kind for each in deadlines],
        "agency": [each.agency for each in deadlines],
        "before": [moments.show(each.before, each.agency) or "none" for each in deadlines],
        "after": [moments.show(each.after, each.agency) or "none" for each in deadlines],
        "by": [_by_how_much(each) for each in deadlines],
    }
    show_table(columns)


def _by_how_much(moved: MovedDeadline) -> str:
    if moved.before is None or moved.after is None:
        return "lifted" if moved.before else "new"
    hours = round((moved.after - moved.before).total_seconds() / 3600)
    way = "later" if hours > 0 else "earlier"
    if abs(hours) < 48:
        return f"{counted(abs(hours), 'hour')} {way}"
    return f"{abs(hours) // 24} days {way}"


@app.command()
def migrate(
    new: New,
    case: Cases = [],  # noqa: B006 - typer reads it, nobody writes it
    responsible: Responsible = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would become of them.")
    ] = False,
    revert: Annotated[
        bool, typer.Option("--revert", help="Back to the version from which each case came.")
    ] = False,
    person: Person = "",
    as_json: AsJson = False,
) -> None:
    """Move running cases to a new version, or back; again goes on where it was stopped."""
    if revert and (preview or responsible):
        raise EngineError(
            "--revert takes cases with --case, or all that were moved, and nothing else"
        )
    if case and responsible:
        raise EngineError("name cases with --case, or their agency with --responsible, not both")
    codes = list(dict.fromkeys(case))
    with installation() as onward:
        pathway = _pathway(onward, new)
        moments = Moments(onward)
        who, agency = Actor(agency="", person=person.strip()), responsible.strip().upper()
        if revert:
            outcomes = _reverted(onward, pathway, codes, who)
        elif preview:
            outcomes = _previewed(onward, pathway, codes, agency)
        else:
            outcomes = _moved(onward, pathway, codes, agency, who)
        done, stopped = gathered(outcomes)
        _show(done, moments, as_json, back=revert, preview=preview)
    if stopped:
        raise typer.Exit(goes_on())
    if any(each.word == Word.CANNOT for each in done):
        raise typer.Exit(1)


def gathered(outcomes: Iterator[Outcome]) -> tuple[list[Outcome], bool]:
    """What became of the cases, and whether somebody pressed Ctrl-C before the last one."""
    done = []
    try:
        for each in outcomes:
            done.append(each)  # noqa: PERF402 - what came before Ctrl-C is kept
    except KeyboardInterrupt:
        return done, True
    return done, False


def goes_on() -> int:
    """Say that what was stopped can go on; the exit code."""
    typer.echo("stopped: what stands above is done; the same command goes on", err=True)
    return 130


def _previewed(
    onward: Onward, pathway: Pathway, codes: list[str], responsible: str
) -> Iterator[Outcome]:
    these = _movable(onward, pathway, codes, responsible)
    return preview_cases(onward, these, pathway.name, pathway.version, chosen=bool(codes))


def _moved(
    onward: Onward, pathway: Pathway, codes: list[str], responsible: str, who: Actor
) -> Iterator[Outcome]:
    name, number = pathway.name, pathway.version
    these = _movable(onward, pathway, codes, responsible)
    if not (codes or responsible) and commencements.call_again(onward, name, number, who.person):
        typer.echo(f"version {number} moves cases by itself again", err=True)
    return migrating.move_cases(onward, these, name, number, who, chosen=bool(codes))


def _movable(onward: Onward, pathway: Pathway, codes: list[str], responsible: str) -> Iterable[str]:
    """Codes of the cases that are to move.

    Raises:
        Refusal: they may not.
    """
    name, number = pathway.name, pathway.version
    chosen = bool(codes)
    movable.require_movable(onward, name, number, chosen=chosen, responsible=responsible)
    return codes or movable.cases_before(onward, name, number, responsible=responsible)


def _reverted(onward: Onward, pathway: Pathway, codes: list[str], who: Actor) -> Iterator[Outcome]:
    name, number = pathway.name, pathway.version
    these = codes or reverting.cases_moved_to(onward, name, number)
    # First: else those that are moved back would be moved again, or others after them.
    if not codes and commencements.call_off(onward, name, number, who.person):
        typer.echo(f"version {number} moves no case by itself any more", err=True)
    return reverting.revert_cases(onward, these, name, number, who, chosen=bool(codes))


def _show(
    done: list[Outcome], moments: Moments, as_json: bool, *, back: bool, preview: bool
) -> None:
    if as_json:
        show_json(done)
        return
    for text in reasons(done):
        typer.echo(text)
    show_on_their_way({each.code: each.on_their_way for each in done})
    _print_deadlines(
        [(each.code, deadline) for each in done for deadline in each.deadlines], moments
    )
    typer.echo(summary(done, back=back, preview=preview))


def summary(done: list[Outcome], *, back: bool = False, preview: bool = False) -> str:
    """`12 cases moved, 3 there already, 1 stays, 2 cannot`."""
    moved, counts = sum(each.moved for each in done), Counter(each.word for each in done)
    what = "would move" if preview else "moved back" if back else "moved"
    parts = [f"{counted(moved, 'case')} {what}"]
    others = (ALREADY, Word.STAYS, Word.CANNOT)
    parts += [f"{counts[word]} {word}" for word in others if counts[word]]
    return ", ".join(parts)


def _pathway(onward: Onward, given: str) -> Pathway:
    """A published version, or what a file would be as one.

    Raises:
        Refusal: the file could not be published: its number has another text, or is no next one.
    """
    named = published(given)
    if named is not None:
        return publishing.published_version(onward, *named)
    document = whole(Path(given))
    pathway = checked(document)
    publishing.require_fit(onward, pathway, document.text)
    return pathway

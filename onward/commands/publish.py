"""`onward publish`: stores a pathway for good, and applies its rule to running cases."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from casework import commencements, migrating, movable, moves, publishing
from casework.context import Onward
from casework.principal import Principal
from casework.publishing import Published, Ready
from casework.versions import overtaken
from engine.errors import DefinitionError, Problem
from engine.loader import problems_of
from engine.message import message
from engine.migrating import MoveWord
from engine.plural import counted
from engine.proofs import MOST_SITUATIONS, prove
from onward.authoring.pathway_files import SCENARIOS, beside_of, files_of_library, read, whole
from onward.authoring.scenarios import play_all
from onward.installation import operating
from onward.options import RegistryFile, Training
from onward.outcomes import gathered, goes_on, reasons, summary
from onward.printing import show_on_their_way
from onward.spoken import placed

app = typer.Typer()


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    registry: RegistryFile = None,
    training: Training = False,
) -> None:
    """Check a pathway and keep its text for good: cases can be opened on it from now on.

    Again it goes on with the cases that its rule moves. Ends with 1 if one of them cannot move.
    """
    ready = publishing.ready(read(file), str(file), files_of_library(file), beside_of)
    require_proof(file, ready)
    require_scenarios(file, registry)
    with operating(set_up=True, training=training) as (onward, by):
        made = publishing.publish(onward, ready, by)
        what = "published" if made.is_new else "was published already"
        typer.echo(f"{made.name} version {made.number} {what}: {made.content_hash[:12]}")
        _tell_beside(made)
        _tell_overtaken(onward, made.name, by)
        all_moved = _tell_running(onward, ready, by)
    if not all_moved:
        raise typer.Exit(1)


def _tell_beside(made: Published) -> None:
    """Print what was stored of the files beside the pathway, and what they lack."""
    beside = {"it speaks": made.languages, "it has the codes of": made.codes}
    for said, names in beside.items():
        if names:
            typer.echo(f"{said} {', '.join(names)}")
    if made.mended and not made.is_new:
        typer.echo(f"mended: {', '.join(made.mended)}")
    for note in made.left_out:
        typer.echo(f"{placed(note)} [note]", err=True)


def _tell_overtaken(onward: Onward, name: str, by: Principal) -> None:
    """Print future versions on which no case will ever open."""
    for each in overtaken(onward, name, by):
        which = f"version {each.number}, from {each.effective} on"
        why = f"no case opens on it, since version {each.by} is in effect by then"
        but = ""
        if each.moves_cases:
            off = f"`onward migrate {name}@{each.number} --revert` calls it off"
            but = f"; it moves running cases of older versions on its day: {off}"
        typer.echo(f"{which}: {why}{but} [note]", err=True)


def require_proof(file: Path, ready: Ready) -> None:
    """Raises DefinitionError if the walk through all cases finds a fault."""
    faults = prove(ready.pathway, MOST_SITUATIONS).faults
    if faults:
        raise DefinitionError(problems_of(whole(file), faults))


def require_scenarios(file: Path, registry: Path | None) -> None:
    """Raises EngineError if a scenario beside the file, if there are any, misses an expectation."""
    if not file.with_name(file.stem + SCENARIOS).is_file():
        return
    misses = [
        Problem(
            miss.problem.place,
            message("scenario.missed", what=miss.problem.message, scenario=miss.scenario),
        )
        for played in play_all(file, registry)
        for miss in played.misses
    ]
    if misses:
        raise DefinitionError(misses)


def _tell_running(onward: Onward, ready: Ready, by: Principal) -> bool:
    """Apply the rule for running cases now, or print what it leaves to be done. Returns False if
    a case cannot follow it.
    """
    name, number = ready.pathway.name, ready.pathway.version
    codes = list(movable.cases_before(onward, name, number, by))
    if not codes:
        return True
    head = ready.pathway.definition
    rule, command = head.running_cases.rule, f"onward migrate {name}@{number}"
    one = len(codes) == 1
    cases, stay = counted(len(codes), "running case"), "stays" if one else "stay"
    if rule == "pin":
        typer.echo(
            f"pin: {cases} on older versions {stay} there; `{command} --case CODE` moves one"
        )
    elif rule == "ask":
        how = f"`{command} --responsible AGENCY` moves those of an agency that has said yes"
        typer.echo(f"ask: {cases} on older versions {stay} there until then; {how}")
    elif head.effective > onward.clock.now().date():
        by_themselves = "moves by itself" if one else "move by themselves"
        off = f"`{command} --revert` calls it off"
        typer.echo(f"migrate: {cases} {by_themselves} on {head.effective} (UTC); {off}")
    else:
        return _move_now(onward, name, number, codes, by)
    return True


def _move_now(onward: Onward, name: str, number: int, codes: list[str], by: Principal) -> bool:
    """Move cases by the rule, or continue. Returns whether all of them have moved.

    Raises:
        typer.Exit: after Ctrl-C, with what was done so far.
    """
    follow = partial(migrating.follow_rules, onward, by=by)
    done, stopped = gathered(moves.one_by_one(codes, follow, chosen=False))
    for text in reasons(done):
        typer.echo(text)
    show_on_their_way({each.code: each.on_their_way for each in done})
    left = set(movable.cases_before(onward, name, number, by)) - {each.code for each in done}
    moved_elsewhere = set(codes) - left - {each.code for each in done}
    if moved_elsewhere:
        typer.echo(f"migrate: moved meanwhile by a worker: {len(moved_elsewhere)}")
    typer.echo(f"migrate: {summary(done)}")
    command = f"{name}@{number}"
    if stopped:
        raise typer.Exit(goes_on())
    if left:
        stay = counted(len(left), "running case stays", "running cases stay")
        typer.echo(
            f"migrate: {stay} on older versions: `onward impact {command}` says why,"
            f" `onward migrate {command}` moves what can"
        )
    with onward.store.read() as connection:
        stranded = left & commencements.stranded(connection, name, number)
    return not stranded and all(each.word != MoveWord.CANNOT for each in done)

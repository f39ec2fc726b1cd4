"""`onward publish`: stores a pathway for good, or proposes it if somebody else has to agree, and
applies its rule for running cases.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from casework import case_moves, cases_to_move, commencements, migrating, publishing
from casework.context import Onward
from casework.principal import Principal
from casework.publishing import Published, Ready
from casework.version_lines import overtaken
from engine.checking import missed
from engine.errors import DefinitionError
from engine.loader import problems_of
from engine.migrating import MoveWord
from engine.proofs import MOST_SITUATIONS, prove
from onward.authoring.pathway_files import SCENARIOS, beside_of, files_of_library, read, whole
from onward.authoring.scenarios import play_all
from onward.commands.diff import show_widening
from onward.installation import operating
from onward.options import RegistryFile, Training
from onward.outcomes import gathered, goes_on, reasons, summary
from onward.printing import show_on_their_way
from onward.spoken import placed, say

app = typer.Typer()


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    registry: RegistryFile = None,
    training: Training = False,
) -> None:
    """Check a pathway and keep its text for good: cases can be opened on it from its first day.

    If it lets agencies know or read more than before, or changes how the person is asked, somebody
    else has to agree first, if anybody can. If interrupted, run it again to continue with the cases
    that its rule moves. Ends with exit code 1 if somebody has to agree, or a case cannot move.
    """
    ready = publishing.ready(read(file), str(file), files_of_library(file), beside_of)
    require_proof(file, ready)
    require_scenarios(file, registry)
    with operating(set_up=True, training=training) as (onward, by):
        made = publishing.publish(onward, ready, by)
        if made.widens:
            typer.echo(say("done.version_waits", pathway=made.name, version=made.number))
            show_widening(made.widens)
            raise typer.Exit(1)
        typer.echo(_said_of(made))
        _tell_beside(made)
        _tell_overtaken(onward, made.name, by)
        all_moved = _tell_running(onward, ready, by)
    if not all_moved:
        raise typer.Exit(1)


def _said_of(made: Published) -> str:
    text = made.content_hash[:12]
    if made.is_new:
        return say("done.published", pathway=made.name, version=made.number, hash=text)
    return say("done.published_before", pathway=made.name, version=made.number, hash=text)


def _tell_beside(made: Published) -> None:
    """Print which languages and codes the version has from files beside the pathway, which files
    were corrected now, and why others do not apply to the version.
    """
    if made.languages:
        typer.echo(say("done.speaks", languages=tuple(made.languages)))
    if made.codes:
        typer.echo(say("done.has_codes", codes=tuple(made.codes)))
    if made.mended and not made.is_new:
        typer.echo(say("done.mended", files=tuple(made.mended)))
    for note in made.left_out:
        typer.echo(say("done.note", note=placed(note)), err=True)


def _tell_overtaken(onward: Onward, name: str, by: Principal) -> None:
    """Print future versions on which no case will open, except where somebody asks for the version
    by its number.
    """
    for each in overtaken(onward, name, by):
        said = say("done.overtaken", version=each.number, effective=each.effective, later=each.by)
        if each.moves_cases:
            said = say("done.overtaken_moves", said=said, pathway=name, version=each.number)
        typer.echo(say("done.note", note=said), err=True)


def require_proof(file: Path, ready: Ready) -> None:
    """List the rests that are meant. Raises DefinitionError if a walk through the pathway's cases, of
    at most `MOST_SITUATIONS`, finds a fault.
    """
    proof = prove(ready.pathway, MOST_SITUATIONS)
    if proof.faults:
        raise DefinitionError(problems_of(whole(file), proof.faults))
    meant = [each for each in proof.notes if each.message.code == "finding.rests.meant"]
    for note in problems_of(whole(file), meant):
        typer.echo(say("done.note", note=placed(note)), err=True)


def require_scenarios(file: Path, registry: Path | None) -> None:
    """Raises EngineError if a scenario beside the file misses an expectation or cannot be played.
    Without scenarios, does nothing.
    """
    if not file.with_name(file.stem + SCENARIOS).is_file():
        return
    if misses := missed(play_all(file, registry)):
        raise DefinitionError(misses)


def _tell_running(onward: Onward, ready: Ready, by: Principal) -> bool:
    """Apply the version's rule for running cases. If the rule moves no cases now, print what will
    happen to them. Returns False if a case cannot follow the rule.
    """
    name, number = ready.pathway.name, ready.pathway.version
    codes = list(cases_to_move.cases_before(onward, name, number, by))
    if not codes:
        return True
    head = ready.pathway.definition
    rule, version = head.running_cases.rule, f"{name}@{number}"
    if rule == "pin":
        typer.echo(say("done.rule_pin", n=len(codes), version=version))
    elif rule == "ask":
        typer.echo(say("done.rule_ask", n=len(codes), version=version))
    elif head.effective > onward.clock.now().date():
        day = head.effective
        typer.echo(say("done.rule_migrate", n=len(codes), version=version, effective=day))
    else:
        return _move_now(onward, name, number, codes, by)
    return True


def _move_now(onward: Onward, name: str, number: int, codes: list[str], by: Principal) -> bool:
    """Move cases by the rule, or continue an interrupted move. Returns False if a case cannot
    follow the rule.

    Raises:
        typer.Exit: after Ctrl-C, once what was done so far has been printed.
    """
    follow = partial(migrating.follow_rules, onward, by=by)
    done, stopped = gathered(case_moves.one_by_one(codes, follow, chosen=False))
    for text in reasons(done):
        typer.echo(text)
    show_on_their_way({each.code: each.on_their_way for each in done})
    left = set(cases_to_move.cases_before(onward, name, number, by)) - {each.code for each in done}
    moved_elsewhere = set(codes) - left - {each.code for each in done}
    if moved_elsewhere:
        typer.echo(say("done.moved_elsewhere", number=len(moved_elsewhere)))
    typer.echo(say("done.migrated", summary=summary(done)))
    if stopped:
        raise typer.Exit(goes_on())
    if left:
        typer.echo(say("done.stay_behind", n=len(left), version=f"{name}@{number}"))
    with onward.store.read() as connection:
        stranded = left & commencements.stranded(connection, name, number)
    return not stranded and all(each.word != MoveWord.CANNOT for each in done)

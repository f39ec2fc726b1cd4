"""`onward publish`: a pathway is kept for good, and the cases that run follow its rule for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework import migrating, publishing
from casework.context import Actor, Onward
from casework.publishing import Published, Ready
from engine.errors import DefinitionError, EngineError
from engine.loader import problems_of
from engine.proofs import MOST_SITUATIONS, prove
from onward.authoring import RegistryFile, play_all
from onward.installation import Person, installation
from onward.moving import reasons, summary
from onward.reading import SCENARIOS, beside_of, files_of_library, read, whole

app = typer.Typer()


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    registry: RegistryFile = None,
    person: Person = "",
) -> None:
    """Check a pathway and keep its text for good: cases can be opened on it from now on."""
    ready = publishing.ready(read(file), str(file), files_of_library(file), beside_of)
    require_proof(file, ready)
    require_scenarios(file, registry)
    with installation(set_up=True) as onward:
        made = publishing.publish(onward, ready)
        what = "published" if made.is_new else "was published already"
        typer.echo(f"{made.name} version {made.number} {what}: {made.content_hash[:12]}")
        _tell_beside(made)
        if made.is_new:
            _tell_running(onward, ready, Actor(agency="", person=person.strip()))


def _tell_beside(made: Published) -> None:
    """What was kept of the files beside the pathway, and what is not in them."""
    beside = {"it speaks": made.languages, "it has the codes of": made.codes}
    for said, names in beside.items():
        if names:
            typer.echo(f"{said} {', '.join(names)}")
    if made.mended and not made.is_new:
        typer.echo(f"mended: {', '.join(made.mended)}")
    for note in made.left_out:
        typer.echo(f"{note} [note]", err=True)


def require_proof(file: Path, ready: Ready) -> None:
    """Raises DefinitionError if the walk through all cases finds something wrong."""
    faults = prove(ready.pathway, MOST_SITUATIONS).faults
    if faults:
        raise DefinitionError(problems_of(whole(file), faults))


def require_scenarios(file: Path, registry: Path | None) -> None:
    """Raises EngineError if the scenarios beside the file, where there are any, miss something."""
    if not file.with_name(file.stem + SCENARIOS).is_file():
        return
    misses = [
        f"{miss.problem} [{miss.scenario}]"
        for played in play_all(file, registry)
        for miss in played.misses
    ]
    if misses:
        raise EngineError("\n".join(misses))


def _tell_running(onward: Onward, ready: Ready, who: Actor) -> None:
    """What the rule for running cases does now, or leaves to be done."""
    name, number = ready.pathway.name, ready.pathway.version
    codes = list(migrating.cases_before(onward, name, number))
    if not codes:
        return
    head = ready.pathway.definition
    rule, command = head.running_cases.rule, f"onward migrate {name}@{number}"
    one = len(codes) == 1
    cases, stay = f"{len(codes)} running {'case' if one else 'cases'}", "stays" if one else "stay"
    if rule == "pin":
        typer.echo(
            f"pin: {cases} on older versions {stay} there; `{command} --case CODE` moves one"
        )
    elif rule == "ask":
        how = f"`{command} --responsible AGENCY` moves those of an agency that has said yes"
        typer.echo(f"ask: {cases} on older versions {stay} there until then; {how}")
    elif head.effective > onward.clock.now().date():
        typer.echo(
            f"migrate: {cases} {'moves' if one else 'move'} from {head.effective} on, by `{command}`"
        )
    else:
        done = list(migrating.move_cases(onward, codes, name, number, who))
        for text in reasons(done):
            typer.echo(text)
        typer.echo(f"migrate: {summary(done)}")
